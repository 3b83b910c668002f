import type { Collection } from 'mongodb';
import { createLogger } from '@astrolabe/service';
import type { Stored } from '../aggregate-write.ts';
import { isDueToShow, shownAfter } from './behind.ts';
import type { Behind, BehindQueries } from './behind.ts';
import type { OpenWrites } from './open-writes.ts';
import { createQueryDocuments } from './query-documents.ts';
import type { Shown } from './query-documents.ts';
import type { ShownWhen } from './shown-when.ts';

/** How often queries are brought up to date. */
const EVERY_MS = 500;
/** Aggregates of one command. */
const SHOWN_AT_ONCE = 256;
/** With so many behind, half of them is shown before the time, those first that have rested the longest. */
const BEHIND_SOME = 2_000;
/** With so many behind, whoever writes waits until they are shown. */
const BEHIND_MAX = 8_000;

export type Showing = {
  wrote(document: Stored, number: number, isKnown: boolean): void;
  /** Resolves at once unless too much waits to be shown. */
  room(): Promise<void>;
  /** Resolves when queries see everything that was written before the call. */
  caughtUp(): Promise<void>;
  /** Puts documents of other processes before the queries, where they show older versions. */
  show(shown: readonly Shown<Stored>[]): Promise<void>;
  stop(): Promise<void>;
};

export type ShowingParts = {
  /** Of the collection. */
  readonly name: string;
  readonly documents: Collection<Stored>;
  readonly behind: BehindQueries;
  readonly open: OpenWrites;
  readonly shownWithEvents: Set<string>;
  readonly when: ShownWhen;
};

/**
 * Brings the query documents up to date: what rests within a second, what goes on changing every few seconds, a crowd
 * within ten, and all of it at once for whoever is about to ask.
 */
export function createShowing(parts: ShowingParts): Showing {
  const { name, documents, behind, open, shownWithEvents, when } = parts;
  const logger = createLogger({ service: 'mongo-journal', level: 'warn' });
  const put = createQueryDocuments(documents);
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  const showSome = async (some: readonly Behind[]): Promise<void> => {
    await put(some);
    for (const { document } of some) {
      const { _id: id } = document;
      if (document.outbox.length > 0) shownWithEvents.add(id);
      else shownWithEvents.delete(id);
      when.shown(document);
    }
    behind.shown(some);
    open.end(some.flatMap(({ numbers }) => numbers));
  };
  const showAll = (wanted: (behind: readonly Behind[]) => readonly Behind[]): Promise<void> => {
    const task = running.then(async () => {
      const due = wanted(behind.all());
      for (let start = 0; start < due.length; start += SHOWN_AT_ONCE) {
        await showSome(due.slice(start, start + SHOWN_AT_ONCE));
      }
    });
    running = task.catch(() => undefined);
    return task;
  };
  const tick = async (): Promise<void> => {
    try {
      const now = performance.now();
      await showAll((all) =>
        all.filter((one) => isDueToShow(one, now, shownAfter(when.of(one.document), all.length))),
      );
    } catch (error) {
      logger.warn({ err: error, collection: name }, 'queries do not see the newest changes yet');
    }
    timer = undefined;
    schedule(EVERY_MS);
  };
  const schedule = (afterMs: number): void => {
    if (timer !== undefined || isStopped || behind.size() === 0) return;
    timer = setTimeout(() => void tick(), afterMs);
    timer.unref();
  };
  return {
    wrote: (document, number, isKnown) => {
      behind.wrote(document, number, isKnown);
      schedule(EVERY_MS);
    },
    room: async () => {
      if (behind.size() < BEHIND_SOME) return;
      const isFull = behind.size() >= BEHIND_MAX;
      const half = showAll((all) => all.slice(0, Math.max(all.length - BEHIND_SOME / 2, 0)));
      if (isFull) await half;
      else half.catch(() => undefined);
    },
    caughtUp: async () => {
      if (behind.size() > 0) await showAll((all) => all);
      else await running;
    },
    show: put,
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await showAll((all) => all).catch((error: unknown) => {
        // The next process shows what this one leaves.
        logger.warn({ err: error, collection: name }, 'queries do not see the last changes');
      });
    },
  };
}
