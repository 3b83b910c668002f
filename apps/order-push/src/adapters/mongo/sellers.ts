import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { LRUCache } from 'lru-cache';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Seller, Sellers } from '../../application/ports.ts';

type SellerDocument = Omit<Seller, 'sellerId' | 'secret'> & { _id: string; secret: Binary };

const context = (sellerId: string): string => `push-seller|${sellerId}`;

const KEPT = 10_000;
/** How long another process may go on with the settings of before. */
const KEPT_MS = 1_000;

/** Sellers' settings; the secret of their SPI is sealed. */
export function createSellers(db: Db, sealer: Sealer): Sellers & { readonly reseal: Reseal } {
  const sellers = db.collection<SellerDocument>('sellers');
  const known = new LRUCache<string, { seller: Seller | null }>({ max: KEPT, ttl: KEPT_MS });
  const read = async (sellerId: string): Promise<Seller | null> => {
    const found = await mongoSpan('findOne sellers', {}, () => sellers.findOne({ _id: sellerId }));
    if (!found) return null;
    const { _id, secret, ...settings } = found;
    const opened = sealer.open(secret.buffer, context(sellerId)).toString('utf8');
    return { ...settings, sellerId: _id, secret: opened };
  };
  return {
    reseal: createReseal(db.collection('sellers'), sealer, [
      { path: 'secret', contextOf: context },
    ]),
    find: async (sellerId) => {
      const kept = known.get(sellerId);
      if (kept) return kept.seller;
      const seller = await read(sellerId);
      known.set(sellerId, { seller });
      return seller;
    },
    put: async ({ sellerId, secret, ...settings }) => {
      const sealed = new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(sellerId)));
      await mongoSpan('replaceOne sellers', {}, () =>
        sellers.replaceOne({ _id: sellerId }, { ...settings, secret: sealed }, { upsert: true }),
      );
      known.delete(sellerId);
    },
  };
}
