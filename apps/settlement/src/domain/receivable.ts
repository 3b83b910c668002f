import type { Fen, Milli, OrderRef, Place, Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';
import { billingOf } from './billing.ts';
import type { BillRow, Billing } from './billing.ts';

export type ReceivableLine = {
  readonly subOrderId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly amountFen: Fen;
  readonly shippedAt: Date;
  readonly place: Place | null;
};

/** What is not owed any more: a sub-order whose goods came back, or the part of one that came back to a till. */
export type Credit = {
  readonly subOrderId: string;
  /** Of a whole sub-order the amount of its line, 0 until that is recorded; of a part what was paid for it. */
  readonly amountFen: Fen;
  readonly returnedAt: Date;
  /** The return that a part came back with; absent: the whole sub-order. */
  readonly returnNo?: string;
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
  /** One per sub-order, or per part of it, that came back, in the order of recording. The postage stays owed. */
  readonly credits: readonly Credit[];
  /** When the last line or credit was recorded. */
  readonly recordedAt: Date;
  /** What differs from the amounts of the platform that made the trade; null where nothing does. */
  readonly discrepancy: Discrepancy | null;
  /** The platform's number of the trade; empty where the order has no other. */
  readonly tradeNo: string;
  /** OPEN while something is owed; CLOSED where it was credited in full, or was nothing from the start. */
  readonly status: ReceivableStatus;
  /** Rows of platforms' bills, each once, in the order of import. */
  readonly billed: readonly BillRow[];
  /** What the bills say of what is owed; derived, for queries. */
  readonly billing: Billing;
};

/**
 * Amounts of a sale as a platform and we count them. PAYMENT: what is paid differs. TOTAL: only the total does, for
 * we round each line and a platform may round the sum. AMOUNT_MISSING: the platform named no payment.
 */
export type Discrepancy = {
  readonly kind: 'PAYMENT' | 'TOTAL' | 'AMOUNT_MISSING';
  /** The platform's less ours. */
  readonly differenceFen: Fen;
  readonly totalFen: Fen;
  readonly payFen: Fen;
  readonly platformTotalFen: Fen | null;
  readonly platformPayFen: Fen | null;
  readonly foundAt: Date;
};

type Amounts = Pick<Discrepancy, 'totalFen' | 'payFen' | 'platformTotalFen' | 'platformPayFen'>;

/** One row at most for a sale: the payment tells more than the total; null where all agree. */
export function discrepancyOf(amounts: Amounts, foundAt: Date): Discrepancy | null {
  const { totalFen, payFen, platformTotalFen, platformPayFen } = amounts;
  if (platformPayFen === null) {
    return { kind: 'AMOUNT_MISSING', differenceFen: 0n, ...amounts, foundAt };
  }
  if (platformPayFen !== payFen) {
    return { kind: 'PAYMENT', differenceFen: platformPayFen - payFen, ...amounts, foundAt };
  }
  const differenceFen = (platformTotalFen ?? totalFen) - totalFen;
  return differenceFen === 0n ? null : { kind: 'TOTAL', differenceFen, ...amounts, foundAt };
}

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
  /** Of a trade that a platform has made beside the order: its number, and what it counts differently. */
  readonly atPlatform?: Pick<Receivable, 'tradeNo' | 'discrepancy'>;
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
  const at = { ...keptOf(state), ...shipment.atPlatform };
  return ok(receivableOf(shipment, { postFeeFen, lines, credits, ...at }, now));
}

type Order = Pick<Receivable, 'orderRef' | 'traceId'>;
type Sums = Pick<Receivable, 'postFeeFen' | 'lines' | 'credits'>;
type Kept = Pick<Receivable, 'tradeNo' | 'discrepancy' | 'billed'>;
type Parts = Sums & Kept;

/** What shipments and returns leave as it is. */
const keptOf = (state: Receivable | null): Kept => ({
  tradeNo: state?.tradeNo ?? '',
  discrepancy: state?.discrepancy ?? null,
  billed: state?.billed ?? [],
});

/** What the bills of a receivable come to. */
export const billingOfParts = (of: Sums & Pick<Receivable, 'billed'>): Billing =>
  billingOf({ amountFen: amountOf(of), isShipped: of.lines.length > 0, billed: of.billed });

