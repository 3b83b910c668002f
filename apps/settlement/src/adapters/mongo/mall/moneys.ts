import { mapOk, orderKey } from '@astrolabe/kernel';
import { OLDEST_FIRST, pageByToken } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Moneys } from '../../../application/mall/ports.ts';
import type { MallMoney } from '../../../domain/mall/money.ts';
import { createPlainStore } from '../plain-store.ts';

const PLACED_AT = 'state.placed.preorderedAt';

/** The money of malls' orders. */
export async function createMoneys(db: Db): Promise<Moneys> {
  const store = await createPlainStore<MallMoney>(db, 'mall_moneys', [
    {
      key: {
        'state.orderRef.sellerId': 1,
        'state.placed.account': 1,
        [PLACED_AT]: 1,
        _id: 1,
      },
      name: 'placed',
    },
    {
      key: { 'state.orderRef.sellerId': 1, 'state.invoices.state': 1, createdAt: 1, _id: 1 },
      name: 'invoices',
    },
  ]);
  return {
    load: (name) => store.load(orderKey(name)),
    record: (name, from, decide) => store.record(orderKey(name), from, decide),
    change: (name, decide) => store.change(orderKey(name), decide),
    placedWithin: async ({ sellerId, account, from, to, limit, after }) => {
      const filter = {
        'state.orderRef.sellerId': sellerId,
        'state.placed.account': account,
        [PLACED_AT]: { $gte: from, $lt: to },
      };
      const sort = { field: PLACED_AT, direction: 1 } as const;
      return mapOk(await pageByToken(store, filter, sort, limit, after), statesOf);
    },
    withInvoice: async ({ sellerId, state, limit, after }) => {
      const filter = { 'state.orderRef.sellerId': sellerId, 'state.invoices.state': state };
      return mapOk(await pageByToken(store, filter, OLDEST_FIRST, limit, after), statesOf);
    },
  };
}

const statesOf = <S>({ items, next }: { items: readonly { state: S }[]; next: string }) => ({
  items: items.map(({ state }) => state),
  next,
});
