import { LRUCache } from 'lru-cache';
import type { Stored } from '../aggregate-write.ts';
import { SHOWN_AFTER } from './behind.ts';
import type { ShownAfter } from './behind.ts';

/** How long a version may wait to be shown to queries. */
export type ShownWhen = {
  of(document: Stored): ShownAfter;
  /** Queries show this version now. */
  shown(document: Stored): void;
};

/** Aggregates that others act upon; of one too many, what became of it is shown late. */
const WATCHED_MAX = 10_000;

/**
 * `isAtLeisure`: for all versions, or for those of which it says so. Others act upon the rest, e.g. by sweeps: what became of a
 * version that queries show so is shown as soon, or they would act upon it again and again.
 */
export function createShownWhen(isAtLeisure: boolean | ((document: Stored) => boolean)): ShownWhen {
  const { soon, leisurely } = SHOWN_AFTER;
  if (typeof isAtLeisure === 'boolean') {
    return { of: () => (isAtLeisure ? leisurely : soon), shown: () => undefined };
  }
  const watched = new LRUCache<string, true>({ max: WATCHED_MAX });
  return {
    of: (document) => {
      const { _id: id } = document;
      return !watched.has(id) && isAtLeisure(document) ? leisurely : soon;
    },
    shown: (document) => {
      const { _id: id } = document;
      if (isAtLeisure(document)) watched.delete(id);
      else watched.set(id, true);
    },
  };
}
