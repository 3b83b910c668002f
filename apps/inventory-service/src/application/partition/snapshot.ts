import { placeFromKey, placeKey } from '@astrolabe/kernel';
import type { Blocks } from '../../domain/hold-store/blocks.ts';
import { usedOf } from '../../domain/hold-store/blocks.ts';
import { restoreHolds } from '../../domain/hold-store/restore.ts';
import { channelNumber, makeRoom } from '../../domain/hold-store/store.ts';
import { addToListing } from '../../domain/listing.ts';
import type { SellerStock } from '../../domain/stock.ts';
import type { Cell } from '../../domain/goods.ts';
import { openCell, sellerOf } from '../../domain/stock.ts';
import type { Snapshot, SnapshotHead, SnapshotPart } from '../ports.ts';
import { packListing, unpackListing } from './listing-parts.ts';
import { packGeneration, unpackGeneration } from './operation-index.ts';
import { packPolicies, restorePolicy } from './policies.ts';
import type { PackedPages, Replica } from './replica.ts';
import { createReplica } from './replica.ts';

/** A snapshot of another format is passed over: the journal has everything. */
export const SNAPSHOT_FORMAT = 4;

/** Items per part of JSON: packing one takes a few milliseconds, which is how long the writer waits. */
const PART_ITEMS = 2_000;

type Section = 'sellers' | 'channels' | 'cells' | 'policies' | 'rebound' | 'closed' | 'bills';
type Item = readonly unknown[];
/** `generation`: of the bills; of sellers how many holds follow; of closed holds the ring's next. */
type Part = { readonly section: Section; readonly generation: number; readonly items: Item[] };

/** First byte of a part that is not JSON; what follows is memory as it lies. */
const TAGS = { operations: 0, holds: 2, listing: 3 } as const;
const OPERATIONS_PER_PART = 16_384;

/** The key of a part's bytes: 32 hexadecimal digits that no other bytes have. */
export type KeyOfPart = (bytes: Uint8Array) => string;

/**
 * Freezes a replica, whose state must stand exactly at its sequence, and packs it part by part while
 * the partition goes on: a page of holds that is about to be written to is copied first. What else
 * can change is copied now; what only ever grows is copied up to its length now. Most parts are the same
 * from one snapshot to the next: pages that nothing was written to are not even copied, and lists are
 * packed in the order of their growth. The parts can be read once; only one replica may be frozen at
 * a time. `done` must be called when the last part was read, or no more will be.
 */
export function freeze(
  replica: Replica,
  keyOf: KeyOfPart,
): Snapshot & { readonly done: () => void } {
  const { partition, sequence, epoch, timeMs, hash, operations, state, index } = replica;
  const { holds } = state;
  const sellers = [...state.sellers.values()];
  const small: Part[] = [
    ...inParts(
      'sellers',
      countOf(sellers),
      sellers.map(({ sellerId }) => [sellerId]),
    ),
    ...inParts(
      'channels',
      0,
      holds.channels.map((channel) => [channel]),
    ),
    ...inParts('policies', 0, packPolicies(sellers)),
    ...inParts('rebound', 0, [...holds.rebound]),
  ];
  const cells = state.cells.map((cell) => packCell(cell, replica.touched[cell.number] ?? 0));
  const closed = state.closed.ring.map((address) => [address]);
  const { next } = state.closed;
  const bills = [state.bills.old, state.bills.young].map((map) => ({ map, size: map.size }));
  const listings = sellers.map(({ number, listing }) => packListing(number, listing));
  const generations = [index.old, index.young];
  const pages = copyPages(holds.blocks, replica.packed, keyOf);
  function* parts(): Generator<Part> {
    yield* small;
    yield* inParts('cells', 0, cells);
    yield* inParts('closed', next, closed);
    for (const [generation, { map, size }] of bills.entries()) {
      yield* inParts('bills', generation, first(map.entries(), size));
    }
  }
  function* lists(): Generator<Uint8Array> {
    for (const listing of listings) {
      for (const piece of listing) yield tagged(TAGS.listing, piece);
    }
    for (const generation of generations) {
      for (const piece of packGeneration(generation, sequence, OPERATIONS_PER_PART)) {
        yield tagged(TAGS.operations, piece);
      }
    }
  }
  function* packed(): Generator<SnapshotPart> {
    const encoder = new TextEncoder();
    const partOf = (bytes: Uint8Array) => ({ key: keyOf(bytes), bytes: () => bytes });
    for (const part of parts()) yield partOf(encoder.encode(JSON.stringify(part)));
    yield* pages.copies();
    for (const bytes of lists()) yield partOf(bytes);
  }
  const { done } = pages;
  const format = SNAPSHOT_FORMAT;
  return { format, partition, sequence, epoch, timeMs, hash, operations, parts: packed(), done };
}

const countOf = (sellers: readonly SellerStock[]): number =>
  sellers.reduce((sum, { holds }) => sum + holds, 0);

/**
 * The pages as parts, as they are now, however late they are read: one that is written to is copied
 * first. A page that has its version of the last time has its key, too.
 */
