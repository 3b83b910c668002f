import { gunzipSync, gzipSync } from 'node:zlib';
import { mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import { Binary } from 'mongodb';
import type { DecisionArchive } from '../../application/ports.ts';

type StoredDecision = { _id: string; record: Binary };

const COLLECTION = 'decisions';

/** Most bytes of a compressed record: a document of the database holds 16 MiB. */
const MAX_BYTES = 15 * 1024 * 1024;

/**
 * Long decision records (many stores bound to the goods), compressed, by decision id. A repeated
 * decision replaces the one that its order never took.
 */
export function createDecisions(
  db: Db,
): DecisionArchive & { find(id: string): Promise<string | null> } {
  const collection = db.collection<StoredDecision>(COLLECTION);
  return {
    keep: async (id, record) => {
      const bytes = gzipSync(record);
      if (bytes.length > MAX_BYTES) throw new RangeError(`decision ${id} is too long to keep`);
      await mongoSpan(`updateOne ${COLLECTION}`, {}, () =>
        collection.updateOne(
          { _id: id },
          { $set: { record: new Binary(bytes) } },
          { upsert: true },
        ),
      );
    },
    find: async (id) => {
      const found = await collection.findOne({ _id: id });
      return found ? gunzipSync(found.record.value()).toString('utf8') : null;
    },
  };
}
