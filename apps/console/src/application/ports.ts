import type { Count as TryCount } from '../domain/login.ts';
import type { Grant, StoreGrant } from '../domain/rights.ts';
import type { OrderRef } from '@astrolabe/kernel';
import type { Feed, News } from '../domain/feed.ts';

/** Who may sign in, and what the session then allows. */
export type User = {
  login: string;
  name: string;
  grants: readonly Grant[];
  enabled: boolean;
};

/** A user who signs in with a password of ours. */
export type Account = User & { passwordHash: string };

/** The users; where they are kept, and who keeps them, is the adapter's affair (docs/adr/0057). */
export type Accounts = {
  put(account: Account): Promise<void>;
  find(login: string): Promise<Account | null>;
  /** False when there is no such account. */
  disable(login: string): Promise<boolean>;
  /** By login, those after `after`. */
  page(after: string, limit: number): Promise<readonly Account[]>;
};

/** A user at work in a store: exactly one store of one seller. */
export type Clerk = StoreGrant & {
  login: string;
  name: string;
};

/** Login tries, counted in windows that end by themselves; all processes see the same numbers. */
export type Tries = {
  /** Counts one more, and returns the number of the window that runs. */
  add(count: TryCount, now: Date): Promise<number>;
  takeBack(count: TryCount): Promise<void>;
};

/** Devices that users have signed in on, by the digest of their token. */
export type Devices = {
  knows(token: string, login: string): Promise<boolean>;
  /** Returns the device's token: the one it has, if it was given out here, else a new one. */
  remember(token: string, login: string, now: Date): Promise<string>;
  forgetAll(login: string): Promise<void>;
};

export type Session = { login: string; csrf: string; expiresAt: Date };

/** Sessions by the digest of their token: who reads the database cannot use them. */
export type Sessions = {
  create(token: string, session: Session): Promise<void>;
  find(token: string): Promise<Session | null>;
  end(token: string): Promise<void>;
  endAll(login: string): Promise<void>;
};

export type Passwords = {
  hash(password: string): Promise<string>;
  /**
   * Each check costs memory and time: a few may wait, those that are `first` before the others. BUSY:
   * too many wait. LEFT: the caller has gone. Neither was looked at.
   */
  verify(
    password: string,
    hash: string,
    turn: { first: boolean; signal: AbortSignal },
  ): Promise<'RIGHT' | 'WRONG' | 'BUSY' | 'LEFT'>;
};

export type Sellers = {
  /** Whether the seller's clerks answer in this console: else its till does (models C and D). */
  acceptsHere(sellerId: string): Promise<boolean>;
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

export type PickupFound =
  { kind: 'found'; orderRef: OrderRef; storeId: string; redeemedAt: Date | null } | Refused;

export type HandOverOutcome = { kind: 'handed over'; subOrderIds: readonly string[] } | Refused;

export type Fulfillment = {
  tasksOf(order: OrderRef): Promise<readonly Task[]>;
  list(
    store: StoreName,
    status: string,
    token: string,
  ): Promise<{ tasks: readonly Task[]; next: string }>;
  report(clerk: Reporter, report: StatusReport): Promise<ReportOutcome>;
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
   * is kept in the gateway's audit log.
   */
  find(clerk: Pick<Clerk, 'login'>, order: OrderRef, reveal: boolean): Promise<Receiver | null>;
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
