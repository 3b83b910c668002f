import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Figures, Tally } from '../../domain/figures/figures.ts';
import { addOrder, figuresOf, newTally, storesOf } from '../../domain/figures/figures.ts';
import { daysOf } from '../../domain/figures/period.ts';
import type { DayRollup } from '../../domain/figures/rollup.ts';
import { addDay } from '../../domain/figures/rollup.ts';
import type { FactStore, RollupStore } from './ports.ts';

export type PeriodQuery = {
  readonly sellerId: string;
  /** Days of Asia/Shanghai, yyyy-MM-dd, both included. */
  readonly fromDay: string;
  readonly toDay: string;
};

export type ReadRefusal = 'INVALID_PERIOD' | 'TOO_MANY_ORDERS';

export type FiguresByDay = {
  readonly figures: Figures;
  readonly days: readonly { readonly day: string; readonly figures: Figures }[];
};

export type StoreFigures = { readonly storeId: string; readonly figures: Figures };

export type ReadFigures = {
  /** The figures of a seller, or of one store; `storeId` is empty for all. */
  total(query: PeriodQuery & { storeId: string }): Promise<Result<FiguresByDay, ReadRefusal>>;
  /** Stores that got orders of the period, by id, those behind `after`. */
  stores(
    query: PeriodQuery & { after: string; limit: number },
  ): Promise<Result<{ stores: readonly StoreFigures[]; next: string }, ReadRefusal>>;
};

/** Reads figures out of the facts of the orders that were paid in the period. */
export function makeReadFigures(
  store: Pick<FactStore, 'paidOn'>,
  rollups: Pick<RollupStore, 'find'>,
  ordersMax: number,
): ReadFigures {
  /** Counts down over one call, so that a call is refused rather than endless. */
  async function scan(
    { sellerId, fromDay, toDay }: PeriodQuery,
    visit: (day: string, order: Parameters<typeof addOrder>[1]) => void,
    visitDay: (rollup: DayRollup) => void,
  ): Promise<Result<null, ReadRefusal>> {
    const days = daysOf(fromDay, toDay);
    if (!days.ok) return days;
    let left = ordersMax;
    for (const day of days.value) {
      const rollup = await rollups.find(sellerId, day);
      if (rollup) {
        // Orders of it that are still there, or there again, are in it.
        visitDay(rollup);
        continue;
      }
      for await (const order of store.paidOn(sellerId, day)) {
        if (left === 0) return err('TOO_MANY_ORDERS');
        left -= 1;
        visit(day, order);
      }
    }
    return ok(null);
  }

  return {
    total: async (query) => {
      const one = query.storeId === '' ? null : query.storeId;
      const all = newTally(one);
      const days = new Map<string, Tally>();
      const scanned = await scan(
        query,
        (day, order) => {
          addOrder(all, order);
          addOrder(tallyIn(days, day, one), order);
        },
        (rollup) => {
          addDay(all, rollup);
          addDay(tallyIn(days, rollup.day, one), rollup);
        },
      );
      if (!scanned.ok) return scanned;
      const byDay = [...days].map(([day, tally]) => ({ day, figures: figuresOf(tally) }));
      return ok({ figures: figuresOf(all), days: byDay });
    },
    stores: async (query) => {
      const tallies = new Map<string, Tally>();
      let orders = 0n;
      const scanned = await scan(
        query,
        (_day, order) => {
          if (order.omni) orders += 1n;
          for (const id of storesOf(order)) addOrder(tallyIn(tallies, id, id), order);
        },
        (rollup) => {
          orders += rollup.all.orders;
          for (const { storeId } of rollup.stores) {
            addDay(tallyIn(tallies, storeId, storeId), rollup);
          }
        },
      );
      if (!scanned.ok) return scanned;
      const ids = [...tallies.keys()].filter((id) => id > query.after).toSorted();
      const page = ids.slice(0, query.limit);
      const stores = page.map((storeId) => {
        // A store's tally saw the store's orders only; its share is of all orders.
        const tally = { ...tallyIn(tallies, storeId, storeId), orders };
        return { storeId, figures: figuresOf(tally) };
      });
      return ok({ stores, next: ids.length > page.length ? (page.at(-1) ?? '') : '' });
    },
  };
}

function tallyIn(tallies: Map<string, Tally>, key: string, storeId: string | null): Tally {
  const tally = tallies.get(key) ?? newTally(storeId);
  tallies.set(key, tally);
  return tally;
}