function copyPages(
  blocks: Blocks,
  packed: PackedPages,
  keyOf: KeyOfPart,
): { copies: () => Generator<SnapshotPart>; done: () => void } {
  const pages = blocks.pages.map((page, at) => ({
    page,
    version: page.version,
    bytes: page.bytes.subarray(0, usedOf(blocks, at)),
  }));
  const saved = new Map<number, Uint8Array>();
  let reached = 0;
  blocks.beforeWrite = (at) => {
    const frozen = at >= reached && !saved.has(at) ? pages[at] : undefined;
    if (frozen) saved.set(at, tagged(TAGS.holds, frozen.bytes));
  };
  return {
    copies: function* () {
      for (const [at, { page, version, bytes }] of pages.entries()) {
        const copy = (): Uint8Array => saved.get(at) ?? tagged(TAGS.holds, bytes);
        const packedPage = packed.get(page);
        if (packedPage?.version === version) {
          yield { key: packedPage.key, bytes: copy };
        } else {
          const changed = copy();
          const key = keyOf(changed);
          packed.set(page, { version, key });
          yield { key, bytes: () => changed };
        }
        reached = at + 1;
        saved.delete(at);
      }
    },
    done: () => (blocks.beforeWrite = null),
  };
}

function tagged(tag: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.byteLength + 1);
  bytes[0] = tag;
  bytes.set(content, 1);
  return bytes;
}

function* first<T>(items: Iterable<T>, count: number): Generator<T> {
  let yielded = 0;
  for (const item of items) {
    if (yielded === count) return;
    yielded += 1;
    yield item;
  }
}

function* inParts(section: Section, generation: number, items: Iterable<Item>): Generator<Part> {
  let batch: Item[] = [];
  for (const item of items) {
    batch.push(item);
    if (batch.length < PART_ITEMS) continue;
    yield { section, generation, items: batch };
    batch = [];
  }
  if (batch.length > 0) yield { section, generation, items: batch };
}

const packCell = (cell: Cell, touched: number): Item => [
  cell.sellerId,
  placeKey(cell.place),
  cell.goodsId,
  cell.kind,
  cell.quantity,
  cell.held,
  cell.unreported,
  cell.initialised,
  touched,
  cell.reportedAtMs,
];

/** Unpacks a snapshot, whose parts come in their order, into a replica that stands where the packed one stood. */
export function restoring(head: SnapshotHead, idempotencyWindow: number) {
  const replica = createReplica(head.partition, idempotencyWindow);
  const decoder = new TextDecoder();
  const takePart = (key: string, bytes: Uint8Array): void => {
    const [tag = 0] = bytes;
    const content = bytes.subarray(1);
    switch (tag) {
      case TAGS.holds:
        return restorePage(replica, key, content);
      case TAGS.listing:
        return restoreListing(replica, content);
      case TAGS.operations:
        return unpackGeneration(replica.index, content);
      default:
        return restorePart(replica, JSON.parse(decoder.decode(bytes)) as Part);
    }
  };
  const { sequence, epoch, timeMs, hash, operations } = head;
  const done = (): Replica => Object.assign(replica, { sequence, epoch, timeMs, hash, operations });
  return { takePart, done };
}

function restorePage({ state, packed }: Replica, key: string, content: Uint8Array): void {
  restoreHolds(state, content);
  const page = state.holds.blocks.pages.at(-1);
  if (page) packed.set(page, { version: page.version, key });
}

function restoreListing({ state }: Replica, content: Uint8Array): void {
  const sellers: SellerStock[] = [...state.sellers.values()];
  unpackListing(content, state.holds, (seller, number, address) => {
    const found = sellers[seller];
    if (found) addToListing(found.listing, number, address);
  });
}

function restorePart(replica: Replica, part: Part): void {
  const { state } = replica;
  switch (part.section) {
    case 'sellers':
      for (const [sellerId] of part.items as [string][]) sellerOf(state, sellerId);
      makeRoom(state.holds, part.generation);
      return;
    case 'channels':
      for (const [channel] of part.items as [string][]) channelNumber(state.holds, channel);
      return;
    case 'cells':
      for (const item of part.items) restoreCell(replica, item);
      return;
    case 'policies':
      for (const item of part.items) restorePolicy(state, item);
      return;
    case 'rebound':
      for (const [number, ref] of part.items as [number, string][]) {
        state.holds.rebound.set(number, ref);
      }
      return;
    case 'closed':
      for (const [address] of part.items as [number][]) state.closed.ring.push(address);
      state.closed.next = part.generation;
      return;
    case 'bills': {
      const bills = part.generation === 0 ? state.bills.old : state.bills.young;
      for (const [key, body] of part.items as [string, string][]) bills.set(key, body);
      return;
    }
  }
}

function restoreCell({ state, touched }: Replica, item: Item): void {
  const [sellerId, where, goodsId, kind, ...amounts] = item as [
    string,
    string,
    string,
    Cell['kind'],
    number,
    number,
    number,
    boolean,
    number,
    number,
  ];
  const [quantity, held, unreported, initialised, last, reportedAtMs] = amounts;
  const place = placeFromKey(where);
  if (!place) throw new TypeError(`no place: ${where}`);
  const cell = openCell(state, sellerOf(state, sellerId), goodsId, place, kind);
  cell.set(quantity, held, unreported);
  cell.reported(reportedAtMs);
  cell.initialised = initialised;
  touched[cell.number] = last;
}
