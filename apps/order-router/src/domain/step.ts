import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import type { NamedTarget } from './actions/action.ts';
import type { Flow } from './routing/settings.ts';

/** Where one line goes in a round of allocation. */
export type RouteTarget = {
  readonly subOrderId: string;
  readonly place: Place;
  readonly placeName: string;
  readonly kind: StockKind;
  readonly attributes: Readonly<Record<string, string>>;
};

export type Shipment = {
  readonly place: Place | null;
  readonly shippedAt: Date;
  readonly logisticCompany: string;
  readonly mailNo: string;
};

/** One slot of a store's day, under its daily cap. */
export type Claim = {
  readonly storeId: string;
  /** Calendar day in Asia/Shanghai, e.g. 2016-09-22. */
  readonly day: string;
  readonly flow: Flow;
  /** Orders that may stand at the store on that day. */
  readonly cap: number;
  /** Names the slot's holder: order, allocation and attempt. */
  readonly token: string;
};

/** Stock of a place that its shelf has not. */
export type LostStock = {
  readonly subOrderId: string;
  readonly goodsId: string;
  readonly lostMilli: Milli;
  readonly place: Place;
  readonly kind: StockKind;
};

/**
 * One effect that the order still owes. `id` is the operation id of the stock command (unique and
 * the same on every redo); a `choose` step calls nothing, it reads and decides.
 */
export type Step =
  | {
      readonly kind: 'reserve';
      readonly id: string;
      readonly subOrderIds: readonly string[];
      /** The hold that is made; see OrderLine. */
      readonly hold: number;
    }
  | { readonly kind: 'choose'; readonly id: string }
  | {
      readonly kind: 'claim';
      readonly id: string;
      readonly claim: Claim;
      /** Where the lines go when the slot is had. */
      readonly targets: readonly RouteTarget[];
    }
  | { readonly kind: 'unclaim'; readonly id: string; readonly claim: Claim }
  | {
      readonly kind: 'route';
      readonly id: string;
      readonly targets: readonly RouteTarget[];
      /** Sub-orders whose stock has to be moved; the others have it at their place. */
      readonly moving: readonly string[];
    }
  | {
      readonly kind: 'accept';
      readonly id: string;
      readonly subOrderIds: readonly string[];
      readonly place: Place | null;
    }
  | {
      readonly kind: 'refuse';
      readonly id: string;
      readonly subOrderIds: readonly string[];
      /** Where an operator wants them then; absent or null: wherever the rules say. */
      readonly onward?: NamedTarget | null;
    }
  /** The place is asked for the goods of one allocation; it may have been faster. */
  | {
      readonly kind: 'recall';
      readonly id: string;
      /** Key of the wish that it is part of; null: the place is gone, which nobody here wished. */
      readonly action: string | null;
      readonly subOrderIds: readonly string[];
      readonly allocation: number;
      readonly acceptedToo: boolean;
      readonly target: NamedTarget | null;
    }
  | {
      readonly kind: 'release' | 'giveBack';
      readonly id: string;
      readonly subOrderIds: readonly string[];
      readonly reason: string;
    }
  /** Goods of the order that a place gave back and did not find are taken off its stock. */
  | {
      readonly kind: 'writeOff';
      readonly id: string;
      readonly lines: readonly LostStock[];
      readonly reason: string;
    }
  | {
      readonly kind: 'consume';
      readonly id: string;
      readonly subOrderIds: readonly string[];
      readonly shipment: Shipment;
    };

/** Steps as the timeline names them; pages have words for each. */
export const STEP_CODES = {
  reserve: 'STEP_RESERVE',
  choose: 'STEP_CHOOSE',
  claim: 'STEP_CLAIM',
  unclaim: 'STEP_UNCLAIM',
  route: 'STEP_ROUTE',
  accept: 'STEP_ACCEPT',
  refuse: 'STEP_REFUSE',
  recall: 'STEP_RECALL',
  release: 'STEP_RELEASE',
  giveBack: 'STEP_GIVE_BACK',
  writeOff: 'STEP_WRITE_OFF',
  consume: 'STEP_CONSUME',
} as const satisfies Record<Step['kind'], string>;
