import { assertNever, placeKey } from '@astrolabe/kernel';
import type {
  AdjustLine,
  Body,
  Command,
  InitialiseLine,
  RepairCell,
  ReserveLine,
  RouteLine,
} from '../../domain/commands.ts';
import type { LineOutcome, Outcome } from '../../domain/outcomes.ts';
import type { Cell, Entry } from '../../domain/stock.ts';
import { STATUSES, VERBS } from './codes.ts';
import { packRule } from './policy.ts';

/** JSON of the packed form: only arrays, texts and whole numbers. */
export type Packed = string | number | readonly Packed[];

/**
 * What a record writes once: the words that its operations use again and again, and the cells that
 * they speak of. Operations point to both by position.
 */
export type Tables = {
  readonly words: string[];
  readonly wordPositions: Map<string, number>;
  readonly cells: Cell[];
  readonly cellPositions: Map<number, number>;
  /** Characters that the words take. */
  characters: number;
};

export const createTables = (): Tables => ({
  words: [],
  wordPositions: new Map(),
  cells: [],
  cellPositions: new Map(),
  characters: 0,
});

const QUOTES_AND_COMMA = 3;

function word(tables: Tables, text: string): number {
  const known = tables.wordPositions.get(text);
  if (known !== undefined) return known;
  const position = tables.words.push(text) - 1;
  tables.wordPositions.set(text, position);
  tables.characters += text.length + QUOTES_AND_COMMA;
  return position;
}

/** Operation id, seller, actor, message, body, outcome, entries. */
export function packOperation(
  command: Command,
  outcome: Outcome,
  entries: readonly Entry[],
  tables: Tables,
): Packed[] {
  return [
    command.operationId,
    word(tables, command.sellerId),
    word(tables, command.actor),
    command.messageId,
    packBody(command.body, tables),
    packOutcome(outcome, tables),
    packEntries(entries, tables),
  ];
}

/** `previous`: the record that touched the cell before; so the journal is a list of its history. */
export const packCell = (cell: Cell, previous: number, tables: Tables): Packed[] => [
  word(tables, cell.sellerId),
  word(tables, placeKey(cell.place)),
  word(tables, cell.goodsId),
  kindCode(cell.kind),
  previous,
];

export const kindCode = (kind: 'CERTAIN' | 'SHARED'): number => (kind === 'CERTAIN' ? 0 : 1);

/** True when both commands say the same. */
export const sameContent = (a: Body, b: Body): boolean => contentOf(a) === contentOf(b);

function contentOf(body: Body): string {
  const tables = createTables();
  const packed = packBody(body, tables);
  return JSON.stringify([packed, tables.words]);
}

function packBody(body: Body, tables: Tables): Packed[] {
  const verb = VERBS.indexOf(body.verb);
  const list = (texts: readonly string[]): Packed[] => texts.map((text) => word(tables, text));
  switch (body.verb) {
    case 'RESERVE': {
      const { ref, channel, ttlMs, buyerRef } = body;
      const lines = body.lines.map((line) => reserveLine(line, tables));
      return [verb, ref, word(tables, channel), ttlMs, word(tables, buyerRef), lines];
    }
    case 'ROUTE':
      return [verb, body.ref, body.lines.map((line) => routeLine(line, tables))];
    case 'ACCEPT':
    case 'REFUSE':
      return [verb, body.ref, list(body.lineIds)];
    case 'RELEASE':
    case 'GIVE_BACK':
      return [verb, body.ref, list(body.lineIds), body.reason];
    case 'CONFIRM':
    case 'EXPIRE':
      return [verb, body.ref];
    case 'REBIND': {
      const lines = body.lines.map(({ lineId, newLineId, quantity }) => [
        word(tables, lineId),
        word(tables, newLineId),
        quantity,
      ]);
      return [verb, body.ref, body.newRef, lines];
    }
    case 'CONSUME': {
      const lines = body.lines.map(({ lineId, quantity }) => [word(tables, lineId), quantity]);
      return [verb, body.ref, body.shipmentRef, lines];
    }
    case 'INITIALISE':
      return [verb, body.billScope, body.lines.map((line) => initialiseLine(line, tables))];
    case 'ADJUST':
      return [verb, body.billScope, body.lines.map((line) => adjustLine(line, tables))];
    case 'REPAIR_HOLD':
      return [verb, body.ref, body.reason];
    case 'REPAIR_CELL':
      return [verb, body.reason, packRepair(body, tables)];
    case 'PUT_POLICY':
      return [verb, '', body.rules.map(packRule)];
    default:
      return assertNever(body, 'packBody');
  }
}

const reserveLine = (line: ReserveLine, tables: Tables): Packed[] => [
  word(tables, line.lineId),
  word(tables, line.goodsId),
  line.quantity,
  line.place ? word(tables, placeKey(line.place)) : NOWHERE,
  kindCode(line.kind),
];

const routeLine = (line: RouteLine, tables: Tables): Packed[] => [
  word(tables, line.lineId),
  word(tables, placeKey(line.place)),
  kindCode(line.kind),
  line.quantity,
  word(tables, line.goodsId),
];

const initialiseLine = (line: InitialiseLine, tables: Tables): Packed[] => [
  word(tables, line.billNum),
  word(tables, placeKey(line.place)),
  word(tables, line.goodsId),
  kindCode(line.kind),
  line.quantity,
];

const adjustLine = (line: AdjustLine, tables: Tables): Packed[] => [
  word(tables, line.billNum),
  word(tables, placeKey(line.place)),
  word(tables, line.goodsId),
  kindCode(line.kind),
  line.delta,
  line.billType ?? '',
  line.finalQuantity ?? '',
];

const packRepair = (body: RepairCell, tables: Tables): Packed[] => [
  word(tables, placeKey(body.place)),
  word(tables, body.goodsId),
  kindCode(body.kind),
  body.seen.quantity,
  body.seen.held,
  body.quantity,
];

/** In the place of a word: there is no place. */
export const NOWHERE = -1;

function packOutcome({ status, reason, lines }: Outcome, tables: Tables): Packed[] {
  const packed = lines.map((line) => packLineOutcome(line, tables));
  return [STATUSES.indexOf(status), reason, packed];
}

function packLineOutcome(line: LineOutcome, tables: Tables): Packed[] {
  const packed: Packed[] = [
    word(tables, line.id),
    STATUSES.indexOf(line.status),
    line.place ? word(tables, placeKey(line.place)) : NOWHERE,
    line.kind ? kindCode(line.kind) : -1,
    line.quantity,
  ];
  if (line.reason || line.discrepancy) packed.push(line.reason, line.discrepancy ? 1 : 0);
  return packed;
}

/** Eight values per entry, in one flat list. */
function packEntries(entries: readonly Entry[], tables: Tables): Packed[] {
  const packed: Packed[] = [];
  const { cells, cellPositions } = tables;
  for (const entry of entries) {
    let position = cellPositions.get(entry.cell.number);
    if (position === undefined) {
      position = cells.push(entry.cell) - 1;
      cellPositions.set(entry.cell.number, position);
    }
    packed.push(
      position,
      entry.quantityDelta,
      entry.heldDelta,
      entry.unreportedDelta,
      entry.quantity,
      entry.held,
      entry.unreported,
      word(tables, entry.cause),
    );
  }
  return packed;
}
