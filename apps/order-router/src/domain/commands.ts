import type {
  ChannelOrder,
  ChannelOrderLine,
  EventOrigin,
  Milli,
  Place,
  StockKind,
} from '@astrolabe/kernel';
import type { Problem } from '@astrolabe/outbound';
import type { Action, ActionRefusal } from './actions/action.ts';
import type { Acceptor, Allocator } from './order.ts';
import type { Claim, RouteTarget, Shipment } from './step.ts';

/** An order as its channel showed it, with the goods behind its lines looked up. */
export type PlacedOrder = Omit<
  ChannelOrder,
  'sellerNick' | 'createdAt' | 'totalFeeFen' | 'lines'
> & {
  readonly traceId: string;
  /** What of the message was cut, left out or not understood, for people. */
  readonly notes?: readonly string[];
  readonly lines: readonly PlacedLine[];
};

export type PlacedLine = Pick<
  ChannelOrderLine,
  | 'subOrderId'
  | 'itemId'
  | 'skuId'
  | 'outerId'
  | 'quantityMilli'
  | 'paymentFen'
  | 'fulfilment'
  | 'state'
  | 'refund'
  | 'refundAmountOnly'
> & {
  readonly goodsId: string;
  /** The goods have no stock here, and need none. */
  readonly rides: boolean;
};

export type SellerSettings = { readonly allocator: Allocator; readonly acceptor: Acceptor };

/** A store's answer about sub-orders of one allocation. */
export type StoreAnswer = {
  readonly allocation: number;
  readonly subOrderIds: readonly string[];
  readonly place: Place | null;
  readonly operator: string;
};

/** Goods that a store had accepted and gave back. */
export type GoodsBack = {
  /** Thousandths of a piece that are not on its shelf, by sub-order. */
  readonly lost: Readonly<Record<string, Milli>>;
  /** A code, e.g. MISSING. */
  readonly reason: string;
};

/** One line as the seller's own router reported it, with where the stock really stands. */
export type ReportedLine =
  | {
      readonly status: 'WAITING' | 'FAILED';
      readonly subOrderId: string;
      readonly description: string;
    }
  | {
      readonly status: 'ALLOCATED';
      readonly subOrderId: string;
      readonly description: string;
      readonly target: RouteTarget;
      /** The seller moved the hold there itself (itemadjust), or it stood there from the start. */
      readonly held: boolean;
    };

/** What a stock command came to. `refused` is final: the same command would be refused again. */
export type StockOutcome =
  | { readonly kind: 'done'; readonly places: Readonly<Record<string, Place>> }
  | { readonly kind: 'insufficient'; readonly reason: string }
  | { readonly kind: 'refused'; readonly reason: string };

/** The place that routing chose for the waiting lines, or none. */
export type Choice = {
  /** State of affairs that was looked at; the choice is void when it changed since. */
  readonly basis: string;
  readonly chosen: { readonly place: Place; readonly name: string } | null;
  readonly kinds: Readonly<Record<string, StockKind>>;
  /** A slot of the chosen store's day that has to be had first; null where no cap applies. */
  readonly claim: Claim | null;
};

export type OrderCommand =
  | {
      readonly kind: 'orderPaid';
      readonly origin: EventOrigin;
      readonly placed: PlacedOrder;
      readonly settings: SellerSettings;
    }
  | {
      readonly kind: 'orderClosed';
      readonly origin: EventOrigin;
      readonly placed: PlacedOrder;
      readonly settings: SellerSettings;
    }
  /** The channel says that the goods of these sub-orders have left. */
  | {
      readonly kind: 'orderLeft';
      readonly origin: EventOrigin;
      readonly placed: PlacedOrder;
      readonly settings: SellerSettings;
      readonly subOrderIds: readonly string[];
    }
  | { readonly kind: 'storeAccepted'; readonly origin: EventOrigin; readonly answer: StoreAnswer }
  | {
      readonly kind: 'storeRefused';
      readonly origin: EventOrigin;
      readonly answer: StoreAnswer;
      /** The store had accepted; absent for a refusal. */
      readonly back?: GoodsBack;
    }
  | { readonly kind: 'refundAgreed'; readonly origin: EventOrigin; readonly answer: StoreAnswer }
  | {
      readonly kind: 'refundWithdrawn';
      readonly origin: EventOrigin;
      readonly subOrderIds: readonly string[];
    }
  | {
      readonly kind: 'storeConsigned';
      readonly origin: EventOrigin;
      readonly answer: StoreAnswer;
      readonly shipment: Shipment;
    }
  | { readonly kind: 'reportAllocation'; readonly lines: readonly ReportedLine[] }
  /** The head step was performed; `choice` answers the `choose` step that may follow at once. */
  | {
      readonly kind: 'stepDone';
      readonly stepId: string;
      readonly outcome: StockOutcome;
      readonly choice: Choice | null;
    }
  /** An attempt of the head step got no answer. */
  | {
      readonly kind: 'stepPostponed';
      readonly stepId: string;
      readonly attempts: number;
      readonly problem: Problem;
    }
  /**
   * A head step is driven by another caller: when it is due, or before that when it still waits for the
   * time to which the caller had postponed it.
   */
  | { readonly kind: 'stepTaken'; readonly postponedTo?: Date }
  /**
   * A failed order was looked at again: `found` when it could be served now. `goods` names the goods of
   * sub-orders that were unknown before; `askedBy`: an operator, who need not wait for the next look.
   */
  | {
      readonly kind: 'retryAllocation';
      readonly found: boolean;
      readonly goods: Readonly<Record<string, string>>;
      readonly askedBy: string | null;
    }
  /** An operator has dealt with what a flag stands for. */
  | {
      readonly kind: 'clearFlag';
      readonly flag: string;
      readonly operator: string;
      readonly note: string;
    }
  /** An operator's wish; see `acted`. */
  | { readonly kind: 'act'; readonly action: Action }
  /** A store that is closed or gone gives back what it has not accepted. */
  | { readonly kind: 'storeGone'; readonly storeId: string };

/** Refusals of commands from outside; the codes are told to the caller. */
export type OrderRefusal =
  | 'UNKNOWN_TRADE'
  | 'OUT_OF_SCOPE'
  | 'UNKNOWN_SUB_ORDER'
  | 'ORDER_BUSY'
  | 'ILLEGAL_TRANSITION'
  | 'NOT_FLAGGED'
  | ActionRefusal;
