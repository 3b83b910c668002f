import type { Fen, LifeEvent, Milli, OrderRef } from '@astrolabe/kernel';
import type { OutboundCall } from '@astrolabe/outbound';

/** A line of a distribution order; `lineId` counts from 1. */
export type DistributionLine = {
  readonly lineId: string;
  readonly offerId: string;
  /** Empty for goods without specifications. */
  readonly specId: string;
  readonly quantityMilli: Milli;
  readonly salesChannel: string;
  readonly outShopCode: string;
  readonly outItemCode: string;
};

/** Who supplies a line, and what it is expected to cost there, by the registry. */
export type LineSupply = {
  readonly supplierId: string;
  readonly priceFen: Fen;
  /** Postage of an order at this supplier. */
  readonly postFeeFen: Fen;
  /** The goods lie with us: they are held before the supplier is asked. */
  readonly ownStock: boolean;
};

/**
 * Where a dispatch stands (catalogue B.2). SENT: under way, or its process died. REJECTED: not made, and
 * to be supplied by somebody else. FAILED: not made, for a reason of ours. UNKNOWN: it may have been
 * made; it is looked up, and supplied by nobody else meanwhile. MANUAL: a person has to decide.
 */
export type DispatchState =
  | 'NEW'
  | 'BLOCKED'
  | 'READY'
  | 'SENT'
  | 'CREATED'
  | 'CREATED_SPLIT'
  | 'CREATED_PARTIAL'
  | 'REJECTED'
  | 'RETRY'
  | 'FAILED'
  | 'UNKNOWN'
  | 'MANUAL';

/** An order at the supplier; amounts in fen, `amountFen` with the postage, null where it did not say. */
export type SupplierOrder = {
  readonly orderId: string;
  readonly amountFen: Fen | null;
  readonly postFeeFen: Fen | null;
};

/** What the inventory still has to do for a dispatch. */
export type StockTask = {
  readonly verb: 'reserve' | 'release';
  readonly lineIds: readonly string[];
  readonly at: Date;
  readonly tries: number;
};

/** What one supplier is asked for. */
export type Dispatch = {
  /** Our number of it at the supplier: the order's own, or that with `-n`. */
  readonly outOrderId: string;
  readonly supplierId: string;
  readonly lineIds: readonly string[];
  readonly state: DispatchState;
  /** Why it stands there; the supplier's own code where it gave one. */
  readonly reason: string;
  readonly message: string;
  readonly call: OutboundCall;
  /** Requests that were sent, or may have been. */
  readonly sends: number;
  readonly sentAt: Date | null;
  /** Looks since the last request that have shown no order. */
  readonly emptyLooks: number;
  readonly held: boolean;
  readonly stock: StockTask | null;
  /** Goods and postage by the registry. */
  readonly expectedFen: Fen;
  readonly orders: readonly SupplierOrder[];
  readonly totalFen: Fen | null;
  readonly postFeeFen: Fen | null;
  /** Lines that were not taken although an order was made. */
  readonly refusedLineIds: readonly string[];
  /** What the supplier asks beyond what was expected; null when both agree or one is not known. */
  readonly differenceFen: Fen | null;
};

/** An order as our own answer names it; `amountFen` is with the postage. */
export type PlacedOrder = {
  readonly orderId: string;
  readonly amountFen: Fen;
  readonly postFeeFen: Fen;
};

/** An order that a seller has placed for a buyer elsewhere. */
export type DistributionOrder = {
  readonly orderRef: OrderRef;
  /** Digest of its content: the same number with another content is another order. */
  readonly digest: string;
  readonly lines: readonly DistributionLine[];
  /** Answered to every repeat. Empty while it is blocked. */
  readonly placed: readonly PlacedOrder[];
  /** Price of a piece of each line; empty while it is blocked. */
  readonly pricesFen: readonly Fen[];
  /** Empty when we are the supplier: then it is an order like any other. */
  readonly dispatches: readonly Dispatch[];
  readonly createdAt: Date;
  /** What happened, for people; see withHistory. */
  readonly history: readonly LifeEvent[];
};

/** What the other services are told. */
export type DispatchEvent =
  | {
      readonly type: 'OrderDispatched';
      readonly dispatch: Dispatch;
      readonly lineIds: readonly string[];
    }
  | {
      readonly type: 'OrderDispatchRejected';
      readonly dispatch: Dispatch;
      readonly lineIds: readonly string[];
    }
  | {
      readonly type: 'OrderDispatchUnknown';
      readonly dispatch: Dispatch;
      readonly lineIds: readonly string[];
    };

/** When something is next to be done for the order; null when nothing is. */
export function dueAt(order: DistributionOrder): Date | null {
  const times = order.dispatches.flatMap(({ call, stock }) => {
    const at = stock?.at ?? call.nextAt;
    return at ? [at.getTime()] : [];
  });
  return times.length === 0 ? null : new Date(Math.min(...times));
}

/** The order with one of its dispatches changed. */
export const withDispatch = (order: DistributionOrder, next: Dispatch): DistributionOrder => ({
  ...order,
  dispatches: order.dispatches.map((one) => (one.outOrderId === next.outOrderId ? next : one)),
});
