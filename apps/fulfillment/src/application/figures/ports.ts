import type { Fact, OrderFacts } from '../../domain/figures/facts.ts';
import type { OrderName } from '../ports.ts';

/** What is known of each order for the figures; one document per order. */
export type FactStore = {
  /** Adds facts; nothing is written when none of them is new. Returns both states. */
  add(
    order: OrderName,
    facts: readonly Fact[],
  ): Promise<{ readonly before: OrderFacts; readonly after: OrderFacts }>;
  /** The orders of a seller that were paid on a day of Asia/Shanghai, page by page inside. */
  paidOn(sellerId: string, day: string): AsyncIterable<OrderFacts>;
};

/** Counters for dashboards. A repeated event is not counted again. */
export type FigureMeters = {
  changed(before: OrderFacts, after: OrderFacts): void;
};
