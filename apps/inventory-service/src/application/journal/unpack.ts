import type { Place, StockKind } from '@astrolabe/kernel';
import { placeFromKey } from '@astrolabe/kernel';
import type { BillType, Body, Command } from '../../domain/commands.ts';
import type { LineOutcome, Outcome, Reason } from '../../domain/outcomes.ts';
import { STATUSES, VERBS } from './codes.ts';
import type { Packed } from './pack.ts';
import { NOWHERE } from './pack.ts';
import { unpackRule } from './policy.ts';
import type { CellName, JournalRecord } from './record.ts';

/** An operation as it was decided before. */
export type Decided = { readonly command: Command; readonly outcome: Outcome };

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

/** The packed operations of a record, and the words and cells that they point to. */
export type PackedBatch = {
  readonly words: readonly string[];
  readonly cells: readonly Packed[];
  readonly operations: readonly Packed[];
  /** Places that were read already, by their word. */
  readonly places: Place[];
};

/** Reads a record's body. Throws when it is none: the hash did not protect it, so it is a bug. */
export function parseBody(body: string): PackedBatch {
  if (body === '') return { words: [], cells: [], operations: [], places: [] };
  const [words, cells, operations] = JSON.parse(body) as [string[], Packed[], Packed[]];
  return { words, cells, operations, places: [] };
}

const list = (packed: Packed | undefined): readonly Packed[] => packed as readonly Packed[];
const text = (packed: Packed | undefined): string => packed as string;
const int = (packed: Packed | undefined): number => packed as number;
const kind = (packed: Packed | undefined): StockKind => (packed === 0 ? 'CERTAIN' : 'SHARED');
const wordAt = ({ words }: PackedBatch, packed: Packed | undefined): string => {
  const word = words[packed as number];
  if (word === undefined) throw new TypeError(`no word ${String(packed)}`);
  return word;
};
const wordsAt = (batch: PackedBatch, packed: Packed | undefined): string[] =>
  list(packed).map((each) => wordAt(batch, each));

/** The place that a word names. */
export function place(batch: PackedBatch, packed: Packed | undefined): Place {
  const position = packed as number;
  const known = batch.places[position];
  if (known) return known;
  const key = wordAt(batch, packed);
  const found = placeFromKey(key);
  if (!found) throw new TypeError(`no place: ${key}`);
  batch.places[position] = found;
  return found;
}

const placeOrNone = (batch: PackedBatch, packed: Packed | undefined): Place | null =>
  packed === NOWHERE ? null : place(batch, packed);

export function unpackCell(packed: Packed, batch: PackedBatch): CellName {
  const [sellerId, where, goodsId, kindCode] = list(packed);
  return {
    sellerId: wordAt(batch, sellerId),
    place: place(batch, where),
    goodsId: wordAt(batch, goodsId),
    kind: kind(kindCode),
  };
}

/** The record that touched the packed cell before; 0: none. */
export const previousOf = (packed: Packed | undefined): number => int(list(packed)[4]);

export function unpackCommand(packed: Packed, batch: PackedBatch): Command {
  const operation = list(packed);
  return {
    operationId: text(operation[0]),
    sellerId: wordAt(batch, operation[1]),
    actor: wordAt(batch, operation[2]),
    messageId: text(operation[3]),
    body: unpackBody(list(operation[4]), batch),
  };
}

export function unpackOperation(
  packed: Packed,
  batch: PackedBatch,
  cells: readonly CellName[],
): DurableOperation {
  const operation = list(packed);
  return {
    command: unpackCommand(packed, batch),
    outcome: unpackOutcome(list(operation[5]), batch),
    entries: unpackEntries(list(operation[6]), batch, cells),
  };
}

/** An operation of a record by its position, as it was decided; null when there is none. */
export function decidedAt(record: JournalRecord, index: number): Decided | null {
  const batch = parseBody(record.body);
  const packed = batch.operations[index];
  return packed === undefined ? null : unpackDecided(packed, batch);
}

/** The operations of a record in their order, as they were decided. */
export function decidedIn(record: JournalRecord): Decided[] {
  const batch = parseBody(record.body);
  return batch.operations.map((packed) => unpackDecided(packed, batch));
}

const unpackDecided = (packed: Packed, batch: PackedBatch): Decided => ({
  command: unpackCommand(packed, batch),
  outcome: unpackOutcome(list(list(packed)[5]), batch),
});

/** The outcome of an operation, whose sixth part it is. */
function unpackOutcome(packed: readonly Packed[], batch: PackedBatch): Outcome {
  return {
    status: STATUSES[int(packed[0])] ?? 'INVALID',
    reason: text(packed[1]) as Reason,
    lines: list(packed[2]).map((line) => unpackLineOutcome(list(line), batch)),
  };
}

