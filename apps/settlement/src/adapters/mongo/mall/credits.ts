import type { Db } from 'mongodb';
import type { Credits } from '../../../application/mall/ports.ts';
import type { CreditAccount } from '../../../domain/mall/credit.ts';
import { createPlainStore } from '../plain-store.ts';

const idOf = (sellerId: string, account: string): string => `${sellerId}/${account}`;

/** Credit accounts, a document each. */
export async function createCredits(db: Db): Promise<Credits> {
  const store = await createPlainStore<CreditAccount>(db, 'mall_credits', []);
  return {
    load: (sellerId, account) => store.load(idOf(sellerId, account)),
    record: (sellerId, account, decide) => store.record(idOf(sellerId, account), null, decide),
    change: (sellerId, account, decide) => store.change(idOf(sellerId, account), decide),
  };
}
