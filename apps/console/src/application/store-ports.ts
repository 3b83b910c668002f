import type { OrderRef } from '@astrolabe/kernel';
import type { Feed, News } from '../domain/feed.ts';
import type { StoreGrant } from '../domain/rights.ts';

/** A user at work in a store: exactly one store of one seller. */
export type Clerk = StoreGrant & {
  login: string;
  name: string;
};

export type Sellers = {
  /** Whether the seller's clerks answer in this console: else its till does (models C and D). */
  acceptsHere(sellerId: string): Promise<boolean>;
  /** What the store is called; empty where nobody has said. */
  storeName(store: StoreName): Promise<string>;
};

export type StoreName = { sellerId: string; storeId: string };

export type Feeds = {
  load(store: StoreName): Promise<Feed>;
  add(store: StoreName, news: News): Promise<void>;
};

export type StatusEntry = { status: string; at: Date | null; operator: string };

/**
 * PENDING: to be shipped at Tmall. AT_TMALL: shipped there, to be recorded. REFUSED: nothing was shipped.
 * GIVEN_UP: the tries are used up, and the clerk may ship again.
 */
export type ParcelState = 'PENDING' | 'AT_TMALL' | 'DONE' | 'REFUSED' | 'GIVEN_UP';

/** What was sent off, and how that went at Tmall; code and message are of the last try that failed. */
export type Parcel = {
  state: ParcelState;
  company: string;
  mailNo: string;
  operator: string;
  code: string;
  /** In Tmall's own words, where Tmall has refused. */
  message: string;
};

/** One sub-order of an order at a store. */
export type Task = {
  orderRef: OrderRef;
  subOrderId: string;
  storeId: string;
  allocation: number;
  pickup: boolean;
  /** The buyer has the goods. */
  collected: boolean;
  status: string;
  itemId: string;
  skuId: string;
  outerId: string;
  /** What the channel shows of the goods; empty texts where it has told none. */
  title: string;
  spec: string;
  picture: string;
  quantityMilli: bigint;
  /** What the seller's own router gave along, such as gifts and batches: name and text. */
  attributes: readonly (readonly [name: string, text: string])[];
  history: readonly StatusEntry[];
  logistics: { company: string; mailNo: string } | null;
  /** The newest parcel, while it is not through. */
  parcel: Parcel | null;
};

export type StatusReport = {
  orderRef: OrderRef;
  subOrderIds: readonly string[];
  status: string;
  pickup: boolean;
  at: Date;
  /** Of a refusal. */
  reason: Reason;
};

/** A code of fulfillment's and a text; both empty where nothing was said. */
export type Reason = { code: string; text: string };

/** What a clerk had accepted and gives back, under the allocation that the clerk saw. */
export type GoodsBack = {
  orderRef: OrderRef;
  subOrderIds: readonly string[];
  allocation: number;
  reason: Reason;
  /** Thousandths of a piece that are not on the shelf. */
  lost: readonly { subOrderId: string; lostMilli: bigint }[];
};

/** What a clerk sends off, under the allocation that the clerk saw. */
export type Shipment = {
  orderRef: OrderRef;
  subOrderIds: readonly string[];
  allocation: number;
  company: string;
  mailNo: string;
};

/** The reason is fulfillment's, e.g. ILLEGAL_TRANSITION. */
export type Refused = { kind: 'refused'; reason: string };

export type ReportOutcome = { kind: 'taken'; already: boolean } | Refused;

/** `parcel`: null where Tmall is not called. */
export type ShipOutcome = { kind: 'taken'; already: boolean; parcel: Parcel | null } | Refused;

/** Who reports: a clerk, also one whose session has ended meanwhile. */
export type Reporter = Pick<Clerk, 'sellerId' | 'storeId' | 'login' | 'name'>;

/** ASKED: its number is being asked for. CANCELLING: it is being given back. */
export type WaybillState = 'ASKED' | 'READY' | 'REFUSED' | 'GIVEN_UP' | 'CANCELLING' | 'CANCELLED';

/** The number of a parcel that is to leave; code and message are of the last try that failed. */
export type Waybill = {
  id: number;
  subOrderIds: readonly string[];
  allocation: number;
  state: WaybillState;
  /** Empty until they are known. */
  company: string;
  mailNo: string;
  code: string;
  message: string;
};

