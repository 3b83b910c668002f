import type { Fen, HoldPolicy, Inbox, Milli, OrderRef, Place, StockKind } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import type { OutboundCall } from '@astrolabe/outbound';
import type { ActionRecord, OrderHold } from './actions/action.ts';
import type { Claim, Step } from './step.ts';

/** Who picks the place: this service, or the seller's own router (models B and D). */
export type Allocator = 'astrolabe' | 'isv';
/** Who accepts and ships: the built-in store console (A, B) or the seller's POS (C, D). */
export type Acceptor = 'dianzhanggui' | 'pos';

export type LineState = 'WAITING' | 'ALLOCATED' | 'ACCEPTED' | 'SHIPPED' | 'FAILED' | 'CLOSED';

/**
 * What people have to look at, whatever the status. STOCK_REFUSED: the inventory refused for good what
 * has happened in the world, so its numbers are wrong until somebody corrects them. ON_HOLD: an operator
 * holds the order, and releases it.
 */
export type OrderFlag = 'STOCK_REFUSED' | 'ON_HOLD';

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

/** What an order can wait for that people look at (domain/standing.ts). */
export type OrderQueue =
  | 'UNROUTED'
  | 'WAITING_FOR_STORE'
  | 'REFUSED'
  | 'UNFILLABLE'
  | 'ON_HOLD'
  | 'UNKNOWN_SKU'
  | 'STOCK_REFUSED';

/** How far an order has come; each stage is come to once. */
export type OrderStage = 'RECEIVED' | 'PAID' | 'ROUTED' | 'ACCEPTED' | 'SHIPPED';

export type Waits = Readonly<Partial<Record<OrderQueue, Date>>>;

export type Passage = { readonly at: Date } & (
  | { readonly kind: 'CAME' | 'LEFT'; readonly name: OrderQueue }
  | { readonly kind: 'STAGE'; readonly name: OrderStage }
);

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
  /** Nothing is routed or allocated while it stands. */
  readonly hold: OrderHold | null;
  /** What operators did, oldest first; see MAX_ACTIONS. */
  readonly actions: readonly ActionRecord[];
  /** The slot that the order holds of its store's day; null without one. */
  readonly claim: Claim | null;
  /** When failed lines are looked at again; null while there is nothing to try. */
  readonly retryAt: Date | null;
  /** How often that was done since they failed. */
  readonly retries: number;
  /** What is still to be done, in order. */
  readonly steps: readonly Step[];
  /** The head step as a durable call: whose it is, and when anybody may take it over; null without one. */
  readonly headCall: OutboundCall | null;
  readonly inbox: Inbox;
  readonly decisions: readonly RoutingDecision[];
  readonly timeline: readonly TimelineEntry[];
  /** Since when it stands in which queue. */
  readonly waits: Waits;
  /** Queues that it came into and left, and stages that it came to, oldest first. */
  readonly passages: readonly Passage[];
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
