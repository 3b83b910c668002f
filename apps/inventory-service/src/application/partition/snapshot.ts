import { placeFromKey, placeKey } from '@astrolabe/kernel';
import { schedule } from '../../domain/expiry.ts';
import type { Hold, Line, LineState } from '../../domain/holds.ts';
import { isOpen } from '../../domain/holds.ts';
import type { Cell } from '../../domain/stock.ts';
import { openCell, sellerOf } from '../../domain/stock.ts';
import type { Snapshot } from '../ports.ts';
import { generationsOf, packGeneration, rotate, unpackGeneration } from './operation-index.ts';
import { packPolicies, restorePolicy, restoreUsage } from './policies.ts';
import type { Replica } from './replica.ts';
import { createReplica } from './replica.ts';

/** Items per part: packing one takes a few milliseconds, which is how long the writer waits. */
const PART_ITEMS = 2_000;

const LINE_STATES: readonly LineState[] = [
  'HELD',
  'ROUTED',
  'SOLD',
  'SHIPPED',
  'RELEASED',
  'EXPIRED',
  'GIVEN_BACK',
];

type Section = 'cells' | 'holds' | 'closed' | 'bills' | 'policies';
type Item = readonly unknown[];
type Part = { readonly section: Section; readonly generation: number; readonly items: Item[] };

/**
 * Freezes a replica, whose state must stand exactly at its sequence, and packs it part by part while
 * the partition goes on: a hold that is about to change is packed first. What else can change is
 * copied now, or only ever grows. The parts can be taken once; only one replica may be frozen at a
 * time. `done` must be called when the last part was taken, or no more will be.
 */
export function freeze(replica: Replica): Snapshot & { readonly done: () => void } {
  const { partition, sequence, epoch, timeMs, hash, operations, state, index } = replica;
  const cells = state.cells.map((cell) => packCell(cell, replica.touched[cell.number] ?? 0));
  const sellers = [...state.sellers.values()].map(({ sellerId, listing, holds }) => ({
    sellerId,
    listing,
    holds,
    length: listing.length,
  }));
  const policies = packPolicies(state.sellers.values());
  const closed = state.closed.ring.map((hold) => [hold.sellerId, hold.ref]);
  const { next } = state.closed;
  const bills = [state.bills.old, state.bills.young].map((map) => ({ map, size: map.size }));
  const generations = generationsOf(index);
  const limit = state.holdsMade;
  const saved = new Map<number, Item>();
  // How far the packing is: a seller's holds are listed in the order of their numbers.
  const order = new Map(sellers.map(({ sellerId }, at) => [sellerId, at]));
  const reached = { seller: 0, number: -1 };
  const isTaken = ({ sellerId, number }: Hold): boolean => {
    const seller = order.get(sellerId) ?? -1;
    return seller < reached.seller || (seller === reached.seller && number <= reached.number);
  };

  state.beforeChange = (hold) => {
    const { number } = hold;
    if (number < limit && !saved.has(number) && !isTaken(hold)) saved.set(number, packHold(hold));
  };
  function* holds(): Generator<Item> {
    for (const [seller, { listing, holds: known, length }] of sellers.entries()) {
      Object.assign(reached, { seller, number: -1 });
      for (let at = 0; at < length; at += 1) {
        const hold = listing[at];
        if (!hold) continue;
        reached.number = hold.number;
        const item = saved.get(hold.number);
        if (item) yield item;
        // Neither saved nor known: it was forgotten before all this began.
        else if (known.get(hold.ref) === hold) yield packHold(hold);
        saved.delete(hold.number);
      }
    }
    reached.seller = sellers.length;
  }
  function* parts(): Generator<Part> {
    yield* inParts('cells', 0, cells);
    yield* inParts('policies', 0, policies);
    yield* inParts('holds', 0, holds());
    yield* inParts('closed', next, closed);
    for (const [generation, { map, size }] of bills.entries()) {
      yield* inParts('bills', generation, first(map.entries(), size));
    }
  }
  return {
    partition,
    sequence,
    epoch,
    timeMs,
    hash,
    operations,
    parts: bytesOf(parts(), generations),
    done: () => (state.beforeChange = null),
  };
}

/** First byte of a part that holds operation ids of a generation; other parts are JSON objects. */
const GENERATION_TAGS = [0, 1];
const OPERATIONS_PER_PART = 50_000;

