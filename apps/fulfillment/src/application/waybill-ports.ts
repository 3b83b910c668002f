import type { Due, OrderRef, Result } from '@astrolabe/kernel';
import type { Failed, Outcome, Problem } from '@astrolabe/outbound';
import type { Got, Number, Waybill, Waybills } from '../domain/waybill.ts';
import type { Shop } from './ports.ts';

export type WaybillStore = {
  load(order: OrderRef): Promise<Waybills | null>;
  /** Decides on the newest state and stores the outcome in one write; it may decide more than once. */
  change<E>(
    order: OrderRef,
    decide: (current: Waybills | null) => Result<Waybills, E>,
  ): Promise<Result<Waybills, E>>;
  /** Orders with something to do at this instant. */
  due(now: Date, limit: number): Promise<Due<OrderRef>>;
};

/** What a label shows beside its number; empty texts where the platform says nothing. */
export type Label = {
  readonly name: string;
  readonly mobile: string;
  readonly address: readonly string[];
  readonly sortation: string;
  readonly routeCode: string;
};

/** A number that the platform lists, with what is printed on its label. */
export type Listed = Number & { readonly label: Label };

/** Who gives numbers to parcels before they leave. */
export type WaybillPlatform = {
  /** Asks for a number; it is not repeated here. */
  get(shop: Shop, tradeId: string, waybill: Waybill): Promise<Got | Failed>;
  /** The numbers that stand of an order. */
  list(shop: Shop, tradeId: string): Promise<Result<readonly Listed[], Problem>>;
  cancel(shop: Shop, number: Number): Promise<Outcome>;
};
