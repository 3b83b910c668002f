import type { Fen, Milli, Place, Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';

export type ReceivableLine = {
  readonly subOrderId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly amountFen: Fen;
  readonly shippedAt: Date;
  readonly place: Place | null;
};

/** What is owed for what was shipped of one order. */
export type Receivable = {
  readonly sellerId: string;
  readonly tradeId: string;
  readonly traceId: string;
  /** Goods and postage; always the sum of the lines and the postage. */
  readonly amountFen: Fen;
  readonly postFeeFen: Fen;
  /** One per sub-order, in the order of recording. */
  readonly lines: readonly ReceivableLine[];
  /** When the last line was recorded. */
  readonly recordedAt: Date;
  /** OPEN until money is matched to it. */
  readonly status: 'OPEN';
};

/** A shipment as the order told it. */
export type Shipment = {
  readonly sellerId: string;
  readonly tradeId: string;
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
  const next: Receivable = {
    sellerId: shipment.sellerId,
    tradeId: shipment.tradeId,
    traceId: shipment.traceId,
    amountFen: lines.reduce((sum, line) => sum + line.amountFen, postFeeFen),
    postFeeFen,
    lines,
    recordedAt: now,
    status: 'OPEN',
  };
  check(next);
  return ok(next);
}

/** Throws InvariantViolation unless the receivable adds up. */
export function check(receivable: Receivable): void {
  const goods = receivable.lines.reduce((sum, line) => sum + line.amountFen, 0n);
  invariant(
    receivable.amountFen === goods + receivable.postFeeFen,
    'a receivable is the sum of its lines and its postage',
  );
  const subOrders = new Set(receivable.lines.map((line) => line.subOrderId));
  invariant(subOrders.size === receivable.lines.length, 'a sub-order is owed once');
}

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
