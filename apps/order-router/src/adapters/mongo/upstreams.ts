import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Upstream, Upstreams } from '../../application/distribution/ports.ts';

const COLLECTION = 'upstreams';

type UpstreamDocument = Omit<Upstream, 'sellerId' | 'secret'> & {
  readonly _id: string;
  readonly secret: Binary;
};

/** Sellers' connections to suppliers; the secret is sealed for its account. */
export function createUpstreams(db: Db, sealer: Sealer): Upstreams & { readonly reseal: Reseal } {
  const upstreams = db.collection<UpstreamDocument>(COLLECTION);
  const context = (sellerId: string): string => `upstream|secret|${sellerId}`;
  return {
    reseal: createReseal(db.collection(COLLECTION), sealer, [
      { path: 'secret', contextOf: context },
    ]),
    find: async (sellerId) => {
      const found = await mongoSpan('findOne upstreams', {}, () =>
        upstreams.findOne({ _id: sellerId }),
      );
      if (!found) return null;
      const { _id, secret, ...rest } = found;
      const opened = sealer.open(secret.buffer, context(_id)).toString('utf8');
      return { sellerId: _id, ...rest, secret: opened };
    },
    put: async ({ sellerId, secret, ...rest }) => {
      if (rest.baseUrl === '') {
        await mongoSpan('deleteOne upstreams', {}, () => upstreams.deleteOne({ _id: sellerId }));
        return;
      }
      const sealed = new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(sellerId)));
      await mongoSpan('replaceOne upstreams', {}, () =>
        upstreams.replaceOne({ _id: sellerId }, { ...rest, secret: sealed }, { upsert: true }),
      );
    },
  };
}
