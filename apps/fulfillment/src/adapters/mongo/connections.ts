import { createReseal, mongoSpan } from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import { createSharedReads } from '@astrolabe/service';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Connections } from '../../application/ports.ts';

type ConnectionDocument = { _id: string; spiUrl: string; appKey: string; secret: Binary };

const context = (sellerId: string): string => `connection|${sellerId}`;

/** How sellers' store systems are reached; the secret is sealed. */
export function createConnections(
  db: Db,
  sealer: Sealer,
): Connections & { readonly reseal: Reseal } {
  const connections = db.collection<ConnectionDocument>('connections');
  const find = createSharedReads<string, ConnectionDocument | null>(
    (sellerId) => sellerId,
    (sellerId) =>
      mongoSpan('findOne connections', {}, () => connections.findOne({ _id: sellerId })),
  );
  return {
    reseal: createReseal(db.collection('connections'), sealer, [
      { path: 'secret', contextOf: context },
    ]),
    find: async (sellerId) => {
      const found = await find(sellerId);
      if (!found) return null;
      const secret = sealer.open(found.secret.buffer, context(sellerId)).toString('utf8');
      return { sellerId, spiUrl: found.spiUrl, appKey: found.appKey, secret };
    },
    put: async ({ sellerId, spiUrl, appKey, secret }) => {
      const sealed = new Binary(sealer.seal(Buffer.from(secret, 'utf8'), context(sellerId)));
      await mongoSpan('replaceOne connections', {}, () =>
        connections.replaceOne(
          { _id: sellerId },
          { spiUrl, appKey, secret: sealed },
          { upsert: true },
        ),
      );
    },
  };
}
