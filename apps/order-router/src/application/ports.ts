import type { Due, HoldPolicy, Milli, OrderRef, Place, Result, StockKind } from '@astrolabe/kernel';
import type { OrderRefusal, SellerSettings, StockOutcome } from '../domain/commands.ts';
import type { Decided } from '../domain/decide.ts';
import type { OrderQueue, OrderStage, OrderState } from '../domain/order.ts';
import type { RuleRefusal, RuleSet } from '../domain/routing/rule-set.ts';
import type { Flow, StoreSettings } from '../domain/routing/settings.ts';
import type { FreeStock, RoutingRules, RoutingStore } from '../domain/routing/types.ts';
import type { Claim } from '../domain/step.ts';

/** The order documents: one per order, changed by compare-and-set, events in the same write. */
export type Orders = {
  load(name: OrderRef): Promise<{ state: OrderState; version: bigint } | null>;
  /** Whether it is still of this version, which was read lately; false also where only `load` tells. */
  isAt(name: OrderRef, version: bigint): Promise<boolean>;
  /** Runs `change` on the current document until its result is stored; no write when unchanged. */
  change(
    name: OrderRef,
    change: (state: OrderState | null) => Result<Decided, OrderRefusal>,
  ): Promise<Result<Decided, OrderRefusal>>;
  /** Orders whose head step anybody may take over by now. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  /** Failed orders that are to be looked at again by now. */
  dueRetries(now: Date, limit: number): Promise<Due<OrderRef>>;
  /** Orders with lines that stand at a store and are not accepted. */
  openAt(sellerId: string, storeId: string, limit: number): Promise<readonly OrderRef[]>;
  /**
   * A page of a seller's orders, newest first; by payment where that is asked for, and of a queue who has stood
   * there longest. `next` is empty on the last page.
   */
  list(query: OrderQuery): Promise<Result<OrderPage, 'INVALID_PAGE_TOKEN'>>;
};

