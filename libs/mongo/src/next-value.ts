import type { Db } from 'mongodb';
import { ConcurrencyExhausted, isDuplicateKey } from './errors.ts';

const TRIES_MAX = 8;

/**
 * The next number of a counter, from 1; no number is handed out twice. Callers who race for the first
 * one may get no document, or a duplicate key, for an answer: it is not known then which number was
 * theirs, so they take another one, and theirs stays unused.
 *
 * @throws ConcurrencyExhausted when that happens again and again.
 */
export async function nextValue(db: Db, name: string): Promise<bigint> {
  const counters = db.collection<{ _id: string; value: bigint }>('counters');
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    try {
      const counter = await counters.findOneAndUpdate(
        { _id: name },
        { $inc: { value: 1n } },
        { upsert: true, returnDocument: 'after' },
      );
      if (counter) return counter.value;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
  throw new ConcurrencyExhausted('counters', name, TRIES_MAX);
}
