import type { Due, OrderRef, Place, Result } from '@astrolabe/kernel';
import type { Failed, Outcome, Problem } from '@astrolabe/outbound';
import type { Application, Settings } from '../domain/audience.ts';
import type { PushedOrder } from '../domain/pushed-order.ts';
import type { JobOutcome } from '../domain/schedule.ts';

/** Where an event came from: the emitting aggregate and its running number. */
export type Origin = { readonly source: string; readonly sequence: bigint };

export type PushQuery = {
  readonly sellerId: string;
  readonly problemsOnly: boolean;
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

/** The orders on their way, one document each. */
export type Pushes = {
  load(name: OrderRef): Promise<PushedOrder | null>;
  /** Decides and stores in one write; null: the event was applied before, and changes nothing. */
  change(
    name: OrderRef,
    from: Origin | null,
    decide: (push: PushedOrder | null) => PushedOrder,
  ): Promise<PushedOrder | null>;
  /** Orders with something due at `now`. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  /** Orders of a seller with a problem, oldest first. */
  withProblem(sellerId: string, problem: string, limit: number): Promise<readonly OrderRef[]>;
  list(
    query: PushQuery,
  ): Promise<Result<{ items: readonly PushedOrder[]; next: string }, 'INVALID_PAGE_TOKEN'>>;
};

/** A seller's settings, and the key that calls to it are signed with. */
export type Seller = Settings & {
  readonly sellerId: string;
  readonly spiAppKey: string;
  readonly secret: string;
};

export type Sellers = {
  find(sellerId: string): Promise<Seller | null>;
  put(seller: Seller): Promise<void>;
};

/** One sub-order as the seller's router answers it. */
export type AllocatedLine = {
  readonly subOrderId: string;
  readonly place: Place;
  readonly status: 'WAITING' | 'ALLOCATED' | 'FAILED';
  readonly description: string;
};

export type QueryAnswer =
  { readonly kind: 'result'; readonly lines: readonly AllocatedLine[] } | Failed;

/** The seller's own router. A lost answer is `unknown`; nothing here throws for what a network does. */
export type Router = {
  allocate(seller: Seller, push: PushedOrder): Promise<JobOutcome>;
  query(seller: Seller, push: PushedOrder): Promise<QueryAnswer>;
};

/** The order-router, which keeps the orders. */
export type Orders = {
  report(name: OrderRef, lines: readonly AllocatedLine[]): Promise<Outcome>;
};

/** To whom the goods go and who bought them, masked unless revealed; empty where nothing is given. */
export type Persons = {
  readonly buyerNick: string;
  readonly name: string;
  readonly mobile: string;
  readonly province: string;
  readonly city: string;
  readonly area: string;
  readonly town: string;
  readonly address: string;
};

/** `none`: the gateway has nothing of the trade any more; `away`: it could not be asked. */
export type PersonsAnswer =
  | { readonly kind: 'found'; readonly persons: Persons }
  | { readonly kind: 'none' }
  | { readonly kind: 'away'; readonly problem: Problem };

/** The gateway, the only one that keeps receivers; it records each look (docs/adr/0025, 0040). */
export type Gateway = {
  personsOf(name: OrderRef, application: Application): Promise<PersonsAnswer>;
};

/** The tables that applications poll. */
export type Tables = {
  /** Whether a database is configured for an application; without one it is not pushed to. */
  has: (appKey: string) => boolean;
  /**
   * Writes the order and its refunds; what stands there and is newer stays. `persons` null: they could
   * not be asked for, and what stands at the same revision stays as well.
   */
  write(appKey: string, push: PushedOrder, persons: Persons | 'none' | null): Promise<Outcome>;
};