function* bytesOf(
  parts: Iterable<Part>,
  generations: ReturnType<typeof generationsOf>,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const part of parts) yield encoder.encode(JSON.stringify(part));
  for (const [generation, table] of generations.entries()) {
    for (const packed of packGeneration(table, OPERATIONS_PER_PART)) {
      const bytes = new Uint8Array(packed.byteLength + 1);
      bytes[0] = GENERATION_TAGS[generation] ?? 0;
      bytes.set(packed, 1);
      yield bytes;
    }
  }
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

const packHold = (hold: Hold): Item => [
  hold.sellerId,
  hold.ref,
  hold.number,
  hold.channel,
  hold.buyerRef,
  hold.expiresAtMs,
  hold.reboundTo,
  hold.lines.map((line) => [
    line.lineId,
    line.goodsId,
    line.quantity,
    line.open,
    line.shipped,
    line.guarantee?.number ?? -1,
    line.routed?.number ?? -1,
    line.sold?.number ?? -1,
    LINE_STATES.indexOf(line.state),
  ]),
];

/** Unpacks a snapshot into a replica that stands where the packed one stood. */
export function restore(snapshot: Snapshot, idempotencyWindow: number): Replica {
  const replica = createReplica(snapshot.partition, idempotencyWindow);
  const decoder = new TextDecoder();
  let generation = 0;
  for (const bytes of snapshot.parts) {
    const [tag = 0] = bytes;
    if (GENERATION_TAGS.includes(tag)) {
      if (tag !== generation) rotate(replica.index);
      generation = tag;
      unpackGeneration(replica.index, bytes.subarray(1));
    } else restorePart(replica, JSON.parse(decoder.decode(bytes)) as Part);
  }
  for (const seller of replica.state.sellers.values()) {
    for (const hold of seller.listing) if (hold.expiresAtMs !== 0) expireLater(replica, hold);
  }
  restoreUsage(replica.state);
  const { sequence, epoch, timeMs, hash, operations } = snapshot;
  return Object.assign(replica, { sequence, epoch, timeMs, hash, operations });
}

function expireLater(replica: Replica, hold: Hold): void {
  const due = { atMs: hold.expiresAtMs, sellerId: hold.sellerId, ref: hold.ref };
  schedule(replica.state.expiry, due);
}

function restorePart(replica: Replica, part: Part): void {
  const { state } = replica;
  switch (part.section) {
    case 'cells':
      for (const item of part.items) restoreCell(replica, item);
      return;
    case 'holds':
      for (const item of part.items) restoreHold(replica, item);
      return;
    case 'policies':
      for (const item of part.items) restorePolicy(state, item);
      return;
    case 'closed':
      for (const [sellerId, ref] of part.items as [string, string][]) {
        const hold = state.sellers.get(sellerId)?.holds.get(ref);
        if (hold) state.closed.ring.push(hold);
      }
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
  cell.quantity = quantity;
  cell.held = held;
  cell.unreported = unreported;
  cell.initialised = initialised;
  touched[cell.number] = last;
}

type PackedLine = [string, string, number, number, number, number, number, number, number];

function restoreHold({ state }: Replica, item: Item): void {
  const [sellerId, ref, number, channel, buyerRef, expiresAtMs, reboundTo, lines] = item as [
    string,
    string,
    number,
    string,
    string,
    number,
    string,
    PackedLine[],
  ];
  const seller = sellerOf(state, sellerId);
  const cellAt = (at: number): Cell | null => state.cells[at] ?? null;
  const hold: Hold = {
    ref,
    sellerId,
    number,
    channel,
    buyerRef,
    expiresAtMs,
    reboundTo,
    lines: lines.map(
      ([lineId, goodsId, quantity, open, shipped, guarantee, routed, sold, at]): Line => ({
        lineId,
        goodsId,
        quantity: quantity,
        open: open,
        shipped: shipped,
        guarantee: cellAt(guarantee),
        routed: cellAt(routed),
        sold: cellAt(sold),
        state: LINE_STATES[at] ?? 'HELD',
      }),
    ),
  };
  seller.holds.set(ref, hold);
  seller.listing.push(hold);
  state.holdsMade = Math.max(state.holdsMade, number + 1);
  state.openLines += hold.lines.filter(isOpen).length;
}
