import { mongoSpan } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Seller, Sellers } from '../../application/ports.ts';

type SellerDocument = Omit<Seller, 'sellerId' | 'secret'> & { _id: string; secret: Binary };

const context = (sellerId: string): string => `push-seller|${sellerId}`;

/** Sellers' settings; the secret of their SPI is sealed. */
export function createSellers(db: Db, sealer: Sealer): Sellers {
  const sellers = db.collection<SellerDocument>('sellers');
  return {
    find: async (sellerId) => {
      const found = await mongoSpan('findOne sellers', {}, () =>
        sellers.findOne({ _id: sellerId }),
      );
      if (!found) return null;
      const { _id, secret, ...settings } = found;
      const opened = sealer.open(secret.buffer, context(sellerId)).toString('utf8');
      return { ...settings, sellerId: _id, secret: opened };
    },
    put: async ({ sellerId, secret, ...settings }) => {
      const sealed = new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(sellerId)));
      await mongoSpan('replaceOne sellers', {}, () =>
        sellers.replaceOne({ _id: sellerId }, { ...settings, secret: sealed }, { upsert: true }),
      );
    },
  };
}
