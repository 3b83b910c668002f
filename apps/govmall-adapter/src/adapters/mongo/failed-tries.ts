import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Collection, Db } from 'mongodb';
import type { Claimant, FailedTries } from '../../application/ports.ts';
import { FAILURES_WINDOW_MS } from '../../domain/failed-tries.ts';

type FailuresDocument = { _id: string; count: number; endsAt: Date };

const digest = (parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex');

const keysOf = ({ username, address }: Claimant): { user: string; address: string } => ({
  user: digest([username, address]),
  address: digest([address]),
});

/** Failed token requests; the database drops a count when its window is over. */
export async function createFailedTries(db: Db): Promise<FailedTries> {
  await ensureIndexes(db, [
    {
      collection: 'failedTries',
      indexes: [expiryIndex('endsAt')],
    },
  ]);
  const counts = db.collection<FailuresDocument>('failedTries');
  return {
    count: async (claimant, now) => {
      const keys = keysOf(claimant);
      const found = await mongoSpan('failedTries find', {}, () =>
        counts.find({ _id: { $in: Object.values(keys) }, endsAt: { $gt: now } }).toArray(),
      );
      const of = (key: string) => found.find(({ _id }) => _id === key)?.count ?? 0;
      return { ofUser: of(keys.user), ofAddress: of(keys.address) };
    },
    add: async (claimant, now) => {
      for (const key of Object.values(keysOf(claimant))) {
        await mongoSpan('failedTries add', {}, () => addOne(counts, key, now));
      }
    },
  };
}

/** Adds to the window that runs, or begins one; of two that begin it at once, one adds to the other's. */
async function addOne(counts: Collection<FailuresDocument>, _id: string, now: Date): Promise<void> {
  const running = { _id, endsAt: { $gt: now } };
  const added = await counts.updateOne(running, { $inc: { count: 1 } });
  if (added.matchedCount > 0) return;
  await counts.deleteOne({ _id, endsAt: { $lte: now } });
  try {
    const endsAt = new Date(now.getTime() + FAILURES_WINDOW_MS);
    await counts.insertOne({ _id, count: 1, endsAt });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    await counts.updateOne(running, { $inc: { count: 1 } });
  }
}
