import { LRUCache } from 'lru-cache';

export type BriefAnswersOptions<A, V> = {
  /** Who asks for the same has the same key. */
  readonly keyOf: (asked: A) => string;
  /** Milliseconds, a whole number, that an answer is good for. */
  readonly freshMs: number | ((asked: A) => number);
  /** Milliseconds beyond that for which it is still given while a newer one is read; absent: a newer one is waited for. */
  readonly staleMs?: number;
  /** Milliseconds; absent: of this process, which no change of the clock moves. */
  readonly now?: () => number;
  /** Answers that are kept; who was asked for longest ago goes first. */
  readonly most: number;
  /** True for a failure after which the answer of before, where there is one, is good for another while. */
  readonly outlives?: (failure: unknown) => boolean;
  readonly read: (asked: A) => Promise<V>;
};

export type BriefAnswers<A, V> = {
  /** The answer of a moment ago, or what is read now, once for all who ask meanwhile. Failures are passed on. */
  readonly of: (asked: A) => Promise<V>;
  /** After a change: whoever asks from now on is answered by a read that begins from now on. */
  readonly forget: (asked: A) => void;
};

/** Counts that many people look at: while newer ones are read, who looks meanwhile is shown the last ones. */
export const COUNTED_BRIEFLY = { freshMs: 1_000, staleMs: 3_000 } as const;

/**
 * Answers what was asked a moment ago again. Neither a failure nor `null` (there is no such thing) is kept. A read
 * that was under way when its answer was forgotten still answers who waits for it, and nobody else.
 * The answer is shared: nobody may change it.
 */
export function createBriefAnswers<A, V>(options: BriefAnswersOptions<A, V>): BriefAnswers<A, V> {
  const { keyOf, freshMs, staleMs = 0, now = () => performance.now() } = options;
  const { most, outlives, read } = options;
  // In a box: the package rejects who waits for a forgotten read that found nothing.
  type Box = { readonly value: V };
  const boxes = new LRUCache<string, Box, { asked: A }>({
    max: most,
    ttl: 1,
    perf: { now },
    ttlResolution: 0,
    ignoreFetchAbort: true,
    fetchMethod: async (_key, stale, { options: kept, context: { asked } }): Promise<Box> => {
      kept.ttl = typeof freshMs === 'number' ? freshMs : freshMs(asked);
      try {
        return { value: await read(asked) };
      } catch (error) {
        if (stale && outlives?.(error)) return stale;
        throw error;
      }
    },
  });
  const fetched = async (key: string, asked: A): Promise<V> => {
    const box = await boxes.forceFetch(key, { context: { asked } });
    if (box.value === null && boxes.peek(key) === box) boxes.delete(key);
    return box.value;
  };
  return {
    of: async (asked) => {
      const key = keyOf(asked);
      const leftMs = staleMs > 0 ? boxes.getRemainingTTL(key) : 0;
      const isStale = leftMs < 0 && leftMs >= -staleMs;
      const last = isStale ? boxes.peek(key, { allowStale: true }) : undefined;
      if (!last) return await fetched(key, asked);
      // Where it fails the next one who asks waits, and hears of it.
      fetched(key, asked).catch(() => undefined);
      return last.value;
    },
    forget: (asked) => void boxes.delete(keyOf(asked)),
  };
}
