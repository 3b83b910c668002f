import type { Due, OrderRef, Place, Result, Standing } from '@astrolabe/kernel';
import type { Outcome, Problem } from '@astrolabe/outbound';
import type { Change } from '../domain/events.ts';
import type { Failures, Fulfilment, Model, Notification } from '../domain/fulfilment.ts';
import type { Parcel, Shipping } from '../domain/shipping.ts';
import type { TaskQueue } from '../domain/waiting.ts';

/** Where an event came from: the emitting aggregate and its running number. */
export type Origin = { source: string; sequence: bigint };

export type Fulfilments = {
  load(order: OrderRef): Promise<Fulfilment | null>;
  /** As this process wrote it last; others may have written since. */
  lastKnown(order: OrderRef): Promise<Fulfilment | null>;
  /** Decides and stores in one write; an event that was applied before changes nothing (null). */
  change<R, E>(
    order: OrderRef,
    from: Origin | null,
    decide: (current: Fulfilment | null) => Result<Change<R>, E>,
  ): Promise<Result<R | null, E>>;
  /** Orders of a seller with a code; a second one only when two codes are equal by chance. */
  byPickup(sellerId: string, codeHash: string): Promise<OrderRef[]>;
  /** Orders with a notification that is due at `now`. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  list(
    query: { sellerId: string; place: Place | null; status: string; oldestFirst: boolean },
    page: { size: number; token: string },
  ): Promise<Result<{ items: Fulfilment[]; next: string }, 'INVALID_PAGE_TOKEN'>>;
  /** Orders of a place with a task in one of the statuses; no more than `most` are counted. */
  count(
    query: { sellerId: string; place: Place; statuses: readonly string[] },
    most: number,
  ): Promise<number>;
};

/** What of a seller's orders waits here, a second behind at the most; what was delivered, as it was some seconds ago. */
export type Overview = {
  queues(sellerId: string): Promise<readonly TaskQueueCount[]>;
  /** A page of a queue, who has waited longest first; `next` is empty on the last page. */
  list(
    sellerId: string,
    queue: TaskQueue,
    limit: number,
    token: string,
  ): Promise<Result<WaitingPage, 'INVALID_PAGE_TOKEN'>>;
  /** By hour of a day (yyyy-MM-dd, Asia/Shanghai); null for what is no day. */
  delivered(sellerId: string, day: string): Promise<readonly number[] | null>;
  /** A page of the orders of that day, by the hour. */
  listDelivered(
    sellerId: string,
    day: string,
    limit: number,
    token: string,
  ): Promise<Result<WaitingPage, 'INVALID_PAGE_TOKEN' | 'INVALID_DAY'>>;
  /** The newest orders with a parcel of this mail number, 50 at the most. */
  byParcel(sellerId: string, mailNo: string): Promise<readonly OrderRef[]>;
};

/** Orders that a place has not answered, and the one that has waited longest. */
export type UnansweredAt = {
  readonly count: number;
  readonly since: Date;
  readonly orderRef: OrderRef;
};

/** By place (see `placeKey`), some seconds old at the most; `isMore`: only the 5,000 oldest orders were counted. */
export type Unanswered = (sellerId: string) => Promise<{
  readonly places: ReadonlyMap<string, UnansweredAt>;
  readonly isMore: boolean;
}>;

/** `next` is empty on the last page. */
export type WaitingPage = { readonly orders: readonly WaitingOrder[]; readonly next: string };

export type TaskQueueCount = {
  readonly queue: TaskQueue;
  /** To 1,000. */
  readonly count: number;
  readonly isMore: boolean;
  readonly oldestSince: Date | null;
  /** In the last full hour; undefined where that is not kept. */
  readonly came: number | undefined;
  readonly left: number | undefined;
};

export type WaitingOrder = { readonly orderRef: OrderRef; readonly since: Date };

/** The codes of pick-ups. They are made, never kept: the same name gives the same code. */
export type PickupCodes = {
  /** Of a new pick-up. */
  codeOf(order: OrderRef, number: number): string;
  /** What is kept of a new code. */
  hashOf(sellerId: string, code: string): string;
  /** What may be kept of a code, also of one that an older key has made. */
  hashesOf(sellerId: string, code: string): readonly string[];
  /** The code of a pick-up of which this hash is kept; null when its key is gone. */
  codeWithHash(order: OrderRef, number: number, codeHash: string): string | null;
};

/** Wrong codes by caller: `caller` names a store or an application of the seller. */
export type PickupGuards = {
  failures(sellerId: string, caller: string): Promise<Failures>;
  put(sellerId: string, caller: string, failures: Failures): Promise<void>;
};

export type Sellers = {
  /** The seller's model; null when nobody knows the seller. */
  modelOf(sellerId: string): Promise<Model | null>;
};

/** How a seller's store system is reached. An empty address means that it polls. */
export type Connection = { sellerId: string; spiUrl: string; appKey: string; secret: string };

export type Connections = {
  find(sellerId: string): Promise<Standing<Connection> | null>;
  put(connection: Connection): Promise<void>;
};

export type StoreSystem = {
  /** Tells what is intended; an answer that did not come is unknown, not an error. */
  tell(connection: Connection, fulfilment: Fulfilment, intent: Notification): Promise<Outcome>;
};

/** A seller's shop at Tmall, as the open platform is called for it. */
export type Shop = {
  sellerId: string;
  tmallUrl: string;
  appKey: string;
  secret: string;
  session: string;
};

export type Shops = {
  find(sellerId: string): Promise<Standing<Shop> | null>;
  /** An empty address disconnects the shop. */
  put(shop: Shop): Promise<void>;
};

/** The trades at Tmall. Reads may be repeated; `ship` is not repeated here. */
export type Tmall = {
  /** Ships sub-orders; `whole`: they are all that the trade has. */
  ship(shop: Shop, tradeId: string, parcel: Parcel, whole: boolean): Promise<Outcome>;
  /** Whether all these sub-orders are shipped at Tmall. */
  shipped(
    shop: Shop,
    tradeId: string,
    subOrderIds: readonly string[],
  ): Promise<Result<boolean, Problem>>;
};

export type Shippings = {
  load(order: OrderRef): Promise<Shipping | null>;
  loadAll(orders: readonly OrderRef[]): Promise<readonly Shipping[]>;
  /** Decides on the newest state and stores the outcome in one write; it may decide more than once. */
  change<E>(
    order: OrderRef,
    decide: (current: Shipping | null) => Result<Shipping, E>,
  ): Promise<Result<Shipping, E>>;
  /** Orders with something to do at this instant. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
};
