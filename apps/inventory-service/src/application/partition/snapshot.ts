import { placeFromKey, placeKey } from '@astrolabe/kernel';
import type { Blocks } from '../../domain/hold-store/blocks.ts';
import { usedOf } from '../../domain/hold-store/blocks.ts';
import { restoreHolds } from '../../domain/hold-store/restore.ts';
import { channelNumber, makeRoom } from '../../domain/hold-store/store.ts';
import type { Cell, SellerStock } from '../../domain/stock.ts';
import { openCell, sellerOf } from '../../domain/stock.ts';
import type { Snapshot, SnapshotHead } from '../ports.ts';
import { packListing, unpackListing } from './listing-parts.ts';
import { generationsOf, packGeneration, rotate, unpackGeneration } from './operation-index.ts';
import { packPolicies, restorePolicy } from './policies.ts';
import type { Replica } from './replica.ts';
import { createReplica } from './replica.ts';

/** A snapshot of another format is passed over: the journal has everything. */
export const SNAPSHOT_FORMAT = 2;

/** Items per part of JSON: packing one takes a few milliseconds, which is how long the writer waits. */
const PART_ITEMS = 2_000;

type Section = 'sellers' | 'channels' | 'cells' | 'policies' | 'rebound' | 'closed' | 'bills';
type Item = readonly unknown[];
/** `generation`: of the bills; of sellers how many holds follow; of closed holds the ring's next. */
type Part = { readonly section: Section; readonly generation: number; readonly items: Item[] };

/** First byte of a part that is not JSON; what follows is memory as it lies. */
const TAGS = { oldOperations: 0, youngOperations: 1, holds: 2, listing: 3 } as const;
const OPERATIONS_PER_PART = 50_000;

/**
 * Freezes a replica, whose state must stand exactly at its sequence, and packs it part by part while
 * the partition goes on: a page of holds that is about to be written to is copied first. What else
 * can change is copied now; what only ever grows is taken as far as it had come. The parts can be
 * taken once; only one replica may be frozen at a time. `done` must be called when the last part was
 * taken, or no more will be.
 */
export function freeze(replica: Replica): Snapshot & { readonly done: () => void } {
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
  const generations = generationsOf(index);
  const pages = copyPages(holds.blocks);
  function* parts(): Generator<Part> {
    yield* small;
    yield* inParts('cells', 0, cells);
    yield* inParts('closed', next, closed);
    for (const [generation, { map, size }] of bills.entries()) {
      yield* inParts('bills', generation, first(map.entries(), size));
    }
  }
  function* bytes(): Generator<Uint8Array> {
    const encoder = new TextEncoder();
    for (const part of parts()) yield encoder.encode(JSON.stringify(part));
    yield* pages.copies();
    for (const listing of listings) {
      for (const piece of listing) yield tagged(TAGS.listing, piece);
    }
    const tags = [TAGS.oldOperations, TAGS.youngOperations];
    for (const [generation, table] of generations.entries()) {
      for (const packed of packGeneration(table, sequence, OPERATIONS_PER_PART)) {
        yield tagged(tags[generation] ?? TAGS.oldOperations, packed);
      }
    }
  }
  const { done } = pages;
  const format = SNAPSHOT_FORMAT;
  return { format, partition, sequence, epoch, timeMs, hash, operations, parts: bytes(), done };
}

const countOf = (sellers: readonly SellerStock[]): number =>
  sellers.reduce((sum, { holds }) => sum + holds, 0);

/** The pages as parts, as they are now, however late they are taken: one that is written to is copied first. */
function copyPages(blocks: Blocks): { copies: () => Generator<Uint8Array>; done: () => void } {
  const sizes = blocks.pages.map((_, page) => usedOf(blocks, page));
  const copyOf = (page: number): Uint8Array => {
    const bytes = blocks.pages[page]?.bytes ?? new Uint8Array();
    return tagged(TAGS.holds, bytes.subarray(0, sizes[page]));
  };
  const saved = new Map<number, Uint8Array>();
  let reached = 0;
  blocks.beforeWrite = (page) => {
    if (page >= reached && page < sizes.length && !saved.has(page)) saved.set(page, copyOf(page));
  };
  return {
    copies: function* () {
      while (reached < sizes.length) {
        const page = reached;
        const copy = saved.get(page) ?? copyOf(page);
        saved.delete(page);
        reached += 1;
        yield copy;
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
  let taken = 0;
  for (const item of items) {
    if (taken === count) return;
    taken += 1;
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
];

/** Unpacks a snapshot into a replica that stands where the packed one stood. */
export function restore(snapshot: Snapshot, idempotencyWindow: number): Replica {
  const { takePart, done } = restoring(snapshot, idempotencyWindow);
  for (const bytes of snapshot.parts) takePart(bytes);
  return done();
}

/** The same, for parts that come one by one, in their order. */
export function restoring(head: SnapshotHead, idempotencyWindow: number) {
  const replica = createReplica(head.partition, idempotencyWindow);
  const decoder = new TextDecoder();
  let generation = 0;
  const takePart = (bytes: Uint8Array): void => {
    const [tag = 0] = bytes;
    const content = bytes.subarray(1);
    switch (tag) {
      case TAGS.holds:
        return restoreHolds(replica.state, content);
      case TAGS.listing:
        return restoreListing(replica, content);
      case TAGS.oldOperations:
      case TAGS.youngOperations:
        if (tag !== generation) rotate(replica.index);
        generation = tag;
        return unpackGeneration(replica.index, content);
      default:
        return restorePart(replica, JSON.parse(decoder.decode(bytes)) as Part);
    }
  };
  const { sequence, epoch, timeMs, hash, operations } = head;
  const done = (): Replica => Object.assign(replica, { sequence, epoch, timeMs, hash, operations });
  return { takePart, done };
}

function restoreListing({ state }: Replica, content: Uint8Array): void {
  const sellers: SellerStock[] = [...state.sellers.values()];
  unpackListing(content, state.holds, (seller, number, address) => {
    sellers[seller]?.listing.numbers.push(number);
    sellers[seller]?.listing.addresses.push(address);
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
  const [sellerId, where, goodsId, kind, quantity, held, unreported, initialised, last] = item as [
    string,
    string,
    string,
    Cell['kind'],
    number,
    number,
    number,
    boolean,
    number,
  ];
  const place = placeFromKey(where);
  if (!place) throw new TypeError(`no place: ${where}`);
  const cell = openCell(state, sellerOf(state, sellerId), goodsId, place, kind);
  Object.assign(cell, { quantity, held, unreported, initialised });
  touched[cell.number] = last;
}