const amountOf = ({ postFeeFen, lines, credits }: Sums): Fen =>
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
    billing: billingOfParts(parts),
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
    const line = lineAmount(lines, credit);
    const isWhole = credit.returnNo === undefined;
    invariant(!isWhole || credit.amountFen === line, 'a credit reverses its whole line');
    invariant(
      isWhole || creditedOf(credits, credit) <= line,
      'parts come to no more than their line',
    );
  }
  const returned = new Set(credits.map(nameOfCredit));
  invariant(returned.size === credits.length, 'a sub-order, and each part of it, is credited once');
  invariant(status === receivableStatus(receivable), 'a receivable is closed when nothing is owed');
  const subOrders = new Set(lines.map((line) => line.subOrderId));
  invariant(subOrders.size === lines.length, 'a sub-order is owed once');
  const rows = new Set(receivable.billed.map(nameOfRow));
  invariant(rows.size === receivable.billed.length, 'a row of a bill is taken once');
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
  return receivableOf(told, { postFeeFen, lines, credits, ...keptOf(state) }, now);
}

/** Parts of a sale came back to a till, each with what was paid for it. */
export type PartReturn = {
  readonly orderRef: OrderRef;
  readonly traceId: string;
  readonly returnNo: string;
  readonly lines: readonly { readonly subOrderId: string; readonly amountFen: Fen }[];
  readonly returnedAt: Date;
};

export type PartRefusal = 'UNKNOWN_SALE' | 'CREDIT_TOO_LARGE';

/**
 * Credits parts of lines, each once under its return's number. A sale is told before what comes back of it, so a
 * part without its line is refused, as is one that would come to more than the line.
 */
export function creditParts(
  state: Receivable | null,
  told: PartReturn,
  now: Date,
): Result<Receivable, PartRefusal> {
  if (!state) return err('UNKNOWN_SALE');
  const { returnNo, returnedAt } = told;
  const known = new Set(state.credits.map(nameOfCredit));
  const news = told.lines
    .map(({ subOrderId, amountFen }) => ({ subOrderId, amountFen, returnedAt, returnNo }))
    .filter((part) => !known.has(nameOfCredit(part)));
  if (news.length === 0) return ok(state);
  const credits = [...state.credits, ...news];
  const { postFeeFen, lines } = state;
  const isTooLarge = news.some((part) => creditedOf(credits, part) > lineAmount(lines, part));
  if (isTooLarge) return err('CREDIT_TOO_LARGE');
  return ok(receivableOf(told, { postFeeFen, lines, credits, ...keptOf(state) }, now));
}

/** A row of a bill about an order. */
export type Billed = {
  readonly orderRef: OrderRef;
  readonly traceId: string;
  readonly row: BillRow;
};

export type BillRefusal = 'ROW_DIFFERS' | 'TOO_MANY_ROWS';

/** Bills of one order: far more than a platform writes. */
const ROWS_MAX = 100;

/**
 * Takes a row of a bill, once under its name, before the shipment or after it. What is owed does not change by it. The same row with
 * another amount is refused.
 */
export function bill(
  state: Receivable | null,
  { orderRef, traceId, row }: Billed,
  now: Date,
): Result<Receivable, BillRefusal> {
  const kept = keptOf(state);
  const known = kept.billed.find((one) => nameOfRow(one) === nameOfRow(row));
  if (state && known) return known.amountFen === row.amountFen ? ok(state) : err('ROW_DIFFERS');
  if (kept.billed.length >= ROWS_MAX) return err('TOO_MANY_ROWS');
  const { postFeeFen = 0n, lines = [], credits = [] } = state ?? {};
  const parts = { ...kept, postFeeFen, lines, credits, billed: [...kept.billed, row] };
  return ok(receivableOf({ orderRef, traceId }, parts, now));
}

const nameOfRow = ({ billNo, rowNo }: Pick<BillRow, 'billNo' | 'rowNo'>): string =>
  JSON.stringify([billNo, rowNo]);

const nameOfCredit = ({ subOrderId, returnNo }: Pick<Credit, 'subOrderId' | 'returnNo'>): string =>
  JSON.stringify([subOrderId, returnNo ?? null]);

const creditedOf = (credits: readonly Credit[], { subOrderId }: Pick<Credit, 'subOrderId'>): Fen =>
  sumOf(credits.filter((credit) => credit.subOrderId === subOrderId));

const sumOf = (parts: readonly { readonly amountFen: Fen }[]): Fen =>
  parts.reduce((sum, { amountFen }) => sum + amountFen, 0n);

const lineAmount = (
  lines: readonly ReceivableLine[],
  { subOrderId }: Pick<Credit, 'subOrderId'>,
): Fen => lines.find((line) => line.subOrderId === subOrderId)?.amountFen ?? 0n;

const creditOf = (before: Credit, lines: readonly ReceivableLine[]): Credit =>
  before.returnNo === undefined ? { ...before, amountFen: lineAmount(lines, before) } : before;

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
