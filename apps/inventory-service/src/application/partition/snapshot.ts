import { placeFromKey, placeKey } from '@astrolabe/kernel';
import { schedule } from '../../domain/expiry.ts';
import type { Hold, Line, LineState } from '../../domain/holds.ts';
import { isOpen } from '../../domain/holds.ts';
import type { Cell } from '../../domain/stock.ts';
import { openCell, sellerOf } from '../../domain/stock.ts';
import type { Snapshot } from '../ports.ts';
import { addOperationAt, operationsOf, rotate } from './operation-index.ts';
import type { Replica } from './replica.ts';
import { createReplica } from './replica.ts';

/** Items per part: a part stays well below a database document's limit. */
const PART_ITEMS = 10_000;

const LINE_STATES: readonly LineState[] = [
  'HELD',
  'ROUTED',
  'SOLD',
  'SHIPPED',
  'RELEASED',
  'EXPIRED',
  'GIVEN_BACK',
];

type Section = 'cells' | 'holds' | 'closed' | 'bills' | 'operations';
type Item = readonly unknown[];
type Part = { readonly section: Section; readonly generation: number; readonly items: Item[] };

/** Packs a replica. Its state must stand exactly at its sequence. */
export function packSnapshot(replica: Replica): Snapshot {
  const { partition, sequence, epoch, timeMs, hash, operations } = replica;
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const part of partsOf(replica)) parts.push(encoder.encode(JSON.stringify(part)));
  return { partition, sequence, epoch, timeMs, hash, operations, parts };
}

function* partsOf({ state, index }: Replica): Generator<Part> {
  yield* inParts('cells', 0, state.cells.map(packCell));
  for (const seller of state.sellers.values()) {
    const known = seller.listing.filter((hold) => seller.holds.get(hold.ref) === hold);
    yield* inParts('holds', 0, known.map(packHold));
  }
  const { ring, next } = state.closed;
  yield* inParts(
    'closed',
    next,
    ring.map((hold) => [hold.sellerId, hold.ref]),
  );
  yield* inParts('bills', 0, state.bills.old.entries());
  yield* inParts('bills', 1, state.bills.young.entries());
  yield* inParts('operations', 0, operationsOf(index.old));
  yield* inParts('operations', 1, operationsOf(index.young));
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

const packCell = (cell: Cell): Item => [
  cell.sellerId,
  placeKey(cell.place),
  cell.goodsId,
  cell.kind,
  String(cell.quantity),
  String(cell.held),
  String(cell.unreported),
  cell.initialised,
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
    String(line.quantity),
    String(line.open),
    String(line.shipped),
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
    const part = JSON.parse(decoder.decode(bytes)) as Part;
    if (part.section === 'operations' && part.generation !== generation) {
      generation = part.generation;
      rotate(replica.index);
    }
    restorePart(replica, part);
  }
  for (const seller of replica.state.sellers.values()) {
    for (const hold of seller.listing) if (hold.expiresAtMs !== 0) expireLater(replica, hold);
  }
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
    case 'operations':
      for (const [high, low, position] of part.items as [number, number, number][]) {
        addOperationAt(replica.index, high, low, position);
      }
      return;
  }
}

function restoreCell({ state }: Replica, item: Item): void {
  const [sellerId, where, goodsId, kind, quantity, held, unreported, initialised] = item as [
    string,
    string,
    string,
    Cell['kind'],
    string,
    string,
    string,
    boolean,
  ];
  const place = placeFromKey(where);
  if (!place) throw new TypeError(`no place: ${where}`);
  const cell = openCell(state, sellerOf(state, sellerId), goodsId, place, kind);
  cell.quantity = BigInt(quantity);
  cell.held = BigInt(held);
  cell.unreported = BigInt(unreported);
  cell.initialised = initialised;
}

type PackedLine = [string, string, string, string, string, number, number, number, number];

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
        quantity: BigInt(quantity),
        open: BigInt(open),
        shipped: BigInt(shipped),
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
