import { mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Account, Accounts } from '../../application/ports.ts';

type Stored = Omit<Account, 'login'> & { _id: string };

const toAccount = ({ _id, name, grants, enabled, passwordHash }: Stored): Account => ({
  login: _id,
  name,
  grants,
  enabled,
  passwordHash,
});

/** Accounts, by login. */
export function createAccounts(db: Db): Accounts {
  const accounts = db.collection<Stored>('accounts');
  return {
    put: async ({ login, ...account }) => {
      await mongoSpan('replace account', {}, () =>
        accounts.replaceOne({ _id: login }, account, { upsert: true }),
      );
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
