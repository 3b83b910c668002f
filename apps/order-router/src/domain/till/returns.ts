import type { Fen, Milli, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { halfUp, sum } from './amounts.ts';
import { lineShares, withReturn } from './sale.ts';
import type { ReturnedLine, Sale, SaleReturn } from './sale.ts';

export type WishedReturn = {
  readonly returnNo: string;
  readonly lines: readonly Omit<ReturnedLine, 'refundFen'>[];
  readonly isSellable: boolean;
  readonly by: string;
};

export type ReturnRefusal =
  | 'NOT_SOLD'
  | 'BAD_QUANTITY'
  | 'UNKNOWN_LINE'
  | 'TOO_MUCH'
  | 'RETURN_NO_REUSED'
  | 'TOO_MANY_RETURNS';

const RETURNS_MAX = 50;

/**
 * Takes goods of a sale back. What is refunded is what was paid for them, whatever they cost today: their part of
 * the line's share of the payment. Parts of a line add up to its share, and no more comes back than was sold. The
 * same return again changes nothing.
 */
export function takenBack(sale: Sale, wish: WishedReturn, now: Date): Result<Sale, ReturnRefusal> {
  const known = sale.returns.find(({ returnNo }) => returnNo === wish.returnNo);
  if (known) return isSame(known, wish) ? ok(sale) : err('RETURN_NO_REUSED');
  if (sale.state !== 'CREATED') return err('NOT_SOLD');
  if (sale.returns.length >= RETURNS_MAX) return err('TOO_MANY_RETURNS');
  const named = new Set(wish.lines.map(({ lineId }) => lineId));
  const isOdd = wish.lines.some(({ quantityMilli }) => quantityMilli <= 0n);
  if (named.size === 0 || named.size < wish.lines.length || isOdd) return err('BAD_QUANTITY');
  const shares = lineShares(sale);
  const lines: ReturnedLine[] = [];
  for (const { lineId, quantityMilli } of wish.lines) {
    const at = sale.lines.findIndex((line) => line.lineId === lineId);
    const sold = sale.lines[at]?.quantityMilli;
    if (sold === undefined) return err('UNKNOWN_LINE');
    const before = returnedOf(sale, lineId);
    const after = before + quantityMilli;
    if (after > sold) return err('TOO_MUCH');
    const share = shares[at] ?? 0n;
    // Of all that came back less what was refunded before: roundings never add up to another amount.
    const refundFen = halfUp(share * after, sold) - halfUp(share * before, sold);
    lines.push({ lineId, quantityMilli, refundFen });
  }
  const { returnNo, by, isSellable } = wish;
  const stock = isSellable ? 'OWED' : 'NONE';
  return ok(withReturn(sale, { returnNo, lines, returnedAt: now, by, stock }, now));
}

const returnedOf = ({ returns }: Sale, lineId: string): Milli =>
  sum(
    returns.flatMap(({ lines }) =>
      lines.filter((line) => line.lineId === lineId).map(({ quantityMilli }) => quantityMilli),
    ),
  );

function isSame(known: SaleReturn, wish: WishedReturn): boolean {
  const asked = new Map(wish.lines.map(({ lineId, quantityMilli }) => [lineId, quantityMilli]));
  return (
    (known.stock !== 'NONE') === wish.isSellable &&
    asked.size === wish.lines.length &&
    asked.size === known.lines.length &&
    known.lines.every(({ lineId, quantityMilli }) => asked.get(lineId) === quantityMilli)
  );
}

export const refundOf = ({ lines }: Pick<SaleReturn, 'lines'>): Fen =>
  sum(lines.map(({ refundFen }) => refundFen));
