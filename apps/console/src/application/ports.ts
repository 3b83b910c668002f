import type { Deed } from '../domain/audit.ts';
import type { Count as TryCount } from '../domain/login.ts';
import type { Grant, StoreGrant } from '../domain/rights.ts';
import type { OrderRef, Result } from '@astrolabe/kernel';
import type { Feed, News } from '../domain/feed.ts';

/** Who may sign in, and what the session then allows. */
export type User = {
  login: string;
  name: string;
  grants: readonly Grant[];
  enabled: boolean;
};

/** A user who signs in with a password of ours, by an identity provider, or either way. */
export type Account = User & {
  /** Empty for who has no password of ours. */
  passwordHash: string;
  /**
   * Who it is at the provider, since the first sign-in by it; null before that. `isSource`: the account
   * came by the provider, and has the grants of its groups there.
   */
  provider: { issuer: string; subject: string; isSource: boolean } | null;
};

/** The users; where they are kept, and who keeps them, is the adapter's affair (docs/adr/0057). */
export type Accounts = {
  put(account: Account): Promise<void>;
  find(login: string): Promise<Account | null>;
  /** False when there is no such account. */
  disable(login: string): Promise<boolean>;
  /** By login, those after `after`. */
  page(after: string, limit: number): Promise<readonly Account[]>;
};

/** Accounts of stores. */
export type ClerkAccounts = Pick<Accounts, 'find'> & {
  /** False where the login is taken. */
  add(account: Account): Promise<boolean>;
  /** Who has a grant at a store of a seller, by login, those after `after`. */
  clerksOf(sellerId: string, after: string, limit: number): Promise<readonly Account[]>;
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

export type Session = {
  login: string;
  csrf: string;
  /** It ends then, whatever happens. */
  expiresAt: Date;
  /** When it was last used, to the minute or so: one that is not used ends too. */
  usedAt: Date;
  /** By which the provider's own session ends with ours; empty for a sign-in with a password. */
  idToken: string;
  /** Whose session at the provider it came of; null for a sign-in with a password. */
  provider: ProviderSession | null;
};

/** A person's session at an identity provider. */
export type ProviderSession = {
  issuer: string;
  subject: string;
  /** Empty where the provider names none. */
  sid: string;
};

/** Sessions by the digest of their token: who reads the database cannot use them. */
export type Sessions = {
  create(token: string, session: Session): Promise<void>;
  find(token: string): Promise<Session | null>;
  use(token: string, at: Date): Promise<void>;
  end(token: string): Promise<void>;
  endAll(login: string): Promise<void>;
};

/** Sessions that came of a provider's. */
export type ProviderSessions = {
  /** Whose sessions came of it: a login each. */
  loginsOfProvider(ended: LogoutSaid): Promise<readonly string[]>;
  /** Ends those of the session, or all of the person's where none is named. */
  endOfProvider(ended: LogoutSaid): Promise<void>;
};

/** What a provider says has ended: the session `sid`, or without it every session of `subject`. */
export type LogoutSaid = {
  issuer: string;
  /** Empty: any person. */
  subject: string;
  /** Empty: any session. One of the two is named. */
  sid: string;
};

/** Numbers of logout tokens that were taken, until they could be taken no more. */
export type LogoutTokens = {
  /** False where it was taken before. */
  take(issuer: string, jti: string, until: Date): Promise<boolean>;
  /** It had no effect after all, and may come again. */
  giveBack(issuer: string, jti: string): Promise<void>;
};

/** A logout token that holds: who signed it, for whom and when was looked at. */
export type LogoutToken = LogoutSaid & {
  jti: string;
  /** After this instant no token of its age is taken. */
  until: Date;
};

/** What ends with a session knows it by a name that opens nothing. */
export type SessionNames = {
  idOf(token: string): string;
  /** Whether the session is still there. */
  isOpen(id: string): Promise<boolean>;
};

/** What a browser keeps between leaving for the provider and coming back. */
export type Attempt = {
  state: string;
  nonce: string;
  /** Of PKCE: who has only the code cannot use it. */
  verifier: string;
  /** Where one wanted to be, behind the `#`. */
  to: string;
};

/** Who the provider says that it is, and by what its session ends. */
export type Identity = {
  issuer: string;
  subject: string;
  /** Of the session at the provider; empty where it names none. */
  sid: string;
  claims: Readonly<Record<string, unknown>>;
  idToken: string;
};

/** AWAY: it does not answer. DENIED: it said no, e.g. because the person did. INVALID: its answer does not hold. */
export type ProviderRefusal = 'PROVIDER_AWAY' | 'PROVIDER_DENIED' | 'PROVIDER_INVALID';

/** An OpenID Connect provider: authorization code with PKCE, state and nonce. */
export type IdentityProvider = {
  /** The address at the provider where the sign-in begins, and what to keep until it is back. */
  begin(to: string): Promise<Result<{ url: string; attempt: Attempt }, 'PROVIDER_AWAY'>>;
  finish(query: string, attempt: Attempt): Promise<Result<Identity, ProviderRefusal>>;
  /** The address that ends the provider's own session; empty where it has none, or does not answer. */
  endOf(idToken: string): Promise<string>;
  /** Looks at a logout token (OpenID Connect Back-Channel Logout 1.0, 2.6). */
  readLogout(token: string): Promise<Result<LogoutToken, LogoutRefusal>>;
};

/** AWAY: its keys could not be read. INVALID: the token does not hold. */
export type LogoutRefusal = 'PROVIDER_AWAY' | 'PROVIDER_INVALID';

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

/** A deed in its place of the log. */
export type AuditEntry = Deed & { sequence: bigint; at: Date; hash: string };

/** Which deeds are asked for; empty texts and absent times ask for all. */
export type AuditAsked = {
  login: string;
  action: string;
  sellerId: string;
  from: Date | null;
  to: Date | null;
};

/** What people did: append-only, chained (docs/adr/0075). */
export type AuditLog = {
  /** Durable when it returns. */
  append(deed: Deed): Promise<AuditEntry>;
  /** Entries after a number, oldest first. */
  after(sequence: bigint, limit: number): Promise<readonly AuditEntry[]>;
  /** A page of what is asked for, newest first; null for a token that is none. */
  page(
    asked: AuditAsked,
    limit: number,
    token: string,
  ): Promise<{ entries: readonly AuditEntry[]; next: string } | null>;
};
