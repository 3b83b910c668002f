import type { GathererOptions } from './gatherer.ts';
import { createKeyedGatherer } from './keyed-gatherer.ts';

/** Requests whose names are asked for in one call; what is left over is the next one's. */
const REQUESTS_MAX = 64;

/**
 * Asks once for the names of all requests of a key that come within a turn of the event loop, or while the call
 * before is under way: who sends many at once asks for the same in most of them. Every call begins after
 * what it is asked for, so nobody is told less than was true then. The answer has the others' names too.
 */
export function askTogether<R>(
  ask: (key: string, names: readonly string[]) => Promise<ReadonlyMap<string, R>>,
  pace: Pick<GathererOptions, 'paced'> = {},
): (key: string, names: readonly string[]) => Promise<ReadonlyMap<string, R>> {
  return createKeyedGatherer<readonly string[], ReadonlyMap<string, R>>(
    async (key, requests) => {
      const answer = await ask(key, [...new Set(requests.flat())]);
      return requests.map(() => answer);
    },
    REQUESTS_MAX,
    pace,
  );
}
