import { isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Account, Accounts, ClerkAccounts } from '../../application/sign-in-ports.ts';

type Stored = Omit<Account, 'login' | 'provider'> & {
  _id: string;
  /** Absent in accounts of an older build. */
  provider?: Account['provider'];
};

const toAccount = ({ _id, provider, ...rest }: Stored): Account => ({
  login: _id,
  ...rest,
  provider: provider ?? null,
});

/** Accounts, by login. */
export function createAccounts(db: Db): Accounts & ClerkAccounts {
  const accounts = db.collection<Stored>('accounts');
  return {
    put: async ({ login, ...account }) => {
      await mongoSpan('replace account', {}, () =>
        accounts.replaceOne({ _id: login }, account, { upsert: true }),
      );
    },
    add: async ({ login, ...account }) => {
      try {
        await mongoSpan('insert account', {}, () => accounts.insertOne({ _id: login, ...account }));
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    clerksOf: async (sellerId, after, limit) => {
      const atStore = { sellerId, role: { $in: ['CLERK', 'MANAGER'] as const } };
      const found = await mongoSpan('find clerks', {}, () =>
        accounts
          .find({ _id: { $gt: after }, grants: { $elemMatch: atStore } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map((one) => toAccount(one));
    },
    find: async (login) => {
      const found = await mongoSpan('find account', {}, () => accounts.findOne({ _id: login }));
      return found && toAccount(found);
    },
    disable: async (login) => {
      const { matchedCount } = await mongoSpan('update account', {}, () =>
        accounts.updateOne({ _id: login }, { $set: { enabled: false } }),
      );
      return matchedCount === 1;
    },
    page: async (after, limit) => {
      const found = await mongoSpan('find accounts', {}, () =>
        accounts
          .find({ _id: { $gt: after } })
          .sort({ _id: 1 })
          .limit(limit)
          .toArray(),
      );
      return found.map((one) => toAccount(one));
    },
  };
}
