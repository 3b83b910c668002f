import { mapOk, orderKey } from '@astrolabe/kernel';
import { OLDEST_FIRST, pageByToken } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Moneys } from '../../../application/mall/ports.ts';
import type { MallMoney } from '../../../domain/mall/money.ts';
import { invoiceMark, standingOf } from '../../../domain/mall/standing.ts';
import type { MoneyStanding } from '../../../domain/mall/standing.ts';
import { createPlainStore } from '../plain-store.ts';

export const MONEYS = 'mall_moneys';
const PLACED_AT = 'state.placed.preorderedAt';
const SELLER = 'state.orderRef.sellerId';
export const ACCOUNT = 'state.placed.account';
export const DUE_SINCE = 'state.standing.dueSince';
export const RED_ASKED_AT = 'state.standing.redAskedAt';
export const INVOICES = 'state.standing.invoices';

/** As it is stored: with what waits of it, written by the same write. */
type StoredMoney = MallMoney & { readonly standing: MoneyStanding };

/** A state that does not change stays the object that it is, and is not written. */
const withStanding = (before: StoredMoney | null, money: MallMoney): StoredMoney =>
  before && money === before ? before : { ...money, standing: standingOf(money) };

/** The money of malls' orders. */
export async function createMoneys(db: Db): Promise<Moneys> {
  const store = await createPlainStore<StoredMoney>(db, MONEYS, [
    {
      key: {
        [SELLER]: 1,
        [ACCOUNT]: 1,
        [PLACED_AT]: 1,
        _id: 1,
      },
      name: 'placed',
    },
    {
      key: { [SELLER]: 1, 'state.invoices.state': 1, createdAt: 1, _id: 1 },
      name: 'invoices',
    },
    { key: { [SELLER]: 1, [INVOICES]: 1, createdAt: 1, _id: 1 }, name: 'invoice-marks' },
    // Few orders are due at one time, and only they are in its index.
    {
      key: { [SELLER]: 1, [ACCOUNT]: 1, [DUE_SINCE]: 1, _id: 1 },
      name: 'due',
      partialFilterExpression: { [DUE_SINCE]: { $gt: new Date(0) } },
    },
  ]);
  return {
    load: (name) => store.load(orderKey(name)),
    record: (name, from, decide) =>
      store.record(orderKey(name), from, (state) => withStanding(state, decide(state))),
    change: (name, decide) =>
      store.change(orderKey(name), (state) =>
        mapOk(decide(state), (next) => withStanding(state, next)),
      ),
    placedWithin: async ({ sellerId, account, from, to, limit, after }) => {
      const filter = {
        [SELLER]: sellerId,
        [ACCOUNT]: account,
        [PLACED_AT]: { $gte: from, $lt: to },
      };
      const sort = { isTime: true, field: PLACED_AT, direction: 1 } as const;
      return mapOk(await pageByToken(store, filter, sort, limit, after), statesOf);
    },
    due: async ({ sellerId, account, before, limit, after }) => {
      const since = { $gt: new Date(0), ...(before && { $lt: before }) };
      const filter = { [SELLER]: sellerId, [ACCOUNT]: account, [DUE_SINCE]: since };
      const sort = { isTime: true, field: DUE_SINCE, direction: 1 } as const;
      return mapOk(await pageByToken(store, filter, sort, limit, after), statesOf);
    },
    withInvoice: async ({ sellerId, state, colour, limit, after }) => {
      const wanted = colour
        ? { [INVOICES]: invoiceMark({ colour, state }) }
        : { 'state.invoices.state': state };
      const filter = { [SELLER]: sellerId, ...wanted };
      return mapOk(await pageByToken(store, filter, OLDEST_FIRST, limit, after), statesOf);
    },
  };
}

const statesOf = <S>({ items, next }: { items: readonly { state: S }[]; next: string }) => ({
  items: items.map(({ state }) => state),
  next,
});
