import type { Fen, Milli, OrderRef, Place, Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';

export type ReceivableLine = {
  readonly subOrderId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly amountFen: Fen;
  readonly shippedAt: Date;
  readonly place: Place | null;
};

/** What is not owed any more: a sub-order whose goods came back. */
export type Credit = {
  readonly subOrderId: string;
  /** The amount of its line; 0 until that is recorded. */
  readonly amountFen: Fen;
  readonly returnedAt: Date;
};

/** What is owed for what was shipped of one order. */
export type Receivable = {
  readonly orderRef: OrderRef;
  readonly traceId: string;
  /** Goods and postage less the credits: always what lines, postage and credits add up to. */
  readonly amountFen: Fen;
  readonly postFeeFen: Fen;
  /** One per sub-order, in the order of recording. */
  readonly lines: readonly ReceivableLine[];
  /** One per sub-order that came back, in the order of recording. The postage stays owed. */
  readonly credits: readonly Credit[];
  /** When the last line or credit was recorded. */
  readonly recordedAt: Date;
  /** OPEN while something is owed; CLOSED where it was credited in full, or was nothing from the start. */
  readonly status: ReceivableStatus;
};

export type ReceivableStatus = 'OPEN' | 'CLOSED';

/** Derived from what is owed, so that it cannot contradict the amount. */
export const receivableStatus = ({ amountFen }: Pick<Receivable, 'amountFen'>): ReceivableStatus =>
  amountFen === 0n ? 'CLOSED' : 'OPEN';

/** A shipment as the order told it. */
export type Shipment = {
  readonly orderRef: OrderRef;
  readonly traceId: string;
  readonly lines: readonly ReceivableLine[];
  /** Postage of the whole trade; told with its first shipment, 0 with the others. */
  readonly postFeeFen: Fen;
};

export type RecordRefusal = 'NO_LINES' | 'NEGATIVE_AMOUNT' | 'DUPLICATE_LINE' | 'AMOUNT_CHANGED';

/**
 * Records a shipment. Each sub-order is recorded once and the postage once, so that shipments may be
 * told in any order and any number of times; the given state comes back when there is nothing new.
 * A shipment that says another amount about a recorded sub-order is refused as a whole.
 */
export function record(
  state: Receivable | null,
  shipment: Shipment,
  now: Date,
): Result<Receivable, RecordRefusal> {
  const refusal = refusalOf(state, shipment);
  if (refusal) return err(refusal);
  const known = new Set(state?.lines.map((line) => line.subOrderId));
  const news = shipment.lines.filter((line) => !known.has(line.subOrderId));
  const before = state?.postFeeFen ?? 0n;
  const postFeeFen = before === 0n ? shipment.postFeeFen : before;
  if (state && news.length === 0 && postFeeFen === before) return ok(state);
  const lines = [...(state?.lines ?? []), ...news];
  const credits = (state?.credits ?? []).map((credit) => creditOf(credit, lines));
  return ok(receivableOf(shipment, { postFeeFen, lines, credits }, now));
}

type Order = Pick<Receivable, 'orderRef' | 'traceId'>;
type Parts = Pick<Receivable, 'postFeeFen' | 'lines' | 'credits'>;

const amountOf = ({ postFeeFen, lines, credits }: Parts): Fen =>
  sumOf(lines) + postFeeFen - sumOf(credits);

/** The receivable that the parts add up to. */
function receivableOf({ orderRef, traceId }: Order, parts: Parts, now: Date): Receivable {
  const amountFen = amountOf(parts);
  const next: Receivable = {
    orderRef,
    traceId,
    amountFen,
    ...parts,
    recordedAt: now,
    status: receivableStatus({ amountFen }),
  };
  check(next);
  return next;
}

/** Throws InvariantViolation unless the receivable adds up. */
export function check(receivable: Receivable): void {
  const { amountFen, lines, credits, status } = receivable;
  invariant(
    amountFen === amountOf(receivable),
    'a receivable is the sum of its lines and its postage less its credits',
  );
  for (const credit of credits) {
    invariant(credit.amountFen === lineAmount(lines, credit), 'a credit reverses its whole line');
  }
  const returned = new Set(credits.map((credit) => credit.subOrderId));
  invariant(returned.size === credits.length, 'a sub-order is credited once');
  invariant(status === receivableStatus(receivable), 'a receivable is closed when nothing is owed');
  const subOrders = new Set(lines.map((line) => line.subOrderId));
  invariant(subOrders.size === lines.length, 'a sub-order is owed once');
}

/** Goods of these sub-orders are back. */
export type Return = {
  readonly orderRef: OrderRef;
  readonly traceId: string;
  readonly subOrderIds: readonly string[];
  readonly returnedAt: Date;
};

/**
 * Credits what came back: the whole line of each sub-order (decision D-12), once, however often it is
 * told. It may be told before the shipment: the credit then waits for its line. The postage stays owed.
 */
export function credit(state: Receivable | null, told: Return, now: Date): Receivable {
  const known = new Set(state?.credits.map(({ subOrderId }) => subOrderId));
  const news = [...new Set(told.subOrderIds)].filter((id) => !known.has(id));
  const lines = state?.lines ?? [];
  const postFeeFen = state?.postFeeFen ?? 0n;
  if (state && news.length === 0) return state;
  const { returnedAt } = told;
  const credits = [
    ...(state?.credits ?? []),
    ...news.map((subOrderId) => creditOf({ subOrderId, amountFen: 0n, returnedAt }, lines)),
  ];
  return receivableOf(told, { postFeeFen, lines, credits }, now);
}

const sumOf = (parts: readonly { readonly amountFen: Fen }[]): Fen =>
  parts.reduce((sum, { amountFen }) => sum + amountFen, 0n);

const lineAmount = (lines: readonly ReceivableLine[], { subOrderId }: Credit): Fen =>
  lines.find((line) => line.subOrderId === subOrderId)?.amountFen ?? 0n;

const creditOf = (before: Credit, lines: readonly ReceivableLine[]): Credit => ({
  ...before,
  amountFen: lineAmount(lines, before),
});

function refusalOf(state: Receivable | null, shipment: Shipment): RecordRefusal | null {
  const { lines, postFeeFen } = shipment;
  if (lines.length === 0) return 'NO_LINES';
  if (postFeeFen < 0n || lines.some((line) => line.amountFen < 0n)) return 'NEGATIVE_AMOUNT';
  if (new Set(lines.map((line) => line.subOrderId)).size < lines.length) return 'DUPLICATE_LINE';
  if (!state) return null;
  const changed = lines.some((line) => {
    const before = state.lines.find((l) => l.subOrderId === line.subOrderId);
    return before !== undefined && before.amountFen !== line.amountFen;
  });
  const otherPostage =
    state.postFeeFen !== 0n && postFeeFen !== 0n && postFeeFen !== state.postFeeFen;
  return changed || otherPostage ? 'AMOUNT_CHANGED' : null;
}
