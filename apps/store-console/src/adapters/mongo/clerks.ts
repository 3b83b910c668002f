import { mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Account, Clerks } from '../../application/ports.ts';

type Stored = Omit<Account, 'login'> & { _id: string };

/** Accounts, by login. */
export function createClerks(db: Db): Clerks {
  const accounts = db.collection<Stored>('clerks');
  return {
    put: async ({ login, ...account }) => {
      await mongoSpan('replace clerk', {}, () =>
        accounts.replaceOne({ _id: login }, account, { upsert: true }),
      );
    },
    find: async (login) => {
      const found = await mongoSpan('find clerk', {}, () => accounts.findOne({ _id: login }));
      if (!found) return null;
      const { name, sellerId, storeId, role, enabled, passwordHash } = found;
      return { login, name, sellerId, storeId, role, enabled, passwordHash };
    },
  };
}