/** What a label shows beside its number; it may name the buyer, and is kept nowhere. */
export type Label = Receiver & { sortation: string; routeCode: string };

/** Numbers of parcels, by order and the clerk's own store. */
export type Waybills = {
  ask(
    clerk: Reporter,
    parcel: { orderRef: OrderRef; allocation: number; subOrderIds: readonly string[] },
  ): Promise<{ kind: 'taken'; waybill: Waybill } | Refused>;
  cancel(
    clerk: Reporter,
    orderRef: OrderRef,
    id: number,
  ): Promise<{ kind: 'taken'; waybill: Waybill } | Refused>;
  /** Newest last. */
  list(clerk: Reporter, orderRef: OrderRef): Promise<readonly Waybill[]>;
  label(
    clerk: Reporter,
    orderRef: OrderRef,
    id: number,
  ): Promise<{ kind: 'label'; label: Label } | Refused>;
};

export type PickupFound =
  { kind: 'found'; orderRef: OrderRef; storeId: string; redeemedAt: Date | null } | Refused;

export type HandOverOutcome = { kind: 'handed over'; subOrderIds: readonly string[] } | Refused;

export type Fulfillment = {
  tasksOf(order: OrderRef): Promise<readonly Task[]>;
  /** Tasks of a status, the newest order first unless the oldest is asked for. */
  list(
    store: StoreName,
    status: string,
    page: { token: string; oldestFirst: boolean },
  ): Promise<{ tasks: readonly Task[]; next: string }>;
  /** How many orders of a store have a task in one of the statuses; 1,000 stands for so many or more. */
  count(store: StoreName, statuses: readonly string[]): Promise<number>;
  report(clerk: Reporter, report: StatusReport): Promise<ReportOutcome>;
  giveBack(clerk: Reporter, goods: GoodsBack): Promise<ReportOutcome>;
  /** Sends goods off: at Tmall first where the order is Tmall's. Durable when it answers. */
  ship(clerk: Reporter, shipment: Shipment): Promise<ShipOutcome>;
  /** The pick-up that a code of 12 digits belongs to; a wrong one counts against the clerk. */
  findPickup(clerk: Reporter, code: string): Promise<PickupFound>;
  /** Hands over what waits at the clerk's store; a wrong code counts against order and store. */
  handOver(
    clerk: Reporter,
    pickup: {
      orderRef: OrderRef;
      code: string;
      messageId: string;
      /** What lies on the counter: refused when something else waits by now. */
      subOrderIds: readonly string[];
    },
  ): Promise<HandOverOutcome>;
};

/** To whom goods go; name and number are masked. Kept nowhere here. */
export type Receiver = {
  name: string;
  mobile: string;
  /** Province, city, area, town and street, each as far as it is known. */
  address: readonly string[];
};

export type Receivers = {
  /**
   * Null where the channel's message is not kept any more. Masked unless it is to be revealed; either
   * is kept in the gateway's audit log, with who looked, e.g. `clerk:xiaowang`.
   */
  find(person: string, order: OrderRef, reveal: boolean): Promise<Receiver | null>;
};

export type Count = {
  operationId: string;
  itemId: string;
  skuId: string;
  /** Pieces on the shelf, whoever they are kept for, in thousandths. */
  countMilli: bigint;
};

export type Stock = {
  /** Brings the store's quantity to a count; false when the inventory did not take it. */
  recordCount(clerk: Clerk, count: Count): Promise<boolean>;
};

export type JournalEntry = {
  orderRef: OrderRef;
  name: string;
  action: string;
  reason: string;
  at: Date;
};

/** Who did what and why, for the store's manager; kept for ninety days. */
export type Journal = {
  record(entry: {
    clerk: Clerk;
    orderRef: OrderRef;
    allocation: number;
    subOrderIds: readonly string[];
    action: string;
    reason: string;
    at: Date;
  }): Promise<void>;
  /** A page of a store's actions, newest first; null for a token that is none. */
  page(
    store: StoreName,
    limit: number,
    token: string,
  ): Promise<{ entries: readonly JournalEntry[]; next: string } | null>;
};
