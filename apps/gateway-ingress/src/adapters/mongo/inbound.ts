import { daysAfter } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import { createGroupedInserts, ensureIndexes, expiryIndex, mongoSpan } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { InboundLog } from '../../application/ports.ts';

type RequestDocument = {
  readonly _id: string;
  readonly sellerId: string;
  readonly method: string;
  readonly receivedAt: Date;
  readonly expiresAt: Date;
  readonly rawBody: Binary;
  /** Requests of before have their answer here. */
  readonly answer?: string | null;
};
/** Under the request's id with `|answer` behind it. */
type AnswerDocument = {
  readonly _id: string;
  readonly answer: string;
  readonly expiresAt: Date;
};

const answerIdOf = (id: string): string => `${id}|answer`;

/**
 * Accepted requests and their answers, a document each in one collection: answers go out in the same inserts as
 * the requests that come meanwhile, and nothing is changed in place. Raw bodies are sealed; all of it
 * ends after a time.
 */
export async function createInboundLog(
  db: Db,
  options: { sealer: Sealer; clock: Clock; keptDays: number },
): Promise<InboundLog> {
  const { sealer, clock, keptDays } = options;
  await ensureIndexes(db, [{ collection: 'inbound', indexes: [expiryIndex('expiresAt')] }]);
  const inbound = db.collection<RequestDocument | AnswerDocument>('inbound');
  const inserts = createGroupedInserts(inbound);
  const answerOf = async (id: string): Promise<string | null> => {
    const found = await mongoSpan('find inbound', {}, () =>
      inbound.find({ _id: { $in: [id, answerIdOf(id)] } }, { projection: { answer: 1 } }).toArray(),
    );
    return found.map(({ answer }) => answer).find((answer) => answer) ?? null;
  };
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
      };
      const isNew = await mongoSpan('insert inbound', {}, () => inserts.together(document));
      return isNew ? null : await answerOf(id);
    },
    close: async (id, answer) => {
      const expiresAt = daysAfter(clock(), keptDays);
      const document = { _id: answerIdOf(id), answer, expiresAt };
      await mongoSpan('insert inbound', {}, () => inserts.together(document));
    },
  };
}
