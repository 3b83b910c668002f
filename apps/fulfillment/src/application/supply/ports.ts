import type { Due, OrderRef, Place, Result } from '@astrolabe/kernel';
import type { Failed, Outcome, Problem } from '@astrolabe/outbound';
import type { PlatformDetail, SupplyOutcome } from '../../domain/supply/calls.ts';
import type { Changed } from '../../domain/supply/events.ts';
import type { ReceiptReading } from '../../domain/supply/receipt-reading.ts';
import type { ReceiptRead } from '../../domain/supply/receipts.ts';
import type { Arrival, Parcel, Return, Supply } from '../../domain/supply/supply.ts';
import type { Origin } from '../ports.ts';

export type SupplyQuery = { readonly sellerId: string; readonly place: Place | null };

export type Supplies = {
  load(order: OrderRef): Promise<Supply | null>;
  /** Decides on the newest state and stores it with its events, in one write; null: the event was applied before. */
  change<R, E>(
    order: OrderRef,
    from: Origin | null,
    decide: (current: Supply | null) => Changed<R, E>,
  ): Promise<Result<R | null, E>>;
  /** Orders with a call that is due at `now`. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
  /** Orders that the warehouse has something to do for, the oldest first. */
  list(
    query: SupplyQuery,
    page: { readonly size: number; readonly token: string },
  ): Promise<
    Result<{ readonly items: readonly Supply[]; readonly next: string }, 'INVALID_PAGE_TOKEN'>
  >;
};

export type ReceiptReadings = {
  load(receipt: OrderRef): Promise<ReceiptReading | null>;
  /** Stores what the decision comes to; null changes nothing. Answers null where the event was applied before. */
  change(
    receipt: OrderRef,
    from: Origin | null,
    decide: (current: ReceiptReading | null) => ReceiptReading | null,
  ): Promise<ReceiptReading | null>;
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
};

/** A receipt by the orders that it is about. */
export type ReceiptDetail = Omit<ReceiptRead, 'reading' | 'lines'> & {
  readonly orders: ReadonlyMap<string, ReceiptRead['lines']>;
};

/** The platform of an order (document 000). `ship` is not repeated here. */
export type SupplyPlatform = {
  /** Interface 10. */
  ship(order: OrderRef, parcel: Parcel): Promise<SupplyOutcome>;
  /** Interface 6. */
  detail(order: OrderRef): Promise<Result<PlatformDetail, Problem>>;
  /** Interface 13. */
  receipt(sellerId: string, receiptId: string): Promise<Result<ReceiptDetail, Failed>>;
};

/** The stock; each command may be repeated. */
export type SupplyStock = {
  /** Takes the parcel's goods out of the order's hold. */
  take(supply: Supply, parcel: Parcel): Promise<Outcome>;
  /** Puts what has come back where it was. */
  putBack(supply: Supply, goods: Return, arrival: Arrival): Promise<Outcome>;
};

/** What a person has to know of: it does not go on by itself. */
export type SupplyNotes = {
  waits(what: 'PARCEL' | 'RETURN' | 'RECEIPT', name: OrderRef, problem: Problem): void;
};
