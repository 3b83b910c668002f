import { err, ok } from '@astrolabe/kernel';
import { isOpen, planned } from '@astrolabe/outbound';
import { withArrival, withReturn } from './calls.ts';
import type { Changed } from './events.ts';
import { told } from './events.ts';
import { nextReturnId, sameQuantities } from './ship.ts';
import { beyond, deliveredOf, returningOf, sumOf, without } from './supply.ts';
import type { Arrival, Quantity, Return, ReturnKind, Supply } from './supply.ts';

const RETURNS_MAX = 200;
const ARRIVALS_MAX = 50;

export type ReturnWish = {
  readonly requestRef: string;
  readonly kind: Exclude<ReturnKind, 'REJECTED_PARCEL'>;
  readonly lines: readonly Quantity[];
  readonly reason: string;
};

export type AskedBack = { readonly goods: Return; readonly already: boolean };

/**
 * The buyer wants to give goods back (document 004, 2.14): at most what was delivered and is in no other return
 * that stands (G-A40). The same request again is the same return.
 */
export function returnAsked(
  current: Supply | null,
  wish: ReturnWish,
  now: Date,
): Changed<AskedBack> {
  if (!current) return err('NOT_CONFIRMED');
  const standing = current.returns.find(
    ({ requestRef, kind }) => requestRef === wish.requestRef && kind !== 'REJECTED_PARCEL',
  );
  if (standing) {
    const isSame = standing.kind === wish.kind && sameQuantities(standing.lines, wish.lines);
    if (!isSame) return err('REQUEST_EXISTS');
    return ok({ supply: current, events: [], result: { goods: standing, already: true } });
  }
  if (current.returns.length >= RETURNS_MAX) return err('TOO_MANY');
  const isKnown = ({ lineId }: Quantity): boolean =>
    current.lines.some((one) => one.lineId === lineId);
  if (wish.lines.length === 0 || !wish.lines.every(isKnown)) return err('UNKNOWN_LINE');
  const delivered = deliveredOf(current);
  if (delivered.size === 0) return err('NOT_DELIVERED');
  const free = without(quantitiesOf(delivered), returningOf(current));
  if (beyond(wish.lines, sumOf([free]))) return err('OVER_RETURN');
  const goods: Return = {
    ...wish,
    returnId: nextReturnId(current.returns),
    lines: quantitiesOf(sumOf([wish.lines])),
    requestedAt: now,
    denied: null,
    arrivals: [],
  };
  const supply = { ...current, returns: [...current.returns, goods] };
  const lines = told(supply, goods.lines);
  const events = [{ kind: 'RETURN_REQUESTED', goods, lines } as const];
  return ok({ supply, events, result: { goods, already: false } });
}

const quantitiesOf = (sums: ReadonlyMap<string, bigint>): readonly Quantity[] =>
  [...sums].map(([lineId, milli]) => ({ lineId, milli }));

const find = (current: Supply | null, returnId: string): Return | undefined =>
  current?.returns.find((one) => one.returnId === returnId);

/** A return is not agreed to: what it asked for may be asked for again (field row D3). */
export function returnDenied(
  current: Supply | null,
  returnId: string,
  denied: { readonly at: Date; readonly reason: string },
): Changed<Return> {
  if (!current) return err('NOT_CONFIRMED');
  const standing = find(current, returnId);
  if (!standing) return err('UNKNOWN_RETURN');
  if (standing.denied) return ok({ supply: current, events: [], result: standing });
  if (standing.arrivals.length > 0) return err('RETURN_RECEIVED');
  const goods = { ...standing, denied };
  const events = [{ kind: 'RETURN_DENIED', goods, at: denied.at } as const];
  return ok({ supply: withReturn(current, goods), events, result: goods });
}

/** What a warehouse has in hand of a return. Without lines: all that is still expected. */
export type ArrivalWish = Pick<Arrival, 'receiptNo' | 'lines' | 'operator'>;

/**
 * Goods have come back; their stock is put back next, and told when it is. The same number again is one; where the
 * stock could not be put back it is tried again.
 */
export function arrived(
  current: Supply | null,
  returnId: string,
  wish: ArrivalWish,
  now: Date,
): Changed<AskedBack> {
  if (!current) return err('NOT_CONFIRMED');
  const standing = find(current, returnId);
  if (!standing) return err('UNKNOWN_RETURN');
  const known = standing.arrivals.find(({ receiptNo }) => receiptNo === wish.receiptNo);
  if (known) return arrivedAgain(current, standing, known, wish, now);
  if (standing.denied) return err('RETURN_DENIED');
  if (standing.arrivals.length >= ARRIVALS_MAX) return err('TOO_MANY');
  const expected = without(standing.lines, sumOf(standing.arrivals.map(({ lines }) => lines)));
  const lines = wish.lines.length > 0 ? quantitiesOf(sumOf([wish.lines])) : expected;
  if (lines.length === 0 || beyond(lines, sumOf([expected]))) return err('OVER_RECEIPT');
  const arrival: Arrival = { ...wish, lines, at: now, stock: planned(now) };
  const goods = { ...standing, arrivals: [...standing.arrivals, arrival] };
  const supply = withReturn(current, goods);
  return ok({ supply, events: [], result: { goods, already: false } });
}

function arrivedAgain(
  current: Supply,
  goods: Return,
  known: Arrival,
  { lines }: ArrivalWish,
  now: Date,
): Changed<AskedBack> {
  if (lines.length > 0 && !sameQuantities(known.lines, lines)) return err('RECEIPT_EXISTS');
  const isOver = isOpen(known.stock) || known.stock.state === 'SUCCEEDED';
  if (isOver) return ok({ supply: current, events: [], result: { goods, already: true } });
  const after = withArrival(goods, { ...known, stock: planned(now) });
  const supply = withReturn(current, after);
  return ok({ supply, events: [], result: { goods: after, already: true } });
}
