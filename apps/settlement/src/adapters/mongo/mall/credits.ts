import { mapOk } from '@astrolabe/kernel';
import { OLDEST_FIRST, pageByToken } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Credits } from '../../../application/mall/ports.ts';
import type { CreditAccount } from '../../../domain/mall/credit.ts';
import { createPlainStore } from '../plain-store.ts';

const idOf = (sellerId: string, account: string): string => `${sellerId}/${account}`;

/** Credit accounts, a document each. */
export async function createCredits(db: Db): Promise<Credits> {
  const store = await createPlainStore<CreditAccount>(db, 'mall_credits', [
    { key: { 'state.sellerId': 1, createdAt: 1, _id: 1 }, name: 'seller' },
  ]);
  return {
    load: (sellerId, account) => store.load(idOf(sellerId, account)),
    record: (sellerId, account, decide) => store.record(idOf(sellerId, account), null, decide),
    change: (sellerId, account, decide) => store.change(idOf(sellerId, account), decide),
    list: async ({ sellerId, limit, after }) => {
      const filter = { 'state.sellerId': sellerId };
      const page = await pageByToken(store, filter, OLDEST_FIRST, limit, after);
      return mapOk(page, ({ items, next }) => ({ items: items.map((item) => item.state), next }));
    },
  };
}
