import type { Milli, OrderRef, Place, StockKind } from '@astrolabe/kernel';
import type { Receiver } from '../order.ts';
import type { RulesBody, SortName } from './rules.ts';
import type { Flow, StoreLoad, StoreSettings } from './settings.ts';

/** What routing reads of an order. */
export type RoutingOrder = {
  readonly orderRef: OrderRef;
  /** The instant of the decision, epoch ms; opening hours are judged by it. */
  readonly atMs: number;
  readonly flow: Flow;
  readonly receiver: Receiver;
  /** The store that the buyer collects from; absent when the goods are shipped. */
  readonly collectStoreId?: string;
  readonly lines: readonly RoutingLine[];
  /** Places that refused a line of the order. */
  readonly refusedBy: readonly Place[];
  /** Places where holding failed after they had been chosen in this round. */
  readonly missed: readonly Place[];
};

export type RoutingLine = {
  readonly subOrderId: string;
  readonly itemId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  /** Where the order's own hold on certain stock stands. */
  readonly certainPlace: Place | null;
};

/** A seller's routing rules as they were in force, with the name of their version. */
export type RoutingRules = RulesBody & { readonly version: string };

export type RoutingStore = {
  readonly storeId: string;
  readonly name: string;
  readonly status: 'NORMAL' | 'HOLD' | 'CLOSE';
  /** HH:MM, Asia/Shanghai; empty when not told. */
  readonly startTime: string;
  readonly endTime: string;
  readonly province: string;
  readonly city: string;
  readonly area: string;
  /** 0 is the highest. */
  readonly priority: number;
};

/** Free stock of goods at a place, net of all holds. */
export type FreeStock = {
  readonly place: Place;
  readonly goodsId: string;
  readonly sharedMilli: Milli;
  readonly certainMilli: Milli;
};

/**
 * What was seen when the decision was made: stores bound to every item, stock of the goods, and of
 * these stores the settings and what the day has brought them so far.
 */
export type RoutingSnapshot = {
  readonly stores: readonly RoutingStore[];
  readonly stock: readonly FreeStock[];
  readonly settings: readonly StoreSettings[];
  readonly loads: readonly StoreLoad[];
};

export type RoutingInput = {
  readonly order: RoutingOrder;
  readonly rules: RoutingRules;
  readonly snapshot: RoutingSnapshot;
};

/** Why a candidate is out; the first rule that removed it. */
export type Removal =
  | 'NOT_NORMAL'
  | 'CLOSED_NOW'
  | 'NOT_WORKING'
  | 'NOT_DISPATCHING'
  | 'NOT_ACTIVE'
  | 'CAP_REACHED'
  | 'OTHER_PROVINCE'
  | 'OTHER_CITY'
  | 'TOO_FAR'
  | 'NO_FALLBACK'
  | 'OTHER_STORE'
  | 'REFUSED_BEFORE'
  | 'MISSED_STOCK'
  | 'NOT_ENOUGH_STOCK';

export type CandidateLine = { readonly subOrderId: string; readonly kind: StockKind };

/** One row of the candidate table. */
export type Candidate = {
  readonly place: Place;
  readonly name: string;
  readonly removed: Removal | null;
  readonly priority: number;
  /** 0 same area, 1 same city, 2 same province, 3 elsewhere; 4 for warehouses. */
  readonly region: number;
  /** Metres to the receiver; null when either has no coordinates. */
  readonly distanceM: number | null;
  /** Least free stock over the goods, of the kind to be used; the own hold counts. */
  readonly availableMilli: Milli;
  /** Every certain hold of the order is here already. */
  readonly holdsAll: boolean;
};

/** The sorts of the rules, between those that no rule changes. */
export type Decider = 'place-type' | 'holds-all' | SortName | 'id';

/** A decision. The whole table of candidates follows from the input (see tableOf). */
export type RoutingOutcome = {
  readonly chosen: Candidate | null;
  /** Which stock of the chosen place serves each line. */
  readonly lines: readonly CandidateLine[];
  /** Which sort told the first from the second candidate; null with fewer than two. */
  readonly decidedBy: Decider | null;
  /** How many places were looked at. */
  readonly candidates: number;
  /** How many of them each reason removed, by reason. */
  readonly removed: readonly (readonly [Removal, number])[];
};
