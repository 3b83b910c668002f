import type { Due, EventOrigin, OrderRef, Result } from '@astrolabe/kernel';
import type { Failed, Outcome } from '@astrolabe/outbound';
import type { StockOutcome } from '../../domain/commands.ts';
import type {
  OrderSeen,
  Procurement,
  RequisitionSeen,
} from '../../domain/procurement/procurement.ts';
import type { StockMove } from '../../domain/procurement/stock-step.ts';

/** Requisitions with their orders: one document each, events in the same write. */
export type Procurements = {
  load(ref: OrderRef): Promise<{ readonly p: Procurement; readonly version: bigint } | null>;
  /**
   * Runs `change` on the current document until its result, and what follows from it, is stored; no write when it
   * is unchanged. Answers what is stored then. An event of `origin` counts once.
   */
  change<E = never>(
    ref: OrderRef,
    origin: EventOrigin | null,
    change: (p: Procurement | null) => Result<Procurement, E>,
  ): Promise<Result<Procurement, E>>;
  /** Procurements with something to do, the most overdue first. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  list(query: ProcurementQuery): Promise<Result<ProcurementPage, 'INVALID_PAGE_TOKEN'>>;
  /** Requisitions of a company of the buyer's that keep stock, newest first; may be a second old. */
  keeping(sellerId: string, companyCode: string, limit: number): Promise<readonly Procurement[]>;
  /** Where an order is; its own name while nobody has found its requisition. */
  homeOf(order: OrderRef): Promise<OrderRef>;
  /** Says once and for all where an order is; answers what was said first. */
  setHome(order: OrderRef, home: OrderRef): Promise<OrderRef>;
};

export type ProcurementQuery = {
  readonly sellerId: string;
  readonly onlyProblems: boolean;
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

export type ProcurementPage = {
  readonly items: readonly { readonly p: Procurement; readonly version: bigint }[];
  readonly next: string;
};

/** What a detail names of its goods. */
export type GoodsNames = {
  readonly itemId: string;
  readonly skuId: string;
  readonly cargoNo: string;
};

/** A detail before its goods are looked up: `goods` are those of its lines, in their order. */
export type Detail<S> = {
  readonly seen: Omit<S, 'reading'>;
  readonly goods: readonly GoodsNames[];
};

/** Ids that may lead an order to its requisition, the likeliest first. */
export type Origins = {
  /** The root of its source, which is a requisition where it is anything (catalogue A.3.6). */
  readonly root: string;
  readonly others: readonly string[];
};

export type Got<T> = { readonly kind: 'answered'; readonly value: T } | Failed;

/** The platform. A call never throws for what the platform, or the way to it, says. */
export type ProcurementPlatform = {
  /** API 3. Lines of other suppliers are left out. */
  requisition(sellerId: string, id: string): Promise<Got<Detail<RequisitionSeen>>>;
  /** API 6. */
  order(
    sellerId: string,
    orderId: string,
  ): Promise<Got<Detail<OrderSeen> & { readonly origins: Origins }>>;
  /** API 7 and API 8. Succeeded only when the platform says that it is done. */
  answer(
    sellerId: string,
    orderId: string,
    kind: 'CONFIRM' | 'RETURN',
    reason: string,
  ): Promise<Outcome>;
};

export type ProcurementCatalog = {
  /** Our goods behind names, in their order; empty text for what nobody knows. Throws when it cannot be asked. */
  goods(sellerId: string, names: readonly GoodsNames[]): Promise<readonly string[]>;
};

/** The inventory, asked for several things that are decided one after the other. */
export type ProcurementStock = {
  /** One outcome for each. Throws when one of them is not known; the same step may then be taken again. */
  take(
    owner: { readonly requisition: OrderRef; readonly orderOf: (orderId: string) => OrderRef },
    operationId: string,
    moves: readonly StockMove[],
  ): Promise<readonly StockOutcome[]>;
};

/** What is worth a line in the log or a number on a dashboard. */
export type ProcurementNotes = {
  changed(before: Procurement | null, after: Procurement): void;
  stepFailed(ref: OrderRef, error: unknown): void;
  callFailed(ref: OrderRef, what: string, code: string): void;
};
