import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Shops } from '../../application/ports.ts';

type ShopDocument = {
  _id: string;
  tmallUrl: string;
  appKey: string;
  secret: Binary;
  session: Binary;
};

/** Sellers' shops at Tmall; secret and session are sealed. */
export function createShops(db: Db, sealer: Sealer): Shops & { readonly reseal: Reseal } {
  const shops = db.collection<ShopDocument>('shops');
  const context = (sellerId: string, what: string): string => `shop|${what}|${sellerId}`;
  const seal = (sellerId: string, what: string, text: string): Binary =>
    new Binary(sealer.seal(Buffer.from(text, 'utf8'), context(sellerId, what)));
  const open = (sellerId: string, what: string, sealed: Binary): string =>
    sealer.open(sealed.buffer, context(sellerId, what)).toString('utf8');
  const fields = ['secret', 'session'].map((what) => ({
    path: what,
    contextOf: (sellerId: string) => context(sellerId, what),
  }));
  return {
    reseal: createReseal(db.collection('shops'), sealer, fields),
    find: async (sellerId) => {
      const found = await mongoSpan('findOne shops', {}, () => shops.findOne({ _id: sellerId }));
      if (!found) return null;
      return {
        sellerId,
        tmallUrl: found.tmallUrl,
        appKey: found.appKey,
        secret: open(sellerId, 'secret', found.secret),
        session: open(sellerId, 'session', found.session),
      };
    },
    put: async ({ sellerId, tmallUrl, appKey, secret, session }) => {
      if (tmallUrl === '') {
        await mongoSpan('deleteOne shops', {}, () => shops.deleteOne({ _id: sellerId }));
        return;
      }
      const stored = {
        tmallUrl,
        appKey,
        secret: seal(sellerId, 'secret', secret),
        session: seal(sellerId, 'session', session),
      };
      await mongoSpan('replaceOne shops', {}, () =>
        shops.replaceOne({ _id: sellerId }, stored, { upsert: true }),
      );
    },
  };
}
