import type { Place } from '@astrolabe/kernel';
import { assertNever, placeKey } from '@astrolabe/kernel';
import type {
  AdjustLine,
  Body,
  Command,
  Consume,
  InitialiseLine,
  Rebind,
  RepairCell,
  ReserveLine,
  RouteLine,
} from '../../domain/commands.ts';
import type { Outcome } from '../../domain/outcomes.ts';
import type { Entry } from '../../domain/ledger.ts';
import type { Cell } from '../../domain/goods.ts';
import { STATUSES, VERBS } from './codes.ts';
import { NumberList } from './number-list.ts';
import { packRule } from './policy.ts';

/**
 * What a record says, in four lists. Words are what its operations use again and again, and cells what
 * they speak of: operations point to both by position. All operations stand one after the other as
 * numbers, see `packOperation`; texts are what occurs once, in the order in which they mention it. Flat
 * lists are read and written in half the time that a tree of small ones takes.
 */
export type Tables = {
  readonly words: string[];
  readonly wordPositions: Map<string, number>;
  /** Words of the places of its cells. A place is one object for all cells that lie there. */
  readonly placeWords: Map<Place, number>;
  readonly cells: Cell[];
  readonly cellPositions: Map<number, number>;
  readonly texts: string[];
  readonly numbers: NumberList;
  /** Characters that words and texts take. */
  characters: number;
};

/** `numbers`: an empty list that was used before, if there is one. */
export const createTables = (numbers = new NumberList()): Tables => ({
  words: [],
  wordPositions: new Map(),
  placeWords: new Map(),
  cells: [],
  cellPositions: new Map(),
  texts: [],
  numbers,
  characters: 0,
});

const QUOTES_AND_COMMA = 3;

function word(tables: Tables, text: string): number {
  const existing = tables.wordPositions.get(text);
  if (existing !== undefined) return existing;
  const position = tables.words.push(text) - 1;
  tables.wordPositions.set(text, position);
  tables.characters += text.length + QUOTES_AND_COMMA;
  return position;
}

function addText(tables: Tables, text: string): void {
  tables.texts.push(text);
  tables.characters += text.length + QUOTES_AND_COMMA;
}

/**
 * Adds an operation. Its numbers: how many they are, how many texts it has, where among its numbers the
 * entries begin, then seller, actor, body, outcome and entries. Its texts: operation id, message, and
 * those of the body.
 */
export function packOperation(
  command: Command,
  outcome: Outcome,
  entries: readonly Entry[],
  tables: Tables,
): void {
  const { numbers, texts } = tables;
  const head = numbers.count;
  const firstText = texts.length;
  addText(tables, command.operationId);
  addText(tables, command.messageId);
  numbers.add(0).add(0).add(0);
  numbers.add(word(tables, command.sellerId)).add(word(tables, command.actor));
  packBody(command.body, tables);
  packOutcome(outcome, tables);
  numbers.set(head + 2, numbers.count - head);
  packEntries(entries, tables);
  numbers.set(head, numbers.count - head);
  numbers.set(head + 1, texts.length - firstText);
}

/** Seller, place, goods, kind, and the record that touched the cell before. */
export const CELL_WIDTH = 5;

/**
 * The cells, `CELL_WIDTH` numbers of each. `touched` has by a cell's number the record that touched it
 * last; so the journal is a list of each cell's history.
 */
export function packCells(tables: Tables, touched: readonly number[]): number[] {
  const packed: number[] = [];
  for (const cell of tables.cells) {
    packed.push(
      word(tables, cell.sellerId),
      placeWord(tables, cell.place),
      word(tables, cell.goodsId),
      kindCode(cell.kind),
      touched[cell.number] ?? 0,
    );
  }
  return packed;
}

export const kindCode = (kind: 'CERTAIN' | 'SHARED'): number => (kind === 'CERTAIN' ? 0 : 1);

/** True when both commands say the same. */
export const sameContent = (a: Body, b: Body): boolean => contentOf(a) === contentOf(b);

function contentOf(body: Body): string {
  const tables = createTables();
  packBody(body, tables);
  return JSON.stringify([tables.numbers.toArray(), tables.texts, tables.words]);
}

/** The verb, what the body says beside its lines, how many lines these are, and they. */
function packBody(body: Body, tables: Tables): void {
  const { numbers } = tables;
  numbers.add(VERBS.indexOf(body.verb));
  switch (body.verb) {
    case 'RESERVE':
      addText(tables, body.ref);
      numbers.add(word(tables, body.channel)).add(body.ttlMs).add(word(tables, body.buyerRef));
      return packLines(body.lines, reserveLine, tables);
    case 'ROUTE':
      addText(tables, body.ref);
      return packLines(body.lines, routeLine, tables);
    case 'ACCEPT':
    case 'REFUSE':
      addText(tables, body.ref);
      return packLines(body.lineIds, lineId, tables);
    case 'RELEASE':
    case 'GIVE_BACK':
      addText(tables, body.ref);
      numbers.add(word(tables, body.reason));
      return packLines(body.lineIds, lineId, tables);
    case 'CONFIRM':
    case 'EXPIRE':
      return addText(tables, body.ref);
    case 'REBIND':
      addText(tables, body.ref);
      addText(tables, body.newRef);
      return packLines(body.lines, rebindLine, tables);
    case 'CONSUME':
      addText(tables, body.ref);
      addText(tables, body.shipmentRef);
      return packLines(body.lines, consumeLine, tables);
    case 'INITIALISE':
      numbers.add(word(tables, body.billScope));
      return packLines(body.lines, initialiseLine, tables);
    case 'ADJUST':
      numbers.add(word(tables, body.billScope));
      return packLines(body.lines, adjustLine, tables);
    case 'REPAIR_HOLD':
      addText(tables, body.ref);
      return void numbers.add(word(tables, body.reason));
    case 'REPAIR_CELL':
      return packRepair(body, tables);
    case 'PUT_POLICY':
      return addText(tables, JSON.stringify(body.rules.map(packRule)));
    default:
      return assertNever(body, 'packBody');
  }
}

