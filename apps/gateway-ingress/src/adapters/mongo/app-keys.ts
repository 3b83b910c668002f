import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { AppKey, AppKeys } from '../../application/ports.ts';
import { createBriefCache } from './brief-cache.ts';

type AppKeyDocument = Omit<AppKey, 'appKey' | 'secrets' | 'sessionSellerIds'> & {
  _id: string;
  secrets: Binary[];
  /** Absent while the key has used no session. */
  sessionSellerIds?: string[];
};

const context = (appKey: string): string => `appKey|${appKey}`;

/** Application keys; their secrets are sealed, and the few in use are cached for seconds. */
export function createAppKeys(
  db: Db,
  sealer: Sealer,
  ticks: () => number,
): AppKeys & { readonly reseal: Reseal } {
  const keys = db.collection<AppKeyDocument>('app_keys');
  const cache = createBriefCache<AppKey>(ticks);

  const read = async (appKey: string): Promise<AppKey | null> => {
    const found = await mongoSpan('findOne app_keys', {}, () => keys.findOne({ _id: appKey }));
    if (!found) return null;
    return {
      appKey,
      secrets: found.secrets.map((secret) =>
        sealer.open(secret.buffer, context(appKey)).toString('utf8'),
      ),
      sellerIds: found.sellerIds,
      sessionSellerIds: found.sessionSellerIds ?? [],
      signMethods: found.signMethods,
      enabled: found.enabled,
      role: found.role,
      ratePerSecond: found.ratePerSecond,
    };
  };

  return {
    reseal: createReseal(db.collection('app_keys'), sealer, [
      { path: 'secrets', contextOf: context },
    ]),
    find: (appKey) => cache.get(appKey, () => read(appKey)),
    put: async ({ appKey, secrets, ...rest }) => {
      const sealed = secrets.map(
        (secret) => new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(appKey))),
      );
      // Not replaced: which sellers need a session outlives a change of the key.
      await mongoSpan('updateOne app_keys', {}, () =>
        keys.updateOne({ _id: appKey }, { $set: { ...rest, secrets: sealed } }, { upsert: true }),
      );
      cache.forget(appKey);
    },
    requireSession: async (appKey, sellerId) => {
      await mongoSpan('updateOne app_keys', {}, () =>
        keys.updateOne({ _id: appKey }, { $addToSet: { sessionSellerIds: sellerId } }),
      );
      cache.forget(appKey);
    },
  };
}
