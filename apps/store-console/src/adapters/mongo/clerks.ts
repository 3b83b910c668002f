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
      const { _id, ...account } = found;
      return { login: _id, ...account };
    },
    setFailures: async (login, before, failures) => {
      const unchanged =
        before === null
          ? { failures: null }
          : { 'failures.count': before.count, 'failures.since': before.since };
      const written = await mongoSpan('update clerk', {}, () =>
        accounts.updateOne({ _id: login, ...unchanged }, { $set: { failures } }),
      );
      return written.matchedCount === 1;
    },
  };
}
