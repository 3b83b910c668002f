import { createReseal, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Clock } from '@astrolabe/kernel';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Collection, Db } from 'mongodb';
import type { AppKey, AppKeyAdmin, AppKeyEntry, AppKeys } from '../../application/ports.ts';
import { BRIEFLY } from './briefly.ts';

type AppKeyDocument = Omit<AppKey, 'appKey' | 'secrets' | 'sessionSellerIds'> & {
  _id: string;
  secrets: Binary[];
  /** When the secret before the current one ends; absent while no end is set. */
  formerSecretUntil?: Date;
  /** Absent while the key has used no session. */
  sessionSellerIds?: string[];
};
type Kept = AppKey & { readonly formerSecretUntil: Date | null };

const context = (appKey: string): string => `appKey|${appKey}`;

/** Application keys; their secrets are sealed, and the few in use are cached for seconds. */
export function createAppKeys(
  db: Db,
  { sealer, clock }: { sealer: Sealer; clock: Clock },
): AppKeys & AppKeyAdmin & { readonly reseal: Reseal } {
  const keys = db.collection<AppKeyDocument>('app_keys');
  const sealed = (appKey: string, secret: string): Binary =>
    new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(appKey)));

  const read = async (appKey: string): Promise<Kept | null> => {
    const found = await mongoSpan('findOne app_keys', {}, () => keys.findOne({ _id: appKey }));
    if (!found) return null;
    return {
      ...toEntry(found),
      secrets: found.secrets.map((secret) =>
        sealer.open(secret.buffer, context(appKey)).toString('utf8'),
      ),
      sessionSellerIds: found.sessionSellerIds ?? [],
    };
  };
  const known = createBriefAnswers({ ...BRIEFLY, keyOf: (appKey: string) => appKey, read });

  return {
    reseal: createReseal(db.collection('app_keys'), sealer, [
      { path: 'secrets', contextOf: context },
    ]),
    find: async (appKey) => {
      const kept = await known.of(appKey);
      return kept && withLivingSecrets(kept, clock());
    },
    put: async ({ appKey, secrets, ...rest }) => {
      const set = { ...rest, secrets: secrets.map((secret) => sealed(appKey, secret)) };
      // Not replaced: which sellers need a session outlives a change of the key.
      await mongoSpan('updateOne app_keys', {}, () =>
        keys.updateOne(
          { _id: appKey },
          { $set: set, $unset: { formerSecretUntil: '' } },
          { upsert: true },
        ),
      );
      known.forget(appKey);
    },
    requireSession: async (appKey, sellerId) => {
      await mongoSpan('updateOne app_keys', {}, () =>
        keys.updateOne({ _id: appKey }, { $addToSet: { sessionSellerIds: sellerId } }),
      );
      known.forget(appKey);
    },
    ...administration(keys, sealed, (appKey) => known.forget(appKey)),
  };
}

function administration(
  keys: Collection<AppKeyDocument>,
  sealed: (appKey: string, secret: string) => Binary,
  forget: (appKey: string) => void,
): Omit<AppKeyAdmin, 'put'> {
  return {
    create: async ({ appKey, secrets, ...rest }) => {
      const document = {
        _id: appKey,
        ...rest,
        secrets: secrets.map((secret) => sealed(appKey, secret)),
      };
      try {
        await mongoSpan('insertOne app_keys', {}, () => keys.insertOne(document));
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
    rotate: async (appKey, secret, formerUntil) => {
      const next = { $literal: sealed(appKey, secret) };
      const set = formerUntil
        ? { secrets: [next, { $first: '$secrets' }], formerSecretUntil: formerUntil }
        : { secrets: [next], formerSecretUntil: '$$REMOVE' };
      const { matchedCount } = await mongoSpan('updateOne app_keys', {}, () =>
        keys.updateOne({ _id: appKey }, [{ $set: set }]),
      );
      forget(appKey);
      return matchedCount > 0;
    },
    setEnabled: async (appKey, enabled) => {
      const { matchedCount } = await mongoSpan('updateOne app_keys', {}, () =>
        keys.updateOne({ _id: appKey }, { $set: { enabled } }),
      );
      forget(appKey);
      return matchedCount > 0;
    },
    list: async ({ sellerId, limit, after }) => {
      const found = await mongoSpan('find app_keys', {}, () =>
        keys
          .find({
            ...(sellerId === '' ? {} : { sellerIds: sellerId }),
            ...(after === '' ? {} : { _id: { $gt: after } }),
          })
          .sort({ _id: 1 })
          .limit(limit + 1)
          .toArray(),
      );
      const items = found.slice(0, limit).map(toEntry);
      return { items, next: found.length > limit ? (items.at(-1)?.appKey ?? '') : '' };
    },
  };
}

/** Without the secret whose overlap is over. */
function withLivingSecrets({ formerSecretUntil, ...key }: Kept, now: Date): AppKey {
  const isOver = formerSecretUntil !== null && formerSecretUntil <= now;
  return isOver ? { ...key, secrets: key.secrets.slice(0, 1) } : key;
}

const toEntry = ({ _id: appKey, ...found }: AppKeyDocument): AppKeyEntry => ({
  appKey,
  sellerIds: found.sellerIds,
  signMethods: found.signMethods,
  enabled: found.enabled,
  role: found.role,
  ratePerSecond: found.ratePerSecond,
  formerSecretUntil: found.formerSecretUntil ?? null,
});
