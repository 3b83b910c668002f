import type { Place, StockKind } from '@astrolabe/kernel';

/** What an operator may do about an order; looking again and clearing flags are apart. */
export type ActionKind = 'HOLD' | 'RELEASE' | 'REROUTE' | 'INTERCEPT' | 'CLOSE';

/** What an action came to: what it was for, or what in the world was faster. */
export type ActionOutcome =
  | 'HELD'
  | 'RELEASED'
  | 'REROUTED'
  | 'INTERCEPTED'
  | 'CLOSED'
  | 'NOT_PLACED'
  | 'STORE_ACCEPTED'
  | 'STORE_REFUSED'
  | 'STORE_READY'
  | 'SHIPPED'
  | 'REFUND_ASKED'
  | 'CHANNEL_CLOSED';

/** A place that an operator names, with the kind of stock that serves each line there. */
export type NamedTarget = {
  readonly place: Place;
  readonly name: string;
  readonly kinds: Readonly<Record<string, StockKind>>;
};

/** One wish of an operator. */
export type Action = {
  readonly kind: ActionKind;
  /** Names the wish: the same one again changes nothing. */
  readonly key: string;
  readonly by: string;
  readonly reason: string;
  /** Of a re-route; null: wherever the rules say. */
  readonly target: NamedTarget | null;
};

/** A wish as the order remembers it. */
export type ActionRecord = Pick<Action, 'kind' | 'key' | 'by' | 'reason'> & {
  readonly at: Date;
  /** The last allocation when it began. */
  readonly allocation: number;
  /** Null while it is under way. */
  readonly outcome: ActionOutcome | null;
};

/** Nothing is routed or allocated while it stands. */
export type OrderHold = Pick<Action, 'by' | 'reason'> & { readonly at: Date };

export type ActionRefusal =
  /** The key has named another wish before. */
  | 'KEY_REUSED'
  | 'ORDER_BUSY'
  | 'ON_HOLD'
  | 'NOT_ON_HOLD'
  | 'OUT_OF_SCOPE'
  /** The whole order is shipped or closed. */
  | 'NOTHING_OPEN'
  | 'STORE_ACCEPTED'
  | 'SHIPPED'
  | 'SAME_PLACE'
  | 'BUYER_CHOSE_STORE'
  /** No stock is held for the order: it is looked at again instead. */
  | 'UNFULFILLABLE'
  /** It stands at a place, which has to give it back first. */
  | 'STILL_PLACED';

/** Wishes that an order remembers. */
export const MAX_ACTIONS = 20;
