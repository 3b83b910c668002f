import type { Clock } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import {
  createGroupedInserts,
  createGroupedReads,
  createReseal,
  ensureIndexes,
  expiryIndex,
  mongoSpan,
} from '@astrolabe/mongo';
import type { Reseal } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { Requests } from '../../application/distribution/ports.ts';

const COLLECTION = 'distribution_requests';
const DAY_MS = 24 * 3_600_000;

type RequestDocument = { readonly _id: string; readonly sealed: Binary; readonly expireAt: Date };

/** Requests as they are sent, sealed, for as long as one may have to be sent again. */
export async function createRequests(
  db: Db,
  { sealer, clock, keptDays }: { sealer: Sealer; clock: Clock; keptDays: number },
): Promise<Requests & { readonly reseal: Reseal }> {
  await ensureIndexes(db, [{ collection: COLLECTION, indexes: [expiryIndex('expireAt')] }]);
  const requests = db.collection<RequestDocument>(COLLECTION);
  const inserts = createGroupedInserts(requests);
  const read = createGroupedReads(requests);
  const context = (id: string): string => `distribution-request|${id}`;
  return {
    reseal: createReseal(db.collection(COLLECTION), sealer, [
      { path: 'sealed', contextOf: context },
    ]),
    keep: async (order, texts) => {
      const id = orderKey(order);
      const plain = Buffer.from(JSON.stringify(texts), 'utf8');
      const sealed = new Binary(sealer.seal(plain, context(id)));
      const expireAt = new Date(clock().getTime() + keptDays * DAY_MS);
      await mongoSpan('insert distribution requests', {}, async () => {
        const isNew = await inserts.together({ _id: id, sealed, expireAt });
        // An order that was blocked is tried again with what it says now.
        if (!isNew) await requests.replaceOne({ _id: id }, { sealed, expireAt });
      });
    },
    find: async (order, outOrderId) => {
      const id = orderKey(order);
      const found = await read(id);
      if (!found) return null;
      const opened = sealer.open(found.sealed.buffer, context(id)).toString('utf8');
      const texts = new Map(Object.entries(JSON.parse(opened) as Record<string, string>));
      return texts.get(outOrderId) ?? null;
    },
  };
}
