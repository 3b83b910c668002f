import { createGatherer } from './gatherer.ts';
import type { GathererOptions } from './gatherer.ts';

/** Lanes of one gatherer that are kept although nobody is in them. */
const LANES_KEPT = 256;

/**
 * Runs together what is asked for one key within a turn of the event loop, or while the run before it is under
 * way: one document that many add to is written once for all of them. Keys run side by side. `run`
 * answers each item in its place; a run that fails fails for all its items.
 */
export function createKeyedGatherer<I, O>(
  run: (key: string, items: readonly I[]) => Promise<readonly (O | Error)[]>,
  itemsMax: number,
  { paced = false }: Pick<GathererOptions, 'paced'> = {},
): (key: string, item: I) => Promise<O> {
  type Lane = { readonly add: (item: I) => Promise<O>; open: number };
  const lanes = new Map<string, Lane>();
  const laneOf = (key: string): Lane => {
    const known = lanes.get(key);
    if (known) return known;
    const options = { runsMax: 1, sizeMax: itemsMax, collects: true, paced } as const;
    const lane: Lane = { add: createGatherer<I, O>((items) => run(key, items), options), open: 0 };
    lanes.set(key, lane);
    return lane;
  };
  /** A lane that nobody is in is forgotten; one that may pause before its next run, when many others came after it. */
  const leave = (key: string, lane: Lane): void => {
    lanes.delete(key);
    if (!paced) return;
    lanes.set(key, lane);
    for (const [oldest, { open }] of lanes) {
      if (lanes.size <= LANES_KEPT) return;
      if (open === 0) lanes.delete(oldest);
    }
  };
  return async (key, item) => {
    const lane = laneOf(key);
    lane.open += 1;
    try {
      return await lane.add(item);
    } finally {
      lane.open -= 1;
      if (lane.open === 0) leave(key, lane);
    }
  };
}

/** Readers of one answer; what waits is bounded by who asks. */
const READERS_MAX = 1_024;

/**
 * Reads once for all who ask the same within a turn, or while a read is under way. Each answer is of a read that
 * began after it was asked for, so nobody is shown less than what it has done before. The answer is
 * shared: nobody may change it.
 */
export function createSharedReads<A, O>(
  keyOf: (asked: A) => string,
  read: (asked: A) => Promise<O>,
  pace: Pick<GathererOptions, 'paced'> = {},
): (asked: A) => Promise<O> {
  const ask = createKeyedGatherer<A, O>(
    async (_key, [first, ...others]) => {
      if (first === undefined) return [];
      const answer = await read(first);
      return [answer, ...others.map(() => answer)];
    },
    READERS_MAX,
    pace,
  );
  return (asked) => ask(keyOf(asked), asked);
}
