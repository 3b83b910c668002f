import type { Place, StockKind } from '@astrolabe/kernel';
import { placeFromKey } from '@astrolabe/kernel';
import type { BillType, Body, Command } from '../../domain/commands.ts';
import type { LineOutcome, Outcome, Reason } from '../../domain/outcomes.ts';
import { STATUSES, VERBS } from './codes.ts';
import type { Packed } from './pack.ts';
import { unpackRule } from './policy.ts';
import type { CellName } from './record.ts';

/** One decided operation as the journal tells it. */
export type DurableOperation = {
  readonly command: Command;
  readonly outcome: Outcome;
  readonly entries: readonly DurableEntry[];
};

/** A ledger entry with its cell's values afterwards; quantities in thousandths. */
export type DurableEntry = {
  readonly cell: CellName;
  readonly quantityDelta: number;
  readonly heldDelta: number;
  readonly unreportedDelta: number;
  readonly quantity: number;
  readonly held: number;
  readonly unreported: number;
  readonly cause: string;
};

/** The packed operations of a record, and the cells that they speak of. */
export type PackedBatch = {
  readonly cells: readonly Packed[];
  readonly operations: readonly Packed[];
};

/** Reads a record's body. Throws when it is none: the hash did not protect it, so it is a bug. */
export function parseBody(body: string): PackedBatch {
  if (body === '') return { cells: [], operations: [] };
  const [cells, operations] = JSON.parse(body) as [Packed[], Packed[]];
  return { cells, operations };
}

const list = (packed: Packed | undefined): readonly Packed[] => packed as readonly Packed[];
const text = (packed: Packed | undefined): string => packed as string;
const int = (packed: Packed | undefined): number => packed as number;
const kind = (packed: Packed | undefined): StockKind => (packed === 0 ? 'CERTAIN' : 'SHARED');
const texts = (packed: Packed | undefined): string[] => [...(packed as readonly string[])];

const PLACES_KEPT = 10_000;
const places = new Map<string, Place>();

/** Reads a place; a journal names few of them very often, so they are read once. */
export function place(packed: Packed | undefined): Place {
  const key = packed as string;
  const known = places.get(key);
  if (known) return known;
  const found = placeFromKey(key);
  if (!found) throw new TypeError(`no place: ${key}`);
  if (places.size < PLACES_KEPT) places.set(key, found);
  return found;
}

export function unpackCell(packed: Packed): CellName {
  const [sellerId, where, goodsId, kindCode] = list(packed);
  return {
    sellerId: text(sellerId),
    place: place(where),
    goodsId: text(goodsId),
    kind: kind(kindCode),
  };
}

/** The record that touched the packed cell before; 0: none. */
export const previousOf = (packed: Packed | undefined): number => int(list(packed)[4]);

export function unpackCommand(packed: Packed): Command {
  const operation = list(packed);
  return {
    operationId: text(operation[0]),
    sellerId: text(operation[1]),
    actor: text(operation[2]),
    messageId: text(operation[3]),
    body: unpackBody(list(operation[4])),
  };
}

export function unpackOperation(packed: Packed, cells: readonly CellName[]): DurableOperation {
  const operation = list(packed);
  return {
    command: unpackCommand(packed),
    outcome: unpackOutcome(list(operation[5])),
    entries: unpackEntries(list(operation[6]), cells),
  };
}

export function unpackOutcome(packed: readonly Packed[]): Outcome {
  return {
    status: STATUSES[int(packed[0])] ?? 'INVALID',
    reason: text(packed[1]) as Reason,
    lines: list(packed[2]).map((line) => unpackLineOutcome(list(line))),
  };
}

function unpackLineOutcome(line: readonly Packed[]): LineOutcome {
  return {
    id: text(line[0]),
    status: STATUSES[int(line[1])] ?? 'INVALID',
    reason: (line[5] ?? '') as Reason,
    place: line[2] === '' ? null : place(line[2]),
    kind: line[3] === -1 ? null : kind(line[3]),
    quantity: int(line[4]),
    discrepancy: line[6] === 1,
  };
}

/** Values of one entry in the flat list of an operation's entries. */
export const ENTRY_WIDTH = 8;

