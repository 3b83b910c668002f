import { createGatherer } from './gatherer.ts';

/**
 * Runs together what is asked for one key within a turn of the event loop, or while the run before it is under
 * way: one document that many add to is written once for all of them. Keys run side by side. `run`
 * answers each item in its place; a run that fails fails for all its items.
 */
export function createKeyedGatherer<I, O>(
  run: (key: string, items: readonly I[]) => Promise<readonly (O | Error)[]>,
  itemsMax: number,
): (key: string, item: I) => Promise<O> {
  type Lane = { readonly add: (item: I) => Promise<O>; open: number };
  const lanes = new Map<string, Lane>();
  const laneOf = (key: string): Lane => {
    const known = lanes.get(key);
    if (known) return known;
    const options = { runsMax: 1, sizeMax: itemsMax, collects: true } as const;
    const lane: Lane = { add: createGatherer<I, O>((items) => run(key, items), options), open: 0 };
    lanes.set(key, lane);
    return lane;
  };
  return async (key, item) => {
    const lane = laneOf(key);
    lane.open += 1;
    try {
      return await lane.add(item);
    } finally {
      lane.open -= 1;
      if (lane.open === 0) lanes.delete(key);
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
): (asked: A) => Promise<O> {
  const ask = createKeyedGatherer<A, O>(async (_key, [first, ...others]) => {
    if (first === undefined) return [];
    const answer = await read(first);
    return [answer, ...others.map(() => answer)];
  }, READERS_MAX);
  return (asked) => ask(keyOf(asked), asked);
}
