import type { OutboxEntry } from '../aggregate-document.ts';
import type { Stored } from '../aggregate-write.ts';

/** An aggregate that the query documents show in an older version, or not at all. */
export type Behind = {
  readonly document: Stored;
  /** Its writes that are not shown yet, by their numbers. */
  readonly numbers: readonly number[];
  readonly isKnown: boolean;
  /** When the first of these writes was done, and when the last one; milliseconds of `performance.now()`. */
  readonly since: number;
  readonly at: number;
};

/** What this process has written and queries do not see yet: the newest version of each aggregate. */
export type BehindQueries = {
  /** `isKnown`: an older version may stand in the query documents. */
  wrote(document: Stored, number: number, isKnown: boolean): void;
  newest(id: string): Stored | null;
  /** Its events up to the sequence are published; false when queries see the newest version already. */
  published(id: string, upToSequence: bigint): boolean;
  size(): number;
  /** Those that have rested the longest first. */
  all(): readonly Behind[];
  /** Queries show these now; what was written or published meanwhile stays behind. */
  shown(behind: readonly Behind[]): void;
};

/**
 * An aggregate that changes is about to change again: what has rested for so long is shown. One that does not come to
 * rest is shown after so long.
 */
export const SHOWN_AFTER = {
  soon: { restedMs: 500, behindMs: 3_000 },
  leisurely: { restedMs: 3_000, behindMs: 10_000 },
} as const;
export type ShownAfter = (typeof SHOWN_AFTER)[keyof typeof SHOWN_AFTER];
/** With so many behind, each is shown as if nobody looked: what is shown between two changes is half of a crowd's work. */
const CROWD = 256;

/** When aggregates are shown while so many are behind. */
export const shownAfter = (usual: ShownAfter, behindCount: number): ShownAfter =>
  behindCount >= CROWD ? SHOWN_AFTER.leisurely : usual;

/** Events that are not published for so long are shown with their document: the recovery scan reads there. */
const UNPUBLISHED_MS = 2_000;

/** Whether it is time to show an aggregate; `now` in milliseconds of `performance.now()`. */
export function isDueToShow(
  { document, since, at }: Behind,
  now: number,
  { restedMs, behindMs }: ShownAfter,
): boolean {
  const isPublished = document.outbox.length === 0 || now - at >= UNPUBLISHED_MS;
  return isPublished && (now - at >= restedMs || now - since >= behindMs);
}

export function createBehindQueries(): BehindQueries {
  const byId = new Map<string, Behind>();
  return {
    wrote: (document, number, isKnown) => {
      const { _id: id } = document;
      const before = byId.get(id);
      const at = performance.now();
      byId.delete(id);
      byId.set(id, {
        document,
        numbers: [...(before?.numbers ?? []), number],
        isKnown: before?.isKnown ?? isKnown,
        since: before?.since ?? at,
        at,
      });
    },
    newest: (id) => byId.get(id)?.document ?? null,
    published: (id, upToSequence) => {
      const found = byId.get(id);
      if (!found) return false;
      byId.set(id, { ...found, document: withoutPublished(found.document, upToSequence) });
      return true;
    },
    size: () => byId.size,
    all: () => [...byId.values()],
    shown: (behind) => {
      for (const one of behind) {
        const { _id: id } = one.document;
        const now = byId.get(id);
        if (now === one) byId.delete(id);
        else if (now) {
          const since = now.at === one.at ? now.since : now.at;
          byId.set(id, { ...now, numbers: without(now, one), isKnown: true, since });
        }
      }
    },
  };
}

const without = (now: Behind, shown: Behind): number[] =>
  now.numbers.filter((number) => !shown.numbers.includes(number));

/** The document with the events only that are not published. */
export function withoutPublished(document: Stored, upToSequence: bigint): Stored {
  const outbox: OutboxEntry[] = document.outbox.filter(({ sequence }) => sequence > upToSequence);
  if (outbox.length > 0) return { ...document, outbox };
  const { outboxAt: _gone, ...rest } = document;
  return { ...rest, outbox };
}