function unpackLineOutcome(line: readonly Packed[], batch: PackedBatch): LineOutcome {
  return {
    id: wordAt(batch, line[0]),
    status: STATUSES[int(line[1])] ?? 'INVALID',
    reason: (line[5] ?? '') as Reason,
    place: placeOrNone(batch, line[2]),
    kind: line[3] === -1 ? null : kind(line[3]),
    quantity: int(line[4]),
    discrepancy: line[6] === 1,
  };
}

/** Values of one entry in the flat list of an operation's entries. */
export const ENTRY_WIDTH = 8;

function unpackEntries(
  flat: readonly Packed[],
  batch: PackedBatch,
  cells: readonly CellName[],
): DurableEntry[] {
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
      cause: wordAt(batch, flat[at + 7]),
    });
  }
  return entries;
}

function unpackBody(packed: readonly Packed[], batch: PackedBatch): Body {
  const lines = <L>(at: number, read: (line: readonly Packed[], batch: PackedBatch) => L): L[] =>
    list(packed[at]).map((line) => read(list(line), batch));
  const verb = VERBS[int(packed[0])];
  const ref = text(packed[1]);
  switch (verb) {
    case 'RESERVE':
      return {
        verb,
        ref,
        channel: wordAt(batch, packed[2]),
        ttlMs: int(packed[3]),
        buyerRef: wordAt(batch, packed[4]),
        lines: lines(5, reserveLine),
      };
    case 'ROUTE':
      return { verb, ref, lines: lines(2, routeLine) };
    case 'ACCEPT':
    case 'REFUSE':
      return { verb, ref, lineIds: wordsAt(batch, packed[2]) };
    case 'RELEASE':
    case 'GIVE_BACK':
      return { verb, ref, lineIds: wordsAt(batch, packed[2]), reason: text(packed[3]) };
    case 'CONFIRM':
    case 'EXPIRE':
      return { verb, ref };
    case 'REBIND':
      return {
        verb,
        ref,
        newRef: text(packed[2]),
        lines: lines(3, rebindLine),
      };
    case 'CONSUME':
      return {
        verb,
        ref,
        shipmentRef: text(packed[2]),
        lines: lines(3, consumeLine),
      };
    case 'INITIALISE':
      return { verb, billScope: ref, lines: lines(2, billLine) };
    case 'ADJUST':
      return { verb, billScope: ref, lines: lines(2, adjustLine) };
    case 'REPAIR_HOLD':
      return { verb, ref, reason: text(packed[2]) };
    case 'REPAIR_CELL':
      return { verb, reason: ref, ...repairOf(list(packed[2]), batch) };
    case 'PUT_POLICY':
      return { verb, rules: list(packed[2]).map((rule) => unpackRule(list(rule))) };
    case undefined:
    default:
      throw new TypeError(`no verb ${String(packed[0])}`);
  }
}

const repairOf = (repair: readonly Packed[], batch: PackedBatch) => ({
  place: place(batch, repair[0]),
  goodsId: wordAt(batch, repair[1]),
  kind: kind(repair[2]),
  seen: { quantity: int(repair[3]), held: int(repair[4]) },
  quantity: int(repair[5]),
});

const reserveLine = (line: readonly Packed[], batch: PackedBatch) => ({
  lineId: wordAt(batch, line[0]),
  goodsId: wordAt(batch, line[1]),
  quantity: int(line[2]),
  place: placeOrNone(batch, line[3]),
  kind: kind(line[4]),
});

const routeLine = (line: readonly Packed[], batch: PackedBatch) => ({
  lineId: wordAt(batch, line[0]),
  place: place(batch, line[1]),
  kind: kind(line[2]),
  quantity: int(line[3]),
  goodsId: wordAt(batch, line[4]),
});

const rebindLine = (line: readonly Packed[], batch: PackedBatch) => ({
  lineId: wordAt(batch, line[0]),
  newLineId: wordAt(batch, line[1]),
  quantity: int(line[2]),
});

const consumeLine = (line: readonly Packed[], batch: PackedBatch) => ({
  lineId: wordAt(batch, line[0]),
  quantity: int(line[1]),
});

const billLine = (line: readonly Packed[], batch: PackedBatch) => ({
  billNum: wordAt(batch, line[0]),
  place: place(batch, line[1]),
  goodsId: wordAt(batch, line[2]),
  kind: kind(line[3]),
  quantity: int(line[4]),
});

const adjustLine = (line: readonly Packed[], batch: PackedBatch) => ({
  billNum: wordAt(batch, line[0]),
  place: place(batch, line[1]),
  goodsId: wordAt(batch, line[2]),
  kind: kind(line[3]),
  delta: int(line[4]),
  billType: line[5] === '' ? null : (line[5] as BillType),
  finalQuantity: line[6] === '' ? null : int(line[6]),
});
