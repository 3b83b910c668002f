import type { Due, OrderRef, Result } from '@astrolabe/kernel';
import type { Outcome } from '@astrolabe/outbound';
import type { Allocation, Effect, Goods } from '../domain/allocation.ts';
import type { Offer } from '../domain/choose.ts';
import type { Cursor, Position } from '../domain/cursor.ts';
import type { SeenLine } from '../domain/decide.ts';
import type { ReadTrade } from '../domain/notices.ts';
import type { ReadRefund } from '../domain/refund.ts';
import type { Place } from '@astrolabe/kernel';

export type Key = { readonly appKey: string; readonly secret: string };

/** How a seller's platform calls us, and how we call it. */
export type Connection = {
  readonly sellerId: string;
  readonly spi: Key;
  readonly platformUrl: string;
  readonly qimen: Key;
  readonly top: Key;
  /** Tmall's own router, for shipments; null: the seller ships there by itself. */
  readonly tmall: { readonly url: string; readonly key: Key; readonly session: string } | null;
};

export type Connections = {
  find(sellerId: string): Promise<Connection | null>;
  findBySpiKey(appKey: string): Promise<Connection | null>;
  put(connection: Connection): Promise<void>;
};

export type Allocations = {
  load(name: OrderRef): Promise<Allocation | null>;
  /** Decides on the newest state and stores the outcome in one write; it may decide more than once. */
  change<E>(
    name: OrderRef,
    decide: (state: Allocation | null) => Result<Allocation, E>,
  ): Promise<Result<Allocation, E>>;
  /** Trades with something to do at this instant. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
};

/** Why the platform could not be read now. */
export type ReadFailure = { readonly error: string };

/** The platform above us, called for one seller. Reads may be repeated; effects name their trade. */
export type Platform = {
  trade(tradeId: string): Promise<Result<readonly SeenLine[], ReadFailure>>;
  /** Stores that the item is bound to. */
  storesOf(itemId: string): Promise<Result<readonly string[], ReadFailure>>;
  /** Whether a store takes orders now. */
  isOpenStore(storeId: string): Promise<Result<boolean, ReadFailure>>;
  /** What each line's goods have at these places. */
  stock(
    lines: readonly { readonly subOrderId: string; readonly goods: Goods }[],
    places: readonly Place[],
  ): Promise<Result<readonly Offer[], ReadFailure>>;
  /** Whether Tmall has all these sub-orders as shipped. */
  isShippedAtTmall(
    tradeId: string,
    subOrderIds: readonly string[],
  ): Promise<Result<boolean, ReadFailure>>;
  /** Makes the call of an effect. */
  send(allocation: Allocation, effect: Effect): Promise<Outcome>;
};

export type ConnectPlatform = (connection: Connection) => Platform;

/** A row of a push table; `trade` is null where it could not be understood, `problem` says why. */
export type TableRow = Position & { readonly trade: ReadTrade | null; readonly problem: string };

/**
 * A row of a refund table. Its seller is only in the trade's row: `refund` is null as long as that is
 * not there (`problem` is empty then), or when the row could not be understood.
 */
export type RefundRow = Position & { readonly refund: ReadRefund | null; readonly problem: string };

export type RefundPage = { readonly rows: readonly RefundRow[]; readonly now: Date };

export type TablePage = { readonly rows: readonly TableRow[]; readonly now: Date };

/** The tables that the platform pushes orders into, one per application key. */
export type Tables = {
  readonly appKeys: readonly string[];
  /** At most PAGE_ROWS rows after a position, in the order of change. */
  page(appKey: string, after: Position): Promise<TablePage>;
  /** The same of the refunds. */
  refundPage(appKey: string, after: Position): Promise<RefundPage>;
  /** Refunds of these trades. */
  refundsOf(appKey: string, tradeIds: readonly string[]): Promise<readonly RefundRow[]>;
};

export type Cursors = {
  find(appKey: string): Promise<Cursor | null>;
  put(appKey: string, cursor: Cursor): Promise<void>;
};
