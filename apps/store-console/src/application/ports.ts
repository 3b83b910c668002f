import type { Failures } from '../domain/login.ts';
import type { Feed, News } from '../domain/feed.ts';

export type Role = 'CLERK' | 'MANAGER';

/** A clerk: exactly one store of one seller. */
export type Clerk = {
  login: string;
  name: string;
  sellerId: string;
  storeId: string;
  role: Role;
  enabled: boolean;
};

export type Account = Clerk & { passwordHash: string; failures: Failures | null };

export type Clerks = {
  put(account: Account): Promise<void>;
  find(login: string): Promise<Account | null>;
  /** Writes `failures` only if they still are `before`; false when somebody was faster. */
  setFailures(login: string, before: Failures | null, failures: Failures | null): Promise<boolean>;
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
  verify(password: string, hash: string): Promise<boolean>;
};

export type StoreName = { sellerId: string; storeId: string };

export type Feeds = {
  load(store: StoreName): Promise<Feed>;
  add(store: StoreName, news: News): Promise<void>;
};

export type StatusEntry = { status: string; at: Date | null; operator: string };

/** One sub-order of an order at a store. */
export type Task = {
  tradeId: string;
  subOrderId: string;
  storeId: string;
  allocation: number;
  pickup: boolean;
  status: string;
  itemId: string;
  skuId: string;
  outerId: string;
  quantityMilli: bigint;
  history: readonly StatusEntry[];
  logistics: { company: string; mailNo: string } | null;
};

export type StatusReport = {
  tradeId: string;
  subOrderIds: readonly string[];
  status: string;
  pickup: boolean;
  at: Date;
  logistics: { company: string; id: string; mailNo: string } | null;
};

/** `refused` carries the reason of fulfillment, e.g. ILLEGAL_TRANSITION. */
export type ReportOutcome =
  { kind: 'taken'; already: boolean } | { kind: 'refused'; reason: string };

export type Fulfillment = {
  tasksOf(sellerId: string, tradeId: string): Promise<readonly Task[]>;
  list(
    store: StoreName,
    status: string,
    token: string,
  ): Promise<{ tasks: readonly Task[]; next: string }>;
  report(clerk: Clerk, report: StatusReport): Promise<ReportOutcome>;
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
  tradeId: string;
  name: string;
  action: string;
  reason: string;
  at: Date;
};

/** Who did what and why, for the store's manager; kept for ninety days. */
export type Journal = {
  record(entry: {
    clerk: Clerk;
    tradeId: string;
    allocation: number;
    action: string;
    reason: string;
    at: Date;
  }): Promise<void>;
  /** The latest actions at a store, newest first; at most `limit`. */
  latest(store: StoreName, limit: number): Promise<readonly JournalEntry[]>;
};