function unpackEntries(flat: readonly Packed[], cells: readonly CellName[]): DurableEntry[] {
  const entries: DurableEntry[] = [];
  for (let at = 0; at < flat.length; at += ENTRY_WIDTH) {
    const cell = cells[int(flat[at])];
    if (!cell) throw new TypeError(`no cell ${String(flat[at])}`);
    entries.push({
      cell,
      quantityDelta: int(flat[at + 1]),
      heldDelta: int(flat[at + 2]),
      unreportedDelta: int(flat[at + 3]),
      quantity: int(flat[at + 4]),
      held: int(flat[at + 5]),
      unreported: int(flat[at + 6]),
      cause: text(flat[at + 7]),
    });
  }
  return entries;
}

export function unpackBody(packed: readonly Packed[]): Body {
  const verb = VERBS[int(packed[0])];
  const ref = text(packed[1]);
  switch (verb) {
    case 'RESERVE':
      return {
        verb,
        ref,
        channel: text(packed[2]),
        ttlMs: int(packed[3]),
        buyerRef: text(packed[4]),
        lines: list(packed[5]).map((line) => reserveLine(list(line))),
      };
    case 'ROUTE':
      return { verb, ref, lines: list(packed[2]).map((line) => routeLine(list(line))) };
    case 'ACCEPT':
    case 'REFUSE':
      return { verb, ref, lineIds: texts(packed[2]) };
    case 'RELEASE':
    case 'GIVE_BACK':
      return { verb, ref, lineIds: texts(packed[2]), reason: text(packed[3]) };
    case 'CONFIRM':
    case 'EXPIRE':
      return { verb, ref };
    case 'REBIND':
      return {
        verb,
        ref,
        newRef: text(packed[2]),
        lines: list(packed[3]).map((line) => rebindLine(list(line))),
      };
    case 'CONSUME':
      return {
        verb,
        ref,
        shipmentRef: text(packed[2]),
        lines: list(packed[3]).map((line) => consumeLine(list(line))),
      };
    case 'INITIALISE':
      return { verb, billScope: ref, lines: list(packed[2]).map((line) => billLine(list(line))) };
    case 'ADJUST':
      return { verb, billScope: ref, lines: list(packed[2]).map((line) => adjustLine(list(line))) };
    case 'REPAIR_HOLD':
      return { verb, ref, reason: text(packed[2]) };
    case 'REPAIR_CELL':
      return { verb, reason: ref, ...repairOf(list(packed[2])) };
    case 'PUT_POLICY':
      return { verb, rules: list(packed[2]).map((rule) => unpackRule(list(rule))) };
    case undefined:
    default:
      throw new TypeError(`no verb ${String(packed[0])}`);
  }
}

const repairOf = (repair: readonly Packed[]) => ({
  place: place(repair[0]),
  goodsId: text(repair[1]),
  kind: kind(repair[2]),
  seen: { quantity: int(repair[3]), held: int(repair[4]) },
  quantity: int(repair[5]),
});

const reserveLine = (line: readonly Packed[]) => ({
  lineId: text(line[0]),
  goodsId: text(line[1]),
  quantity: int(line[2]),
  place: line[3] === '' ? null : place(line[3]),
  kind: kind(line[4]),
});

const routeLine = (line: readonly Packed[]) => ({
  lineId: text(line[0]),
  place: place(line[1]),
  kind: kind(line[2]),
  quantity: int(line[3]),
  goodsId: text(line[4]),
});

const rebindLine = (line: readonly Packed[]) => ({
  lineId: text(line[0]),
  newLineId: text(line[1]),
  quantity: int(line[2]),
});

const consumeLine = (line: readonly Packed[]) => ({
  lineId: text(line[0]),
  quantity: int(line[1]),
});

const billLine = (line: readonly Packed[]) => ({
  billNum: text(line[0]),
  place: place(line[1]),
  goodsId: text(line[2]),
  kind: kind(line[3]),
  quantity: int(line[4]),
});

const adjustLine = (line: readonly Packed[]) => ({
  billNum: text(line[0]),
  place: place(line[1]),
  goodsId: text(line[2]),
  kind: kind(line[3]),
  delta: int(line[4]),
  billType: line[5] === '' ? null : (line[5] as BillType),
  finalQuantity: line[6] === '' ? null : int(line[6]),
});
