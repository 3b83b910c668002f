import { createReseal, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db, UpdateFilter } from 'mongodb';
import type { AccountName, Accounts, NewAccount, ShownAccount } from '../../application/ports.ts';

/** Accounts that were put before there were settings have none. */
export type AccountDocument = {
  _id: string;
  password: Binary;
  sellerId: string;
  enabled: boolean;
  mallName?: string;
  agreementNo?: string;
  poolIds?: readonly string[];
  moneyAsText?: boolean;
  /** Pairs: a name of a field may hold a dot. */
  wireWords?: readonly (readonly [string, string])[];
  generation?: number;
};

const context = (username: string): string => `account|${username}`;

/** An account without its password. */
export const shownOf = ({
  _id: username,
  ...found
}: Omit<AccountDocument, 'password'>): ShownAccount => ({
  username,
  sellerId: found.sellerId,
  enabled: found.enabled,
  mallName: found.mallName ?? '',
  agreementNo: found.agreementNo ?? '',
  poolIds: found.poolIds ?? [],
  moneyAsText: found.moneyAsText ?? false,
  wireWords: new Map(found.wireWords),
  generation: found.generation ?? 0,
});

/** Accounts by user name. The password is needed to verify signatures, so it is kept sealed. */
export function createAccounts(db: Db, sealer: Sealer): Accounts & { readonly reseal: Reseal } {
  const accounts = db.collection<AccountDocument>('accounts');
  const sealed = (username: string, password: string) =>
    new Binary(sealer.seal(Buffer.from(password, 'utf8'), context(username)));
  const documentOf = ({ username, password, wireWords, ...account }: NewAccount) => ({
    ...account,
    password: sealed(username, password),
    wireWords: [...wireWords],
  });
  const change = async (
    { sellerId, username }: AccountName,
    update: UpdateFilter<AccountDocument>,
  ) =>
    await mongoSpan('accounts change', {}, async () => {
      const { matchedCount } = await accounts.updateOne({ _id: username, sellerId }, update);
      return matchedCount > 0;
    });
  return {
    reseal: createReseal(db.collection('accounts'), sealer, [
      { path: 'password', contextOf: context },
    ]),
    find: async (username) => {
      const found = await mongoSpan('accounts find', {}, () => accounts.findOne({ _id: username }));
      if (!found) return null;
      const password = sealer.open(found.password.buffer, context(username)).toString('utf8');
      return { ...shownOf(found), password };
    },
    put: async (account) => {
      await mongoSpan('accounts put', {}, () =>
        accounts.updateOne(
          { _id: account.username },
          { $set: documentOf(account) },
          { upsert: true },
        ),
      );
    },
    create: async (account) => {
      const document = { _id: account.username, ...documentOf(account) };
      try {
        await mongoSpan('accounts create', {}, () => accounts.insertOne(document));
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    rotate: (name, password) =>
      change(name, {
        $set: { password: sealed(name.username, password) },
        $inc: { generation: 1 },
      }),
    setEnabled: (name, enabled) => change(name, { $set: { enabled } }),
    list: async ({ size, token, sellerId }) => {
      const asked = { _id: { $gt: token }, ...(sellerId !== '' && { sellerId }) };
      const found = await mongoSpan('accounts list', {}, () =>
        accounts
          .find(asked, { projection: { password: 0 } })
          .sort({ _id: 1 })
          .limit(size)
          .toArray(),
      );
      return found.map(shownOf);
    },
  };
}
