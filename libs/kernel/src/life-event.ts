/**
 * What can happen to an order that is no trade of a shop: an order of a mall, of enterprise procurement, of
 * distribution, a sale of a till, and what a warehouse does for any of them. Pages have words for each.
 */
export const LIFE_CODES = [
  // A sale of a till.
  'SALE_TAKEN',
  'SALE_HELD',
  'SALE_SENT',
  'SALE_RETRYABLE',
  'SALE_UNKNOWN',
  'SALE_BLOCKED',
  'SALE_MANUAL',
  'SALE_CREATED',
  'SALE_REJECTED',
  'SALE_PAID',
  'SALE_CONSUMED',
  'SALE_RELEASED',
  'SALE_DECIDED',
  'SALE_RETURNED',
  'SALE_RETURN_POSTED',
  'SALE_RETURN_REFUSED',
  // An order of distribution, and its dispatches.
  'DISTRIBUTION_TAKEN',
  'DISPATCH_NEW',
  'DISPATCH_BLOCKED',
  'DISPATCH_READY',
  'DISPATCH_SENT',
  'DISPATCH_CREATED',
  'DISPATCH_CREATED_SPLIT',
  'DISPATCH_CREATED_PARTIAL',
  'DISPATCH_REJECTED',
  'DISPATCH_RETRY',
  'DISPATCH_FAILED',
  'DISPATCH_UNKNOWN',
  'DISPATCH_MANUAL',
  'DISPATCH_HELD',
  'DISPATCH_RELEASED',
  'DISPATCH_DECIDED',
  // An order of a government mall.
  'MALL_SUBMITTED',
  'MALL_PRE_ORDERED',
  'MALL_REFUSED',
  'MALL_OPEN_FOR_LONG',
  'MALL_CONFIRMED',
  'MALL_CANCELLED',
  'MALL_EXPIRED',
  'MALL_COMPLETED',
  'MALL_REJECTED',
  // A requisition of enterprise procurement, and its orders.
  'REQUISITION_HEARD',
  'REQUISITION_REJECTION_HEARD',
  'PURCHASE_HEARD',
  'PURCHASE_CANCELLATION_HEARD',
  'PURCHASE_NAMED_IT',
  'PURCHASE_ADOPTED',
  'PURCHASE_MOVED',
  'PURCHASE_READ',
  'PURCHASE_HELD',
  'PURCHASE_HOLD_FAILED',
  'PURCHASE_BOUND',
  'PURCHASE_RELEASED',
  'PURCHASE_CONSUMED',
  'PURCHASE_STOCK_REFUSED',
  'PURCHASE_CONFIRMED',
  'PURCHASE_CONFIRM_FAILED',
  'PURCHASE_RETURNED',
  'PURCHASE_RETURN_FAILED',
  'PURCHASE_TOLD',
  'PURCHASE_CANCEL_TOLD',
  'PURCHASE_PARCEL_LEFT',
  'PURCHASE_PROBLEM',
  'PURCHASE_PROBLEM_OVER',
  'PURCHASE_DECIDED',
  // What a warehouse does for an order that we supply.
  'SUPPLY_CONFIRMED',
  'SUPPLY_CANCELLED',
  'PARCEL_PACKED',
  'PARCEL_SHIPPED',
  'PARCEL_REFUSED',
  'PARCEL_STUCK',
  'PARCEL_RETRIED',
  'PARCEL_TRACKED',
  'PARCEL_DELIVERED',
  'PARCEL_REJECTED',
  'RETURN_REQUESTED',
  'EXCHANGE_REQUESTED',
  'REPAIR_REQUESTED',
  'PARCEL_COMES_BACK',
  'RETURN_DENIED',
  'RETURN_ARRIVED',
  'RETURN_PUT_BACK',
  'RECEIPT_RECORDED',
  'RECEIPT_REVERSED',
] as const;

export type LifeCode = (typeof LIFE_CODES)[number];

/** One thing that happened to an order, for people. */
export type LifeEvent = {
  readonly at: Date;
  readonly what: LifeCode;
  /** Numbers: of lines, a parcel, a return, an order at a supplier. */
  readonly about: readonly string[];
  /** Why, as a code; empty without one. */
  readonly reason: string;
  /** Who did it; empty: the system. */
  readonly by: string;
  /** What somebody outside, or a person, has written about it. */
  readonly words: string;
};

/** An event of which only some parts are there. */
export const lifeEvent = (
  at: Date,
  what: LifeCode,
  parts: Partial<Omit<LifeEvent, 'at' | 'what'>> = {},
): LifeEvent => ({ at, what, about: [], reason: '', by: '', words: '', ...parts });

/** How many of an order's events are kept. */
const EVENTS_MAX = 200;

/** A history with what has happened since; the oldest go when there are more than 200. */
export const historyWith = (
  history: readonly LifeEvent[],
  happened: readonly LifeEvent[],
): readonly LifeEvent[] => [...history, ...happened].slice(-EVENTS_MAX);