export type OrderQuery = {
  readonly sellerId: string;
  /** Empty: every status. */
  readonly status: string;
  /** Empty: with and without flags. */
  readonly flag: string;
  /** Empty, or null: of every channel, at every place, paid whenever. */
  readonly channel: string;
  readonly place: Place | null;
  readonly paidFrom: Date | null;
  /** Excluded. */
  readonly paidTo: Date | null;
  /** Empty: in and out of queues. */
  readonly queue: string;
  /** A stage with the day (yyyy-MM-dd, Asia/Shanghai) on which it was come to; both empty: whatever. */
  readonly stage: string;
  readonly stageDay: string;
  /** A number or a code that names the order or what was bought; empty: any. */
  readonly text: string;
  /** Without the timeline and what operators did. */
  readonly isBrief: boolean;
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

/** What of a seller's orders waits and where they are; all of it is seconds behind at the most. */
export type Overview = {
  queues(sellerId: string): Promise<readonly QueueCount[]>;
  /** By channel and hour of a day (yyyy-MM-dd, Asia/Shanghai); null for what is no day. */
  stages(sellerId: string, day: string): Promise<readonly StageCounts[] | null>;
};

export type QueueCount = {
  readonly queue: OrderQueue;
  /** To 1,000. */
  readonly count: number;
  readonly isMore: boolean;
  readonly oldestSince: Date | null;
  /** When the oldest is looked at again by itself. */
  readonly nextAt: Date | null;
  /** In the last full hour. */
  readonly came: number;
  readonly left: number;
};

/** Stages that nobody measures in a channel are not among them. */
export type StageCounts = {
  readonly channel: string;
  readonly stages: readonly { readonly stage: OrderStage; readonly hours: readonly number[] }[];
};

export type OrderPage = {
  readonly items: readonly { readonly state: OrderState; readonly version: bigint }[];
  readonly next: string;
};

/** A command about one hold of one order. */
export type StockCommand = {
  readonly orderRef: OrderRef;
  readonly operationId: string;
  /** Which of the order's holds; see OrderLine. */
  readonly hold: number;
  readonly verb: StockVerb;
};

export type StockVerb =
  | {
      readonly kind: 'reserve';
      readonly buyerRef: string;
      readonly policy: HoldPolicy;
      readonly lines: readonly {
        readonly subOrderId: string;
        readonly goodsId: string;
        readonly quantityMilli: Milli;
        /** Absent: the inventory chooses among the places with stock of the policy's kind. */
        readonly at?: { readonly place: Place; readonly kind: StockKind };
      }[];
    }
  | {
      readonly kind: 'route';
      readonly lines: readonly {
        readonly subOrderId: string;
        readonly place: Place;
        readonly stock: 'CERTAIN' | 'SHARED';
      }[];
    }
  | { readonly kind: 'accept' | 'refuse'; readonly subOrderIds: readonly string[] }
  | {
      readonly kind: 'release' | 'giveBack';
      readonly subOrderIds: readonly string[];
      readonly reason: string;
    }
  | {
      readonly kind: 'consume';
      readonly subOrderIds: readonly string[];
      readonly shipmentRef: string;
    }
  | {
      /**
       * Goods that had left come back, or are not where they should be; each has a bill number that is used
       * once.
       */
      readonly kind: 'adjust';
      readonly billScope: string;
      readonly lines: readonly {
        readonly billNum: string;
        readonly goodsId: string;
        readonly quantityMilli: Milli;
        readonly at: { readonly place: Place; readonly kind: StockKind };
      }[];
    };

export type HeldLine = {
  readonly subOrderId: string;
  readonly certainPlace: Place | null;
  readonly sharedPlace: Place | null;
};

/**
 * The inventory. Every call throws when its outcome is not known (time-out, not reachable); the same
 * command may then be sent again.
 */
export type Stock = {
  execute(command: StockCommand): Promise<StockOutcome>;
  /** Free stock of the goods, net of all holds, at every place that knows them or at the places named. */
  free(
    sellerId: string,
    goodsIds: readonly string[],
    places?: readonly Place[],
  ): Promise<readonly FreeStock[]>;
  /** One of the order's holds line by line; empty when there is none. */
  held(name: OrderRef, hold: number): Promise<readonly HeldLine[]>;
};

/** Sub-orders of one allocation that are wanted back. */
export type RecallAsked = {
  readonly subOrderIds: readonly string[];
  readonly allocation: number;
  readonly acceptedToo: boolean;
};

/** What stores and warehouses have. Throws when it cannot be asked, or does not know the allocation yet. */
export type Stores = {
  /** All of them or none; `refused` says what stands there instead. May be repeated. */
  recall(name: OrderRef, asked: RecallAsked): Promise<StockOutcome>;
};

export type ItemKey = { readonly itemId: string; readonly skuId: string };

/** The catalog. Calls throw when it cannot be asked. */
export type Catalog = {
  /** Null for an unknown seller. */
  settings(sellerId: string): Promise<SellerSettings | null>;
  /** Goods behind items, in their order; empty text for what nobody knows. */
  goods(sellerId: string, items: readonly ItemKey[]): Promise<readonly string[]>;
  /** Stores bound to every one of the items. */
  routingStores(sellerId: string, itemIds: readonly string[]): Promise<readonly RoutingStore[]>;
  /** Name of a store; null when the seller has no such store. */
  storeName(sellerId: string, storeId: string): Promise<string | null>;
};

/** Routing rules by seller. */
export type Rules = { rules(sellerId: string): Promise<RoutingRules> };

/** All versions of a seller's rules, changed as one document. */
export type RuleSets = {
  load(sellerId: string): Promise<RuleSet>;
  /** Runs `change` on the current versions until its result is stored. */
  change(
    sellerId: string,
    change: (set: RuleSet) => Result<RuleSet, RuleRefusal>,
  ): Promise<Result<RuleSet, RuleRefusal>>;
};

/** What sellers have set about their stores. */
export type StoreSettingsSource = {
  /** Every store of the seller that has settings, by id; may be two seconds old. */
  all(sellerId: string): Promise<ReadonlyMap<string, StoreSettings>>;
  find(sellerId: string, storeId: string): Promise<VersionedSettings | null>;
  /** Compare-and-set; `version` 0 for a store without settings. Null when it has another version. */
  put(sellerId: string, settings: StoreSettings, version: number): Promise<number | null>;
};

export type VersionedSettings = { readonly settings: StoreSettings; readonly version: number };

/** Slots of stores' days. Both commands may be repeated; a repetition changes nothing. */
export type Capacity = {
  /** False when the day is full. */
  claim(sellerId: string, claim: Claim): Promise<boolean>;
  release(sellerId: string, claim: Claim): Promise<void>;
  /** Orders that stand at the seller's stores on a day; stores without any may be missing. */
  loads(sellerId: string, day: string, flow: Flow): Promise<ReadonlyMap<string, number>>;
};

/** Stores that were closed or deleted lately. */
export type GoneStores = {
  watched(
    now: Date,
    limit: number,
  ): Promise<readonly { readonly sellerId: string; readonly storeId: string }[]>;
};

/** One decision with the text of its inputs and its outcome. */
export type KeptDecision = {
  readonly id: string;
  readonly orderRef: OrderRef;
  readonly allocation: number;
  readonly attempt: number;
  readonly at: Date;
  /** Version of the rules that were in force. */
  readonly rules: string;
  readonly text: string;
};

/** One with its text in pieces, in their order. */
export type DecisionToKeep = Omit<KeptDecision, 'text'> & { readonly pieces: readonly string[] };

export type DecisionQuery = {
  readonly sellerId: string;
  readonly from: Date;
  readonly to: Date;
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

/** Every decision of the last 90 days. */
export type DecisionArchive = {
  /** A repeated decision replaces the one that its order never took. */
  keep(decision: DecisionToKeep): Promise<void>;
  find(id: string): Promise<KeptDecision | null>;
  /** Decisions of a period (`from` with, `to` without), oldest first. */
  list(
    query: DecisionQuery,
  ): Promise<
    Result<{ readonly items: readonly KeptDecision[]; readonly next: string }, 'INVALID_PAGE_TOKEN'>
  >;
};

/** What is worth a line in the log or a number on a dashboard. */
export type Notes = {
  /** `until` is set when the order waits for that time with its next try. */
  postponed(name: OrderRef, step: string, error: unknown, until?: Date | null): void;
  stockRefused(name: OrderRef, step: string, reason: string): void;
  swept(count: number): void;
};
