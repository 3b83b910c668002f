import type { BillType, Body, Command } from '../../domain/commands.ts';
import type { LineOutcome, Outcome, Reason } from '../../domain/outcomes.ts';
import { STATUSES, VERBS } from './codes.ts';
import type { Packed } from './packed.ts';
import { CELL_WIDTH, NONE } from './pack.ts';
import { unpackRule } from './policy.ts';
import { Reader } from './reader.ts';
import type { CellName, JournalRecord } from './record.ts';

/** An operation as it was decided before. */
export type Decided = { readonly command: Command; readonly outcome: Outcome };

/** One decided operation as it stands in the journal. */
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

/** The cells of a record in their order. */
export function unpackCells(reader: Reader): CellName[] {
  const { cells } = reader;
  const names: CellName[] = [];
  for (let at = 0; at < cells.length; at += CELL_WIDTH) {
    names.push({
      sellerId: reader.wordAt(cells[at] ?? NONE),
      place: reader.placeAt(cells[at + 1] ?? NONE),
      goodsId: reader.wordAt(cells[at + 2] ?? NONE),
      kind: cells[at + 3] === 0 ? 'CERTAIN' : 'SHARED',
    });
  }
  return names;
}

/** Sequence of the record that touched the cell at `position` before; 0: none. */
export const previousOf = (reader: Reader, position: number): number =>
  reader.cells[position * CELL_WIDTH + CELL_WIDTH - 1] ?? 0;

/** The command of the operation at whose beginning the reader stands; its outcome comes next. */
export function unpackCommand(reader: Reader): Command {
  return {
    operationId: reader.text(),
    messageId: reader.text(),
    sellerId: reader.word(),
    actor: reader.word(),
    body: unpackBody(reader),
  };
}

/** The operation at whose beginning the reader stands, with all that it says. */
export const unpackOperation = (reader: Reader, cells: readonly CellName[]): DurableOperation => ({
  command: unpackCommand(reader),
  outcome: unpackOutcome(reader),
  entries: unpackEntries(reader, cells),
});

/** An operation of a record by its position, as it was decided; null when there is none. */
export function decidedAt(record: JournalRecord, index: number): Decided | null {
  const reader = new Reader(record.body);
  for (let at = 0; reader.next(); at += 1) {
    if (at === index) return unpackDecided(reader);
  }
  return null;
}

/** The operations of a record in their order, as they were decided. */
export function decidedIn(record: JournalRecord): Decided[] {
  const reader = new Reader(record.body);
  const decided: Decided[] = [];
  while (reader.next()) decided.push(unpackDecided(reader));
  return decided;
}

const unpackDecided = (reader: Reader): Decided => ({
  command: unpackCommand(reader),
  outcome: unpackOutcome(reader),
});

const unpackOutcome = (reader: Reader): Outcome => ({
  status: STATUSES[reader.int()] ?? 'INVALID',
  reason: reader.word() as Reason,
  lines: reader.list(unpackLineOutcome),
});

const unpackLineOutcome = (reader: Reader): LineOutcome => ({
  id: reader.word(),
  status: STATUSES[reader.int()] ?? 'INVALID',
  reason: reader.word() as Reason,
  place: reader.placeOrNone(),
  kind: reader.kindOrNone(),
  quantity: reader.int(),
  discrepancy: reader.int() === 1,
});

/** The entries before which the reader stands. */
export const unpackEntries = (reader: Reader, cells: readonly CellName[]): DurableEntry[] =>
  reader.list(() => unpackEntry(reader, cells));

function unpackEntry(reader: Reader, cells: readonly CellName[]): DurableEntry {
  const position = reader.int();
  const cell = cells[position];
  if (!cell) throw new TypeError(`no cell ${position}`);
  return {
    cell,
    quantityDelta: reader.int(),
    heldDelta: reader.int(),
    unreportedDelta: reader.int(),
    quantity: reader.int(),
    held: reader.int(),
    unreported: reader.int(),
    cause: reader.word(),
  };
}

/** Everything is read in the order in which `packBody` wrote it. */
function unpackBody(reader: Reader): Body {
  const code = reader.int();
  const verb = VERBS[code];
  switch (verb) {
    case 'RESERVE':
      return {
        verb,
        ref: reader.text(),
        channel: reader.word(),
        ttlMs: reader.int(),
        buyerRef: reader.word(),
        lines: reader.list(reserveLine),
      };
    case 'ROUTE':
      return { verb, ref: reader.text(), lines: reader.list(routeLine) };
    case 'ACCEPT':
    case 'REFUSE':
      return { verb, ref: reader.text(), lineIds: reader.list(lineId) };
    case 'RELEASE':
    case 'GIVE_BACK': {
      const [ref, reason] = [reader.text(), reader.word()];
      return { verb, ref, lineIds: reader.list(lineId), reason };
    }
    case 'CONFIRM':
    case 'EXPIRE':
      return { verb, ref: reader.text() };
    case 'REBIND':
      return { verb, ref: reader.text(), newRef: reader.text(), lines: reader.list(rebindLine) };
    case 'CONSUME':
      return {
        verb,
        ref: reader.text(),
        shipmentRef: reader.text(),
        lines: reader.list(consumeLine),
      };
    case 'INITIALISE':
      return { verb, billScope: reader.word(), lines: reader.list(billLine) };
    case 'ADJUST':
      return { verb, billScope: reader.word(), lines: reader.list(adjustLine) };
    case 'REPAIR_HOLD':
      return { verb, ref: reader.text(), reason: reader.word() };
    case 'REPAIR_CELL':
      return { verb, reason: reader.word(), ...repairOf(reader) };
    case 'PUT_POLICY':
      return { verb, rules: (JSON.parse(reader.text()) as Packed[][]).map(unpackRule) };
    case undefined:
    default:
      throw new TypeError(`no verb ${code}`);
  }
}

const lineId = (reader: Reader): string => reader.word();

const repairOf = (reader: Reader) => ({
  place: reader.place(),
  goodsId: reader.word(),
  kind: reader.kind(),
  expected: { quantity: reader.int(), held: reader.int() },
  quantity: reader.int(),
});

const reserveLine = (reader: Reader) => ({
  lineId: reader.word(),
  goodsId: reader.word(),
  quantity: reader.int(),
  place: reader.placeOrNone(),
  kind: reader.kind(),
});

const routeLine = (reader: Reader) => ({
  lineId: reader.word(),
  place: reader.place(),
  kind: reader.kind(),
  quantity: reader.int(),
  goodsId: reader.word(),
});

const rebindLine = (reader: Reader) => ({
  lineId: reader.word(),
  newLineId: reader.word(),
  quantity: reader.int(),
});

const consumeLine = (reader: Reader) => ({ lineId: reader.word(), quantity: reader.int() });

const billLine = (reader: Reader) => ({
  billNum: reader.word(),
  place: reader.place(),
  goodsId: reader.word(),
  kind: reader.kind(),
  operationTimeMs: reader.intOrNone(),
  quantity: reader.int(),
});

function adjustLine(reader: Reader) {
  const { quantity: delta, ...line } = billLine(reader);
  const billType = reader.wordOrNone() as BillType | null;
  const hasFinal = reader.int() === 1;
  const final = reader.int();
  return { ...line, delta, billType, finalQuantity: hasFinal ? final : null };
}
