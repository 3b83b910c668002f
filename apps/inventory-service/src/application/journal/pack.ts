import { assertNever, placeKey } from '@astrolabe/kernel';
import type { Body, Command } from '../../domain/commands.ts';
import type { LineOutcome, Outcome } from '../../domain/outcomes.ts';
import type { Cell, Entry } from '../../domain/stock.ts';
import { STATUSES, VERBS } from './codes.ts';
import { packRule } from './policy.ts';

/** JSON of the packed form: only arrays, texts and whole numbers. */
export type Packed = string | number | readonly Packed[];

/** Cells that a record speaks of, each written once; entries point to them by position. */
export type CellTable = { readonly positions: Map<number, number>; readonly cells: Cell[] };

export const createCellTable = (): CellTable => ({ positions: new Map(), cells: [] });

/** Operation id, seller, actor, message, body, outcome, entries. */
export function packOperation(
  command: Command,
  outcome: Outcome,
  entries: readonly Entry[],
  table: CellTable,
): Packed[] {
  return [
    command.operationId,
    command.sellerId,
    command.actor,
    command.messageId,
    packBody(command.body),
    packOutcome(outcome),
    packEntries(entries, table),
  ];
}

/** `previous`: the record that touched the cell before; so the journal is a list of its history. */
export const packCell = (cell: Cell, previous: number): Packed[] => [
  cell.sellerId,
  placeKey(cell.place),
  cell.goodsId,
  cell.kind === 'CERTAIN' ? 0 : 1,
  previous,
];

export const kindCode = (kind: 'CERTAIN' | 'SHARED'): number => (kind === 'CERTAIN' ? 0 : 1);

/** The content of a command: equal texts mean equal commands. */
export function packBody(body: Body): Packed[] {
  const verb = VERBS.indexOf(body.verb);
  switch (body.verb) {
    case 'RESERVE':
      return [verb, body.ref, body.channel, body.ttlMs, body.buyerRef, body.lines.map(reserveLine)];
    case 'ROUTE':
      return [
        verb,
        body.ref,
        body.lines.map((line) => [
          line.lineId,
          placeKey(line.place),
          kindCode(line.kind),
          line.quantity,
          line.goodsId,
        ]),
      ];
    case 'ACCEPT':
    case 'REFUSE':
      return [verb, body.ref, body.lineIds];
    case 'RELEASE':
    case 'GIVE_BACK':
      return [verb, body.ref, body.lineIds, body.reason];
    case 'CONFIRM':
    case 'EXPIRE':
      return [verb, body.ref];
    case 'REBIND':
      return [
        verb,
        body.ref,
        body.newRef,
        body.lines.map((line) => [line.lineId, line.newLineId, line.quantity]),
      ];
    case 'CONSUME':
      return [
        verb,
        body.ref,
        body.shipmentRef,
        body.lines.map((line) => [line.lineId, line.quantity]),
      ];
    case 'INITIALISE':
      return [
        verb,
        body.billScope,
        body.lines.map((line) => [
          line.billNum,
          placeKey(line.place),
          line.goodsId,
          kindCode(line.kind),
          line.quantity,
        ]),
      ];
    case 'ADJUST':
      return [verb, body.billScope, body.lines.map(adjustLine)];
    case 'REPAIR_HOLD':
      return [verb, body.ref, body.reason];
    case 'REPAIR_CELL':
      return [verb, body.reason, packRepair(body)];
    case 'PUT_POLICY':
      return [verb, '', body.rules.map(packRule)];
    default:
      return assertNever(body, 'packBody');
  }
}

const adjustLine = (line: Extract<Body, { verb: 'ADJUST' }>['lines'][number]): Packed[] => [
  line.billNum,
  placeKey(line.place),
  line.goodsId,
  kindCode(line.kind),
  line.delta,
  line.billType ?? '',
  line.finalQuantity === null ? '' : line.finalQuantity,
];

const packRepair = (body: Extract<Body, { verb: 'REPAIR_CELL' }>): Packed[] => [
  placeKey(body.place),
  body.goodsId,
  kindCode(body.kind),
  body.seen.quantity,
  body.seen.held,
  body.quantity,
];

function reserveLine(line: Extract<Body, { verb: 'RESERVE' }>['lines'][number]): Packed[] {
  const place = line.place ? placeKey(line.place) : '';
  return [line.lineId, line.goodsId, line.quantity, place, kindCode(line.kind)];
}

export function packOutcome(outcome: Outcome): Packed[] {
  return [STATUSES.indexOf(outcome.status), outcome.reason, outcome.lines.map(packLineOutcome)];
}

function packLineOutcome(line: LineOutcome): Packed[] {
  const packed: Packed[] = [
    line.id,
    STATUSES.indexOf(line.status),
    line.place ? placeKey(line.place) : '',
    line.kind ? kindCode(line.kind) : -1,
    line.quantity,
  ];
  if (line.reason || line.discrepancy) packed.push(line.reason, line.discrepancy ? 1 : 0);
  return packed;
}

/** Eight values per entry, in one flat list. */
function packEntries(entries: readonly Entry[], table: CellTable): Packed[] {
  const packed: Packed[] = [];
  for (const entry of entries) {
    let position = table.positions.get(entry.cell.number);
    if (position === undefined) {
      position = table.cells.length;
      table.cells.push(entry.cell);
      table.positions.set(entry.cell.number, position);
    }
    packed.push(
      position,
      entry.quantityDelta,
      entry.heldDelta,
      entry.unreportedDelta,
      entry.quantity,
      entry.held,
      entry.unreported,
      entry.cause,
    );
  }
  return packed;
}

export const samePacked = (a: Packed | undefined, b: Packed | undefined): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!samePacked(a[at], b[at])) return false;
  return true;
};
