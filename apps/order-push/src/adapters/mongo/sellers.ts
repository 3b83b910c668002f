import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import { createBriefAnswers } from '@astrolabe/service';
import type { Sealer } from '@astrolabe/signing';
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
  // That a seller has none is an answer too, which most of them get.
  const read = async (sellerId: string): Promise<{ seller: Seller | null }> => {
    const found = await mongoSpan('findOne sellers', {}, () => sellers.findOne({ _id: sellerId }));
    if (!found) return { seller: null };
    const { _id, secret, ...settings } = found;
    const opened = sealer.open(secret.buffer, context(sellerId)).toString('utf8');
    return { seller: { ...settings, sellerId: _id, secret: opened } };
  };
  const known = createBriefAnswers({
    keyOf: (sellerId: string) => sellerId,
    freshMs: KEPT_MS,
    most: KEPT,
    read,
  });
  return {
    reseal: createReseal(db.collection('sellers'), sealer, [
      { path: 'secret', contextOf: context },
    ]),
    find: async (sellerId) => (await known.of(sellerId)).seller,
    put: async ({ sellerId, secret, ...settings }) => {
      const sealed = new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(sellerId)));
      await mongoSpan('replaceOne sellers', {}, () =>
        sellers.replaceOne({ _id: sellerId }, { ...settings, secret: sealed }, { upsert: true }),
      );
      known.forget(sellerId);
    },
  };
}
