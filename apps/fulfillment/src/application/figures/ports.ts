import type { OrderRef } from '@astrolabe/kernel';
import type { Ask } from '../../domain/figures/asks.ts';
import type { Fact, OrderFacts } from '../../domain/figures/facts.ts';
import type { AskGroup } from '../../domain/figures/place-work.ts';
import type { DayRollup } from '../../domain/figures/rollup.ts';

/** What is known of each order for the figures; one document per order. */
export type FactStore = {
  /** Adds facts; nothing is written when none of them is new. Returns both states. */
  add(
    order: OrderRef,
    facts: readonly Fact[],
  ): Promise<{
    readonly before: OrderFacts;
    readonly after: OrderFacts;
    /** Of the document that `after` is in; a later state has a higher one. */
    readonly version: bigint;
  }>;
  /** The orders of a seller that were paid on a day of Asia/Shanghai, page by page inside. */
  paidOn(sellerId: string, day: string): AsyncIterable<OrderFacts>;
  /** The oldest day before `day` of which some seller still has orders; null when there is none. */
  oldestBefore(day: string): Promise<{ sellerId: string; day: string } | null>;
  /** Forgets the orders of a day. */
  forget(sellerId: string, day: string): Promise<void>;
};

/** What an order has asked by a version of its facts. */
export type AskChange = {
  /** By the version before; null when nobody knows whether its rows were written. */
  readonly before: readonly Ask[] | null;
  readonly after: readonly Ask[];
  readonly version: bigint;
};

/** What orders have asked of places, one row each, to be counted by index; kept for some weeks. */
export type AskStore = {
  /** What an order has asked; rows that were the same before are not written, and an older version changes nothing. */
  put(order: OrderRef, change: AskChange): Promise<void>;
  /** Of one day of a seller, at every place, put together by what it came to; some seconds old at the most. */
  ofDay(sellerId: string, day: string): Promise<readonly AskGroup[]>;
};

/** Days that were compacted. What is there is never written again. */
export type RollupStore = {
  find(sellerId: string, day: string): Promise<DayRollup | null>;
  putOnce(rollup: DayRollup): Promise<void>;
};

/** Counters for dashboards. A repeated event is not counted again. */
export type FigureMeters = {
  changed(before: OrderFacts, after: OrderFacts): void;
};
