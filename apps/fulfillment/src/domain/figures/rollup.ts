import type { OrderFacts } from './facts.ts';
import type { Duration, Tally } from './figures.ts';
import { addOrder, newTally, storesOf } from './figures.ts';

/** A tally as it is kept: sets as sorted lists. */
export type KeptTally = Omit<Tally, 'toldStores' | 'acceptedStores' | 'storeId'> & {
  readonly toldStores: readonly string[];
  readonly acceptedStores: readonly string[];
};

/** A day that is over for good: what its orders came to, for the seller and for each store. */
export type DayRollup = {
  readonly sellerId: string;
  /** Day of Asia/Shanghai, yyyy-MM-dd. */
  readonly day: string;
  readonly all: KeptTally;
  /** By store id. A store's tally saw the store's orders only. */
  readonly stores: readonly { readonly storeId: string; readonly tally: KeptTally }[];
};

/** Folds the orders of one day; in any order, with the same result. */
export class RollupBuilder {
  private readonly all = newTally(null);
  private readonly stores = new Map<string, Tally>();

  add(order: OrderFacts): void {
    addOrder(this.all, order);
    for (const storeId of storesOf(order)) {
      const tally = this.stores.get(storeId) ?? newTally(storeId);
      addOrder(tally, order);
      this.stores.set(storeId, tally);
    }
  }

  done(sellerId: string, day: string): DayRollup {
    const stores = [...this.stores]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([storeId, tally]) => ({ storeId, tally: kept(tally) }));
    return { sellerId, day, all: kept(this.all), stores };
  }
}

function kept(tally: Tally): KeptTally {
  const { allocation, accept, ship, delivery, orders, dispatched, accepts, reports, late } = tally;
  return {
    allocation,
    accept,
    ship,
    delivery,
    orders,
    dispatched,
    accepts,
    reports,
    late,
    toldStores: [...tally.toldStores].toSorted(),
    acceptedStores: [...tally.acceptedStores].toSorted(),
  };
}

/** Adds a day to a tally, as its orders themselves would have been added. */
export function addDay(tally: Tally, { all, stores }: DayRollup): void {
  const part =
    tally.storeId === null ? all : stores.find((one) => one.storeId === tally.storeId)?.tally;
  // Of a store's figures the share of orders is of all orders of the seller.
  tally.orders += all.orders;
  if (!part) return;
  for (const name of ['allocation', 'accept', 'ship', 'delivery'] as const) {
    tally[name] = together(tally[name], part[name]);
  }
  for (const name of ['dispatched', 'accepts', 'reports', 'late'] as const) {
    tally[name] += part[name];
  }
  for (const store of part.toldStores) tally.toldStores.add(store);
  for (const store of part.acceptedStores) tally.acceptedStores.add(store);
}

const together = (a: Duration, b: Duration): Duration => ({
  count: a.count + b.count,
  sumMs: a.sumMs + b.sumMs,
  maxMs: a.maxMs > b.maxMs ? a.maxMs : b.maxMs,
});