function packLines<L>(
  lines: readonly L[],
  pack: (line: L, tables: Tables) => void,
  tables: Tables,
): void {
  tables.numbers.add(lines.length);
  for (const line of lines) pack(line, tables);
}

const placeWord = (tables: Tables, place: Place): number =>
  tables.placeWords.get(place) ?? word(tables, placeKey(place));

const lineId = (id: string, tables: Tables): void => void tables.numbers.add(word(tables, id));

const reserveLine = (line: ReserveLine, tables: Tables): void =>
  void tables.numbers
    .add(word(tables, line.lineId))
    .add(word(tables, line.goodsId))
    .add(line.quantity)
    .add(line.place ? placeWord(tables, line.place) : NONE)
    .add(kindCode(line.kind));

const routeLine = (line: RouteLine, tables: Tables): void =>
  void tables.numbers
    .add(word(tables, line.lineId))
    .add(placeWord(tables, line.place))
    .add(kindCode(line.kind))
    .add(line.quantity)
    .add(word(tables, line.goodsId));

const rebindLine = (line: Rebind['lines'][number], tables: Tables): void =>
  void tables.numbers
    .add(word(tables, line.lineId))
    .add(word(tables, line.newLineId))
    .add(line.quantity);

const consumeLine = (line: Consume['lines'][number], tables: Tables): void =>
  void tables.numbers.add(word(tables, line.lineId)).add(line.quantity);

const initialiseLine = (line: InitialiseLine, tables: Tables): void =>
  void tables.numbers
    .add(word(tables, line.billNum))
    .add(placeWord(tables, line.place))
    .add(word(tables, line.goodsId))
    .add(kindCode(line.kind))
    .add(line.operationTimeMs ?? NONE)
    .add(line.quantity);

const adjustLine = (line: AdjustLine, tables: Tables): void =>
  void tables.numbers
    .add(word(tables, line.billNum))
    .add(placeWord(tables, line.place))
    .add(word(tables, line.goodsId))
    .add(kindCode(line.kind))
    .add(line.operationTimeMs ?? NONE)
    .add(line.delta)
    .add(line.billType ? word(tables, line.billType) : NONE)
    .add(line.finalQuantity === null ? 0 : 1)
    .add(line.finalQuantity ?? 0);

const packRepair = (body: RepairCell, tables: Tables): void =>
  void tables.numbers
    .add(word(tables, body.reason))
    .add(placeWord(tables, body.place))
    .add(word(tables, body.goodsId))
    .add(kindCode(body.kind))
    .add(body.expected.quantity)
    .add(body.expected.held)
    .add(body.quantity);

/** In the place of a position, a code or a time, none of which is negative: there is none. */
export const NONE = -1;

/** Status, reason, how many lines, and so many numbers of each. */
function packOutcome({ status, reason, lines }: Outcome, tables: Tables): void {
  tables.numbers.add(STATUSES.indexOf(status)).add(word(tables, reason)).add(lines.length);
  for (const line of lines) {
    tables.numbers
      .add(word(tables, line.id))
      .add(STATUSES.indexOf(line.status))
      .add(word(tables, line.reason))
      .add(line.place ? placeWord(tables, line.place) : NONE)
      .add(line.kind ? kindCode(line.kind) : NONE)
      .add(line.quantity)
      .add(line.discrepancy ? 1 : 0);
  }
}

/** How many entries, and eight numbers of each. */
function packEntries(entries: readonly Entry[], tables: Tables): void {
  const { numbers } = tables;
  numbers.add(entries.length);
  for (const entry of entries) {
    numbers
      .add(tables.cellPositions.get(entry.cell.number) ?? addCell(tables, entry.cell))
      .add(entry.quantityDelta)
      .add(entry.heldDelta)
      .add(entry.unreportedDelta)
      .add(entry.quantity)
      .add(entry.held)
      .add(entry.unreported)
      .add(word(tables, entry.cause));
  }
}

function addCell(tables: Tables, cell: Cell): number {
  const { cells, cellPositions, placeWords } = tables;
  const position = cells.push(cell) - 1;
  cellPositions.set(cell.number, position);
  if (!placeWords.has(cell.place)) placeWords.set(cell.place, placeWord(tables, cell.place));
  return position;
}
