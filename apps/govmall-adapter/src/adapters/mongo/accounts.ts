import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Accounts } from '../../application/ports.ts';

type AccountDocument = { _id: string; password: Binary; sellerId: string; enabled: boolean };

const context = (username: string): string => `account|${username}`;

/** Accounts by user name. The password is needed to verify signatures, so it is kept sealed. */
export function createAccounts(db: Db, sealer: Sealer): Accounts & { readonly reseal: Reseal } {
  const accounts = db.collection<AccountDocument>('accounts');
  return {
    reseal: createReseal(db.collection('accounts'), sealer, [
      { path: 'password', contextOf: context },
    ]),
    find: async (username) => {
      const found = await mongoSpan('accounts find', {}, () => accounts.findOne({ _id: username }));
      if (!found) return null;
      return {
        username,
        password: sealer.open(found.password.buffer, context(username)).toString('utf8'),
        sellerId: found.sellerId,
        enabled: found.enabled,
      };
    },
    put: async ({ username, password, sellerId, enabled }) => {
      const sealed = new Binary(sealer.seal(Buffer.from(password, 'utf8'), context(username)));
      await mongoSpan('accounts put', {}, () =>
        accounts.replaceOne(
          { _id: username },
          { password: sealed, sellerId, enabled },
          { upsert: true },
        ),
      );
    },
  };
}
