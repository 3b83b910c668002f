import { daysAfter } from '@astrolabe/kernel';
import {
  createGroupedInserts,
  createGroupedReads,
  ensureIndexes,
  expiryIndex,
  mongoSpan,
} from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';

type BodyDocument = { _id: string; rawBody: Binary; expiresAt: Date };

export type TradeBodies = {
  /** Keeps the body of a message; a repeat changes nothing. Durable when it returns. */
  keep(tradeKey: string, messageKey: string, rawBody: Buffer, receivedAt: Date): Promise<void>;
  /** Null when the body has expired. */
  find(tradeKey: string, messageKey: string): Promise<Buffer | null>;
};

/**
 * Sealed bodies of trade messages, one document each: they are up to 256 KB, and the document of the
 * trade is read and written with every message.
 */
export async function createTradeBodies(options: {
  db: Db;
  sealer: Sealer;
  bodiesKeptDays: number;
}): Promise<TradeBodies> {
  const { db, sealer, bodiesKeptDays } = options;
  await ensureIndexes(db, [{ collection: 'tradeBodies', indexes: [expiryIndex('expiresAt')] }]);
  const bodies = db.collection<BodyDocument>('tradeBodies');
  const inserts = createGroupedInserts(bodies);
  const read = createGroupedReads(bodies);
  const idOf = (tradeKey: string, messageKey: string): string => `${tradeKey}|${messageKey}`;
  const purposeOf = (tradeKey: string): string => `trade|${tradeKey}`;
  return {
    keep: async (tradeKey, messageKey, rawBody, receivedAt) => {
      const document = {
        _id: idOf(tradeKey, messageKey),
        rawBody: new Binary(sealer.seal(rawBody, purposeOf(tradeKey))),
        expiresAt: daysAfter(receivedAt, bodiesKeptDays),
      };
      await mongoSpan('insertOne tradeBodies', {}, () => inserts.together(document));
    },
    find: async (tradeKey, messageKey) => {
      const id = idOf(tradeKey, messageKey);
      const found = await read(id);
      return found && sealer.open(found.rawBody.buffer, purposeOf(tradeKey));
    },
  };
}
