import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { AppKey, AppKeys } from '../../application/ports.ts';

type AppKeyDocument = Omit<AppKey, 'appKey' | 'secrets'> & { _id: string; secrets: Binary[] };

/** How long a changed or disabled key may still be seen as it was. */
const CACHE_MS = 5_000;
const CACHE_MAX = 1_000;

const context = (appKey: string): string => `appKey|${appKey}`;

/** Application keys; their secrets are sealed, and the few in use are cached for seconds. */
export function createAppKeys(
  db: Db,
  sealer: Sealer,
  ticks: () => number,
): AppKeys & { readonly reseal: Reseal } {
  const keys = db.collection<AppKeyDocument>('app_keys');
  const cache = new Map<string, { key: AppKey; until: number }>();

  const read = async (appKey: string): Promise<AppKey | null> => {
    const found = await mongoSpan('findOne app_keys', {}, () => keys.findOne({ _id: appKey }));
    if (!found) return null;
    return {
      appKey,
      secrets: found.secrets.map((secret) =>
        sealer.open(secret.buffer, context(appKey)).toString('utf8'),
      ),
      sellerIds: found.sellerIds,
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
    find: async (appKey) => {
      const cached = cache.get(appKey);
      if (cached && cached.until > ticks()) return cached.key;
      const key = await read(appKey);
      cache.delete(appKey);
      if (key) {
        const [oldest] = cache.keys();
        if (cache.size >= CACHE_MAX && oldest !== undefined) cache.delete(oldest);
        cache.set(appKey, { key, until: ticks() + CACHE_MS });
      }
      return key;
    },
    put: async ({ appKey, secrets, ...rest }) => {
      const sealed = secrets.map(
        (secret) => new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(appKey))),
      );
      await mongoSpan('replaceOne app_keys', {}, () =>
        keys.replaceOne({ _id: appKey }, { ...rest, secrets: sealed }, { upsert: true }),
      );
      cache.delete(appKey);
    },
  };
}
