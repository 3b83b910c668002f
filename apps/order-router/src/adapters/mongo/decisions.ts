import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { err, ok } from '@astrolabe/kernel';
import { createGroupedInserts, ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import { Binary } from 'mongodb';
import type { DecisionArchive, KeptDecision } from '../../application/ports.ts';

type Stored = Omit<KeptDecision, 'id' | 'text'> & { _id: string; record: Binary };

const COLLECTION = 'decisions';

/** Most bytes of a compressed record: a document of the database holds 16 MiB. */
const MAX_BYTES = 15 * 1024 * 1024;

const KEPT_SECONDS = 90 * 86_400;

/** Records of decisions, compressed, by decision id; the database deletes them after 90 days. */
export async function createDecisions(db: Db): Promise<DecisionArchive> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        { key: { 'orderRef.sellerId': 1, at: 1, _id: 1 }, name: 'period' },
        { key: { at: 1 }, name: 'expire', expireAfterSeconds: KEPT_SECONDS },
      ],
    },
  ]);
  const collection = db.collection<Stored>(COLLECTION);
  const inserts = createGroupedInserts(collection);
  return {
    keep: async ({ id, pieces, ...about }) => {
      const bytes = await compress(bytesOf(pieces), { level: 1 });
      if (bytes.length > MAX_BYTES) throw new RangeError(`decision ${id} is too long to keep`);
      const kept = { ...about, record: new Binary(bytes) };
      await mongoSpan(`keep ${COLLECTION}`, {}, async () => {
        if (await inserts.together({ _id: id, ...kept })) return;
        await collection.replaceOne({ _id: id }, kept);
      });
    },
    find: async (id) => {
      const found = await collection.findOne({ _id: id });
      return found && fromStored(found);
    },
    list: async ({ sellerId, from, to, limit, after }) => {
      const start = after === '' ? null : readCursor(after);
      if (after !== '' && !start) return err('INVALID_PAGE_TOKEN');
      const period = { 'orderRef.sellerId': sellerId, at: { $gte: from, $lt: to } };
      const behind = start && {
        $or: [{ at: { $gt: start.at } }, { at: start.at, _id: { $gt: start.id } }],
      };
      const found = await collection
        .find(behind ? { $and: [period, behind] } : period)
        .sort({ at: 1, _id: 1 })
        .limit(limit + 1)
        .toArray();
      const rows = found.slice(0, limit);
      const last = found.length > limit ? rows.at(-1) : undefined;
      const { _id: lastId = '', at = from } = last ?? {};
      return ok({
        items: await Promise.all(rows.map(fromStored)),
        next: last ? `${at.getTime()}~${lastId}` : '',
      });
    },
  };
}

/** Off the main thread: records of many stores are megabytes long. */
const compress = promisify<Buffer, { level: number }, Buffer>(gzip);
const decompress = promisify<Uint8Array, Buffer>(gunzip);

/** Piece by piece: one with Chinese would make all of them wide before they are bytes. */
const bytesOf = (pieces: readonly string[]): Buffer =>
  Buffer.concat(pieces.map((piece) => Buffer.from(piece)));

const fromStored = async ({ _id: id, record, ...about }: Stored): Promise<KeptDecision> => ({
  ...about,
  id,
  text: (await decompress(record.value())).toString('utf8'),
});

function readCursor(cursor: string): { at: Date; id: string } | null {
  const [, at, id] = /^(\d{1,15})~(.+)$/.exec(cursor) ?? [];
  return at === undefined || id === undefined ? null : { at: new Date(Number(at)), id };
}
