import type { Milli } from '@astrolabe/kernel';
import type { FreeStock, RoutingInput, RoutingOutcome, RoutingStore } from './types.ts';

/** Text of one decision: its inputs and its outcome, canonical and complete. */
export type DecisionRecord = { readonly input: string; readonly outcome: string };

type Line = RoutingInput['order']['lines'][number];
type StoredLine = Omit<Line, 'quantityMilli'> & { readonly quantityMilli: string };
type StoredStore = readonly [
  string,
  string,
  RoutingStore['status'],
  string,
  string,
  string,
  string,
  string,
  number,
];
type StoredStock = readonly [FreeStock['place']['type'], string, string, string, string];
type StoredInput = Omit<RoutingInput, 'order' | 'snapshot'> & {
  readonly order: Omit<RoutingInput['order'], 'lines'> & { readonly lines: readonly StoredLine[] };
  readonly snapshot: Omit<RoutingInput['snapshot'], 'stores' | 'stock'> & {
    readonly stores: readonly StoredStore[];
    readonly stock: readonly StoredStock[];
  };
};

/**
 * Canonical text of the inputs, in pieces. Properties keep their order of construction, integers of 64 bits are
 * written as text, and the long lists (stores, stock) as rows without names. A text with Chinese takes two bytes a letter, so
 * each list is a piece: ten thousand settings are megabytes, and plain ones.
 */
function inputPieces({ order, rules, snapshot }: RoutingInput): readonly string[] {
  const lines = order.lines.map((line): StoredLine => ({
    ...line,
    quantityMilli: milliText(line.quantityMilli),
  }));
  const storedOrder: StoredInput['order'] = { ...order, lines };
  return [
    `{"order":${JSON.stringify(storedOrder)},"rules":${JSON.stringify(rules)}`,
    `,"snapshot":{"stores":${JSON.stringify(snapshot.stores.map(storeRow))}`,
    `,"stock":${JSON.stringify(snapshot.stock.map(stockRow))}`,
    `,"settings":${JSON.stringify(snapshot.settings)}`,
    `,"loads":${JSON.stringify(snapshot.loads)}}}`,
  ];
}

/** Canonical text of the inputs. */
export const inputText = (input: RoutingInput): string => inputPieces(input).join('');

/** Inverse of inputText. */
export function inputFromText(text: string): RoutingInput {
  const { order, rules, snapshot } = JSON.parse(text) as StoredInput;
  return {
    order: {
      ...order,
      lines: order.lines.map((line) => ({ ...line, quantityMilli: BigInt(line.quantityMilli) })),
    },
    rules,
    snapshot: {
      ...snapshot,
      stores: snapshot.stores.map(storeOf),
      stock: snapshot.stock.map(stockOf),
    },
  };
}

/** Canonical text of an outcome. */
export const outcomeText = (outcome: RoutingOutcome): string =>
  JSON.stringify(outcome, (_key, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** One text for inputs and outcome, for storing, in pieces. */
export const recordPieces = (input: RoutingInput, outcome: RoutingOutcome): readonly string[] => [
  ...inputPieces(input),
  `\n${outcomeText(outcome)}\n`,
];

/** Inverse of the pieces of recordPieces, joined; null when the text is none. */
export function recordFromText(text: string): DecisionRecord | null {
  const [input, outcome, end] = text.split('\n');
  if (input === undefined || outcome === undefined || end !== '') return null;
  return { input, outcome };
}

const storeRow = (s: RoutingStore): StoredStore => [
  s.storeId,
  s.name,
  s.status,
  s.startTime,
  s.endTime,
  s.province,
  s.city,
  s.area,
  s.priority,
];

const storeOf = (row: StoredStore): RoutingStore => {
  const [storeId, name, status, startTime, endTime, province, city, area, priority] = row;
  return { storeId, name, status, startTime, endTime, province, city, area, priority };
};

const stockRow = ({ place, goodsId, sharedMilli, certainMilli }: FreeStock): StoredStock => [
  place.type,
  place.id,
  goodsId,
  milliText(sharedMilli),
  milliText(certainMilli),
];

/** Most places have none of one kind of stock. */
const milliText = (amount: Milli): string => (amount === 0n ? '0' : String(amount));

const stockOf = ([type, id, goodsId, shared, certain]: StoredStock): FreeStock => ({
  place: { type, id },
  goodsId,
  sharedMilli: BigInt(shared),
  certainMilli: BigInt(certain),
});
