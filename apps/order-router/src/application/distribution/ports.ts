import type { Due, OrderRef, Result, Standing } from '@astrolabe/kernel';
import type { Said } from '../../domain/distribution/dispatch.ts';
import type {
  DispatchEvent,
  DistributionLine,
  DistributionOrder,
  LineSupply,
} from '../../domain/distribution/order.ts';

export type Decided<R> = {
  readonly state: DistributionOrder;
  readonly events: readonly DispatchEvent[];
  readonly result: R;
};

/** One document per distribution order, each change with its events in one write. */
export type Distributions = {
  load(order: OrderRef): Promise<DistributionOrder | null>;
  change<R, E = never>(
    order: OrderRef,
    decide: (current: DistributionOrder | null) => Result<Decided<R>, E>,
  ): Promise<Result<R, E>>;
  /** Orders with something to do by now, most overdue first. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  /** Takes the numbers by which suppliers know the order; false where another order of the seller has one. */
  claimNumbers(order: OrderRef, outOrderIds: readonly string[]): Promise<boolean>;
  /** A page of a seller's orders, newest first; `next` is empty on the last page. */
  list(query: {
    readonly sellerId: string;
    /** Empty: every state of a dispatch. */
    readonly state: string;
    readonly limit: number;
    /** `next` of the page before; empty for the first page. */
    readonly after: string;
  }): Promise<
    Result<
      { readonly items: readonly DistributionOrder[]; readonly next: string },
      'INVALID_PAGE_TOKEN'
    >
  >;
};

export type Obstacle = { readonly code: string; readonly message: string };

/** What the registries have for a line: who supplies it, or why nobody may be asked. */
export type ResolvedLine =
  | { readonly ok: true; readonly value: LineSupply }
  | { readonly ok: false; readonly error: Obstacle };

export type Registry = {
  /** In the order of the lines. */
  resolve(sellerId: string, lines: readonly DistributionLine[]): Promise<readonly ResolvedLine[]>;
};

/** Where a seller's orders go, and what they are signed with. */
export type Upstream = {
  readonly sellerId: string;
  readonly baseUrl: string;
  readonly appId: string;
  readonly sellerNick: string;
  readonly secret: string;
  /** Empty where the supplier has no list of orders to look at. */
  readonly lookupPath: string;
  readonly retryCodes: readonly string[];
  readonly failCodes: readonly string[];
};

export type Upstreams = {
  find(sellerId: string): Promise<Standing<Upstream> | null>;
  /** An empty address takes the connection away. */
  put(upstream: Upstream): Promise<void>;
};

/** The requests of an order, as they are sent: they hold the receiver, so they are sealed, and end. */
export type Requests = {
  keep(order: OrderRef, texts: Readonly<Record<string, string>>): Promise<void>;
  /** Null when it is not there any more. */
  find(order: OrderRef, outOrderId: string): Promise<string | null>;
};

/** The supplier's side of a connection, in the words of its channel. */
export type Supplier = {
  /** The order's part as a request: some of its lines (indices from 0) under a number of their own. */
  partOf(document: string, outOrderId: string, lines: readonly number[]): string;
  send(upstream: Upstream, request: string): Promise<Said>;
  look(upstream: Upstream, outOrderId: string): Promise<Said>;
};

/** What orders are known by. */
export type OrderNames = {
  /** Equal for equal texts. */
  digestOf(text: string): string;
  /**
   * The number that we answer for a part of an order: 19 digits below 2^63, the same wherever it is
   * asked for.
   */
  numberOf(order: OrderRef, outOrderId: string): string;
};
