import { daysAfter } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import {
  createGroupedInserts,
  createGroupedUpdates,
  ensureIndexes,
  expiryIndex,
  mongoSpan,
} from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { InboundLog } from '../../application/ports.ts';

type InboundDocument = {
  _id: string;
  sellerId: string;
  method: string;
  receivedAt: Date;
  expiresAt: Date;
  rawBody: Binary;
  answer: string | null;
};

/** Accepted requests with their answers. Raw bodies are sealed; all of it ends after a time. */
export async function createInboundLog(
  db: Db,
  options: { sealer: Sealer; clock: Clock; keptDays: number },
): Promise<InboundLog> {
  const { sealer, clock, keptDays } = options;
  await ensureIndexes(db, [{ collection: 'inbound', indexes: [expiryIndex('expiresAt')] }]);
  const inbound = db.collection<InboundDocument>('inbound');
  const inserts = createGroupedInserts(inbound);
  const updates = createGroupedUpdates(inbound);
  return {
    open: async ({ id, sellerId, method, rawBody }) => {
      const receivedAt = clock();
      const document = {
        _id: id,
        sellerId,
        method,
        receivedAt,
        expiresAt: daysAfter(receivedAt, keptDays),
        rawBody: new Binary(sealer.seal(rawBody, `inbound|${id}`)),
        answer: null,
      };
      const isNew = await mongoSpan('insertOne inbound', {}, () => inserts.together(document));
      return isNew ? null : ((await inbound.findOne({ _id: id }))?.answer ?? null);
    },
    close: async (id, answer) => {
      await mongoSpan('updateOne inbound', {}, () =>
        updates({ filter: { _id: id, answer: null }, update: { $set: { answer } } }),
      );
    },
  };
}
