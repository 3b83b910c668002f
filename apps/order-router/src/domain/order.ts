import type { Fen, HoldPolicy, Inbox, Milli, OrderRef, Place, StockKind } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import type { Claim, Step } from './step.ts';

/** Who picks the place: this service, or the seller's own router (models B and D). */
export type Allocator = 'astrolabe' | 'isv';
/** Who accepts and ships: the built-in store console (A, B) or the seller's POS (C, D). */
export type Acceptor = 'dianzhanggui' | 'pos';

export type LineState = 'WAITING' | 'ALLOCATED' | 'ACCEPTED' | 'SHIPPED' | 'FAILED' | 'CLOSED';

/**
 * What people have to look at, whatever the status. STOCK_REFUSED: the inventory refused for good what
 * has happened in the world, so its numbers are wrong until somebody corrects them.
 */
export type OrderFlag = 'STOCK_REFUSED';

/** Derived from the lines and the pending steps; stored for lists (see status.ts). */
export type OrderStatus =
  | 'RECEIVED'
  | 'RESERVED'
  | 'ROUTING'
  | 'AWAITING_ALLOCATION'
  | 'ALLOCATED'
  | 'ACCEPTED'
  | 'SHIPPED'
  | 'ALLOCATE_FAILED'
  | 'UNFULFILLABLE'
  | 'CLOSED';

export type OrderLine = {
  readonly subOrderId: string;
  readonly itemId: string;
  readonly skuId: string;
  readonly outerId: string;
  /** Empty when nobody knows the goods: nothing can be reserved until somebody does. */
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly paymentFen: Fen;
  readonly omni: boolean;
  /** What this document has decided; races between events are settled on it. */
  readonly decided: LineState;
  /** What the stock has confirmed; it follows `decided` when the step for it is done. */
  readonly state: LineState;
  /** The allocation that chose `place`; 0 before the first one. */
  readonly allocation: number;
  readonly place: Place | null;
  readonly placeName: string;
  readonly kind: StockKind | null;
  /** Where the guarantee (the hold on certain stock) stands; null when there is none. */
  readonly certainPlace: Place | null;
  readonly refusedBy: readonly Place[];
  /** Extension fields that the seller's own router gave with its allocation. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Which of the order's holds the line is in: a line that was released is held under a new name. */
  readonly hold: number;
  /** How often the line came back after a refund had closed it. */
  readonly returns: number;
  /** Closed by a refund that the buyer may still withdraw. */
  readonly refunded: boolean;
  /**
   * Goods without stock here, such as a gift: the line goes where the others go (white paper L220),
   * and no stock is held or sold for it.
   */
  readonly rides: boolean;
  /** The channel says that the goods have left: they are not sent to another place. */
  readonly left: boolean;
};

export type TimelineEntry = { readonly at: Date; readonly what: string; readonly detail: string };

/** What was decided by routing; the record it can be replayed from is kept under `decisionId`. */
export type RoutingDecision = {
  readonly allocation: number;
  readonly attempt: number;
  readonly at: Date;
  readonly chosen: Place | null;
};

export type OrderState = {
  readonly orderRef: OrderRef;
  readonly traceId: string;
  readonly status: OrderStatus;
  readonly allocator: Allocator;
  readonly acceptor: Acceptor;
  readonly buyerRef: string;
  readonly paidAt: Date;
  readonly paymentFen: Fen;
  readonly postFeeFen: Fen;
  /** The payment was seen; false only for a close that overtook it. */
  readonly paid: boolean;
  /** The postage went out with a shipment; it must not go out again. */
  readonly postFeeTold: boolean;
  readonly receiver: Receiver;
  /** The store that the buyer chose for pick-up: no other place will do. Empty: to be shipped. */
  readonly collectStoreId: string;
  /** How the channel wants its stock held. */
  readonly holdPolicy: HoldPolicy;
  readonly lines: readonly OrderLine[];
  /** Counts rounds of allocation; the last one, failed or not. */
  readonly allocation: number;
  /** Counts choices of the round that is under way. */
  readonly attempt: number;
  /** Places whose stock was gone when the round under way tried to hold it. */
  readonly missed: readonly Place[];
  /** Why certain stock could not be held; null while it is or was. */
  readonly unfulfillable: string | null;
  readonly flags: readonly OrderFlag[];
  /** The slot that the order holds of its store's day; null without one. */
  readonly claim: Claim | null;
  /** When failed lines are looked at again; null while there is nothing to try. */
  readonly retryAt: Date | null;
  /** How often that was done since they failed. */
  readonly retries: number;
  /** What is still to be done, in order; the head is leased to one driver until `nextAt`. */
  readonly steps: readonly Step[];
  /** When anybody may take over the head step; null when there is none. */
  readonly nextAt: Date | null;
  /** How often the head step was tried without an answer. */
  readonly tries: number;
  readonly inbox: Inbox;
  readonly decisions: readonly RoutingDecision[];
  readonly timeline: readonly TimelineEntry[];
};

export type Receiver = {
  readonly province: string;
  readonly city: string;
  readonly area: string;
};

/** Names one choice of an order: the record's id, and the holder of a store's slot. */
export const decisionId = (ref: OrderRef, allocation: number, attempt: number): string =>
  `${orderKey(ref)}#${allocation}.${attempt}`;

const MAX_TIMELINE = 200;

/** Adds a timeline entry; the oldest ones go when there are more than 200. */
export function told(state: OrderState, at: Date, what: string, detail: string): OrderState {
  return { ...state, timeline: [...state.timeline, { at, what, detail }].slice(-MAX_TIMELINE) };
}

/** Changes the lines whose sub-order ids are named. */
export function changeLines(
  state: OrderState,
  subOrderIds: readonly string[],
  change: (line: OrderLine) => OrderLine,
): OrderState {
  const named = new Set(subOrderIds);
  return {
    ...state,
    lines: state.lines.map((line) => (named.has(line.subOrderId) ? change(line) : line)),
  };
}
