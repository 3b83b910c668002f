import { createHash } from 'node:crypto';
import { ensureIndexes, expiryIndex, isDuplicateKey, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Tries } from '../../application/sign-in-ports.ts';
import { WINDOW_MS } from '../../domain/login.ts';
import type { Count } from '../../domain/login.ts';

const COLLECTION = 'loginTries';

type Window = { _id: string; count: number; endsAt: Date };

/** What is typed as a login may be anything, a password too: it is not kept. */
const keyOf = ({ scope, key }: Count): string =>
  `${scope}:${createHash('sha256').update(key).digest('base64url')}`;

/** Counters of login tries; the database drops the windows that are over. */
export async function createTries(db: Db): Promise<Tries> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [expiryIndex('endsAt', 'endsAt')],
    },
  ]);
  const windows = db.collection<Window>(COLLECTION);

  /** The number in the window that runs; null when none does. */
  const addTo = async (_id: string, now: Date): Promise<number | null> => {
    const running = await windows.findOneAndUpdate(
      { _id, endsAt: { $gt: now } },
      { $inc: { count: 1 } },
      { returnDocument: 'after' },
    );
    return running?.count ?? null;
  };
  /** Begins a window in the place of one that is over; false when somebody else has begun it. */
  const begin = async (_id: string, now: Date): Promise<boolean> => {
    try {
      const window = { count: 1, endsAt: new Date(now.getTime() + WINDOW_MS) };
      await windows.replaceOne({ _id, endsAt: { $lte: now } }, window, { upsert: true });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  };
  return {
    add: (count, now) =>
      mongoSpan('count login try', {}, async () => {
        const key = keyOf(count);
        const number = await addTo(key, now);
        if (number !== null) return number;
        if (await begin(key, now)) return 1;
        return (await addTo(key, now)) ?? 1;
      }),
    takeBack: async (count) => {
      await mongoSpan('take login try back', {}, () =>
        windows.updateOne({ _id: keyOf(count), count: { $gt: 0 } }, { $inc: { count: -1 } }),
      );
    },
  };
}
