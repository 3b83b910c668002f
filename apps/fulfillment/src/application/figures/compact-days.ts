import type { Clock } from '@astrolabe/kernel';
import { dayBefore, dayOf } from '../../domain/figures/period.ts';
import { RollupBuilder } from '../../domain/figures/rollup.ts';
import type { FactStore, RollupStore } from './ports.ts';

export type CompactDeps = {
  facts: Pick<FactStore, 'paidOn' | 'oldestBefore' | 'forget'>;
  rollups: RollupStore;
  clock: Clock;
  /** Days whose orders are kept one by one. */
  rawDays: number;
};

/** Days that one run compacts at most. */
const DAYS_MAX = 100;

/**
 * Turns the orders of days that are long over into one document per seller and day. The document
 * stands before the orders are forgotten, and is written once: after a crash in between, or beside
 * another process, the day is the same. What is told of such an order later is in no figure.
 */
export const makeCompactDays =
  ({ facts, rollups, clock, rawDays }: CompactDeps) =>
  async (): Promise<number> => {
    const before = dayBefore(dayOf(clock()), rawDays);
    for (let count = 0; count < DAYS_MAX; count += 1) {
      const next = await facts.oldestBefore(before);
      if (!next) return count;
      const { sellerId, day } = next;
      if (!(await rollups.find(sellerId, day))) {
        const builder = new RollupBuilder();
        for await (const order of facts.paidOn(sellerId, day)) builder.add(order);
        await rollups.putOnce(builder.done(sellerId, day));
      }
      await facts.forget(sellerId, day);
    }
    return DAYS_MAX;
  };
