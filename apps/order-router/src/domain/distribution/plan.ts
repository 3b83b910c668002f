import type { Fen } from '@astrolabe/kernel';
import { ONE_PIECE } from '@astrolabe/kernel';
import { planned } from '@astrolabe/outbound';
import type { Dispatch, DistributionLine, LineSupply, PlacedOrder } from './order.ts';

/** A supplier takes so many goods in one order (field F2). */
export const LINES_PER_ORDER = 50;

/** Lines that go to one supplier as one order. */
export type Part = {
  readonly outOrderId: string;
  readonly supplierId: string;
  readonly lineIds: readonly string[];
  readonly ownStock: readonly string[];
  readonly goodsFen: Fen;
  readonly postFeeFen: Fen;
};

type Supplied = { readonly line: DistributionLine; readonly supply: LineSupply };

/**
 * Groups lines by supplier, 50 to an order: each order has one supplier (catalogue B.5, trap 10). One
 * order keeps the number; several have it with `-1`, `-2` ... in the order of their first lines. Goods
 * that are not a whole number of fen do not occur: quantities are whole pieces.
 */
export function partsOf(number: string, lines: readonly Supplied[]): readonly Part[] {
  const bySupplier = Map.groupBy(lines, ({ supply }) => supply.supplierId);
  const groups = [...bySupplier].flatMap(([supplierId, of]) =>
    chunks(of, LINES_PER_ORDER).map((part) => ({ supplierId, part })),
  );
  return groups.map(({ supplierId, part }, index) => ({
    outOrderId: groups.length === 1 ? number : `${number}-${index + 1}`,
    supplierId,
    lineIds: part.map(({ line }) => line.lineId),
    ownStock: part.filter(({ supply }) => supply.ownStock).map(({ line }) => line.lineId),
    goodsFen: part.reduce((sum, one) => sum + costOf(one), 0n),
    postFeeFen: part.reduce((most, { supply: { postFeeFen } }) => max(most, postFeeFen), 0n),
  }));
}

const costOf = ({ line, supply }: Supplied): Fen =>
  (supply.priceFen * line.quantityMilli) / ONE_PIECE;

const max = (a: Fen, b: Fen): Fen => (a > b ? a : b);

const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  );

/** A dispatch that nothing has been done for yet: what lies with us is held first. */
export const newDispatch = (part: Part, now: Date): Dispatch => ({
  outOrderId: part.outOrderId,
  supplierId: part.supplierId,
  lineIds: part.lineIds,
  state: 'NEW',
  reason: '',
  message: '',
  call: planned(now),
  sends: 0,
  sentAt: null,
  emptyLooks: 0,
  held: false,
  stock:
    part.ownStock.length > 0
      ? { verb: 'reserve', lineIds: part.ownStock, at: now, tries: 0 }
      : null,
  expectedFen: part.goodsFen + part.postFeeFen,
  orders: [],
  totalFen: null,
  postFeeFen: null,
  refusedLineIds: [],
  differenceFen: null,
});

/** A dispatch that may not be made: nobody is asked until somebody has put the registry right. */
export const blockedDispatch = (
  number: string,
  lineIds: readonly string[],
  reason: string,
  message: string,
): Dispatch => ({
  ...newDispatch(
    { outOrderId: number, supplierId: '', lineIds, ownStock: [], goodsFen: 0n, postFeeFen: 0n },
    new Date(0),
  ),
  state: 'BLOCKED',
  reason,
  message,
  call: { ...planned(new Date(0)), nextAt: null },
});

/** The orders that the seller is answered, one for each part. */
export const placedOf = (
  parts: readonly Part[],
  numberOf: (outOrderId: string) => string,
): readonly PlacedOrder[] =>
  parts.map(({ outOrderId, goodsFen, postFeeFen }) => ({
    orderId: numberOf(outOrderId),
    amountFen: goodsFen + postFeeFen,
    postFeeFen,
  }));
