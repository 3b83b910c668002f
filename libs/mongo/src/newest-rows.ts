import { createGatherer } from '@astrolabe/service';
import type { Collection } from 'mongodb';
import { GROUPS } from './grouped-writes.ts';
import { createQueryDocuments } from './journal/query-documents.ts';
import type { Shown, Versioned } from './journal/query-documents.ts';

/**
 * Rows that follow from aggregates and are counted or searched by themselves: the highest version of each
 * stands, whatever the order in which versions come. Those that are put within a turn of the event loop, or while a
 * command is under way, share a command; `isKnown` says that an older version may stand.
 */
export function createNewestRows<R extends Versioned>(
  collection: Collection<R>,
): (row: R, isKnown: boolean) => Promise<void> {
  const show = createQueryDocuments(collection);
  const put = createGatherer<Shown<R>, void>(async (group) => {
    try {
      await show(newestOf(group));
      return group.map(() => undefined);
    } catch (error) {
      if (group.length === 1) throw error;
      // One that the database refuses fails nobody else.
      return await Promise.all(group.map((one) => show([one]).catch(asError)));
    }
  }, GROUPS);
  return (document, isKnown) => put({ document, isKnown });
}

/** The highest version of each row; one that came before in the group may stand by then. */
function newestOf<R extends Versioned>(group: readonly Shown<R>[]): readonly Shown<R>[] {
  const newest = new Map<string, Shown<R>>();
  for (const one of group) {
    const { _id: id, version } = one.document;
    const before = newest.get(id);
    const isKnown = one.isKnown && (before?.isKnown ?? true);
    const { document } = before && before.document.version > version ? before : one;
    newest.set(id, { document, isKnown });
  }
  return [...newest.values()];
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error('a row was not written', { cause: error });
