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
 * Canonical text of the inputs. Properties keep their order of construction, integers of 64 bits are
 * written as text, and the long lists (stores, stock) as rows without names.
 */
export function inputText({ order, rules, snapshot }: RoutingInput): string {
  const stored: StoredInput = {
    order: {
      ...order,
      lines: order.lines.map((line) => ({ ...line, quantityMilli: String(line.quantityMilli) })),
    },
    rules,
    snapshot: {
      stores: snapshot.stores.map(storeRow),
      stock: snapshot.stock.map(stockRow),
      settings: snapshot.settings,
      loads: snapshot.loads,
    },
  };
  return JSON.stringify(stored);
}

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

/** One text for both, for storing. */
export const recordText = (record: DecisionRecord): string =>
  `${record.input}\n${record.outcome}\n`;

/** Inverse of recordText; null when the text is none. */
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
  String(sharedMilli),
  String(certainMilli),
];

const stockOf = ([type, id, goodsId, shared, certain]: StoredStock): FreeStock => ({
  place: { type, id },
  goodsId,
  sharedMilli: BigInt(shared),
  certainMilli: BigInt(certain),
});
