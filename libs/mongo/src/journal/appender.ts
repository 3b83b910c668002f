import { setTimeout as delay } from 'node:timers/promises';
import type { Collection } from 'mongodb';
import { isOutcomeUnknown } from '../errors.ts';
import { createGroupedInserts } from '../grouped-writes.ts';
import type { Entry } from './entry.ts';

/** Pauses before the same entry is sent again while nobody knows what became of it. */
const AGAIN_AFTER_MS = [50, 200, 800] as const;

/** False when the version is taken. `alone` keeps an entry out of every group. */
export type Append = (entry: Entry, alone: boolean) => Promise<boolean>;

/**
 * Appends entries; those that are asked for within a turn of the event loop, or while an append is under way, share
 * a command. Where the answer gets lost, the same entry is sent again: it finds its name free, or taken
 * by itself.
 *
 * @throws what `isOutcomeUnknown` knows when there is still no answer.
 */
export function createAppender(entries: Collection<Entry>): Append {
  const inserts = createGroupedInserts(entries);
  return async (entry, alone) => {
    try {
      return await (alone ? inserts.alone(entry) : inserts.together(entry));
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error;
      return await sendAgain(entries, (again) => inserts.alone(again), entry, error);
    }
  };
}

async function sendAgain(
  entries: Collection<Entry>,
  send: (entry: Entry) => Promise<boolean>,
  entry: Entry,
  first: unknown,
): Promise<boolean> {
  let last = first;
  for (const pauseMs of AGAIN_AFTER_MS) {
    await delay(pauseMs);
    try {
      if (await send(entry)) return true;
      const { _id: id, commitId } = entry;
      const standing = await entries.findOne({ _id: id }, { projection: { commitId: 1 } });
      return standing?.commitId === commitId;
    } catch (error) {
      if (!isOutcomeUnknown(error)) throw error;
      last = error;
    }
  }
  throw last;
}
