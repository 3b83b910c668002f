import type { Due, OrderRef, Result, Standing } from '@astrolabe/kernel';
import type { Basket, BasketLine, TillGoods } from '../../domain/till/basket.ts';
import type { PlatformAnswer } from '../../domain/till/platform.ts';
import type { Sale, SaleState } from '../../domain/till/sale.ts';
import type { ScaleLabel } from '../../domain/till/scale-label.ts';

/** The sales of tills: one document each, changed by compare-and-set, events in the same write. */
export type Sales = {
  load(name: OrderRef): Promise<{ readonly sale: Sale; readonly version: bigint } | null>;
  /** Runs `change` on the current sale until its result is stored; no write when it is unchanged. */
  change<E = never>(
    name: OrderRef,
    change: (sale: Sale | null) => Result<Sale, E>,
  ): Promise<Result<Sale, E>>;
  /** Sales whose next step is due, most overdue first. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  /** Sales of one till that are not over, oldest first. */
  openAt(sellerId: string, till: Till, limit: number): Promise<readonly Sale[]>;
  /** Sales that the platform did not let in. */
  blocked(sellerId: string, limit: number): Promise<readonly OrderRef[]>;
  list(query: SaleQuery): Promise<Result<SalePage, 'INVALID_PAGE_TOKEN'>>;
  /** A number of our own for a trade that no platform makes; each is given once. */
  nextTradeNo(): Promise<string>;
};

/** One cash device of a store. */
export type Till = { readonly storeId: string; readonly deviceNo: string };

export type SaleQuery = {
  readonly sellerId: string;
  /** Null: every state. */
  readonly state: SaleState | null;
  readonly limit: number;
  /** `next` of the page before; empty for the first page. */
  readonly after: string;
};

export type SalePage = {
  readonly items: readonly { readonly sale: Sale; readonly version: bigint }[];
  readonly next: string;
};

/** Where the trades of a seller's tills are made. */
export type TillPlatform = {
  readonly sellerId: string;
  readonly url: string;
  readonly appKey: string;
  readonly secret: string;
  readonly session: string;
  /** A trade that is paid by scanning counts as paid once it is created. */
  readonly treatAsPaid: boolean;
};

/** The platforms of sellers, and how their scales print labels. */
export type TillSettings = {
  /** Null where the seller is not connected. */
  platform(sellerId: string): Promise<Standing<TillPlatform> | null>;
  /** An empty url takes the connection away. */
  putPlatform(platform: TillPlatform): Promise<void>;
  labels(sellerId: string): Promise<readonly ScaleLabel[]>;
  putLabels(sellerId: string, labels: readonly ScaleLabel[]): Promise<void>;
};

/** What is sent to a platform, as bytes that nobody else reads: the buyer's code is in them. */
export type PlatformRequests = {
  /** Sealed, and bound to the sale. */
  make(name: OrderRef, basket: Basket, lines: readonly BasketLine[], buyerId: string): Uint8Array;
  buyerOf(name: OrderRef, request: Uint8Array): string;
};

export type Platforms = {
  /** One attempt. Never throws for what the network does. */
  send(platform: TillPlatform, name: OrderRef, request: Uint8Array): Promise<PlatformAnswer>;
};

/** What the catalog knows of what a till names. Calls throw when it cannot be asked. */
export type TillCatalog = {
  /** The id of a store of the merchant centre, by that id or by the merchant's code; null for no store. */
  storeId(sellerId: string, store: Basket['store']): Promise<string | null>;
  /** Goods behind the names, in their order; empty text for what nobody knows. */
  goods(sellerId: string, goods: readonly TillGoods[]): Promise<readonly string[]>;
};

/** What is worth a line in the log or a number on a dashboard. */
export type TillNotes = {
  moved(sale: Sale, from: SaleState | 'NEW'): void;
  stepFailed(name: OrderRef, step: string, error: unknown): void;
};
