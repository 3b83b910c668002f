export type GathererOptions = {
  /** Groups under way at once. */
  readonly runsMax: number;
  /** Items in a group. */
  readonly sizeMax: number;
  /** A run begins after everything that the event loop has at hand: what one batch asks for goes out together. */
  readonly collects?: boolean;
  /**
   * After a run of several the next one is as long in coming as that one took: a machine that has more to do than it can
   * makes large groups. Who comes after a run of few waits for nothing.
   */
  readonly paced?: boolean;
};

/** A run of so many says that more are behind them. */
const SEVERAL = 4;
const PAUSE_MAX_MS = 20;

/**
 * Runs one by one what is asked for one by one, and together what was asked for while the runs before
 * were under way, as a database commits in groups: nobody waits for company, and the more there is to
 * do, the less each item costs. `run` answers each item in its place; an `Error` there is that item's
 * failure, a rejection is everybody's. What waits is bounded by who asks.
 */
export function createGatherer<I, O>(
  run: (items: readonly I[]) => Promise<readonly (O | Error)[]>,
  { runsMax, sizeMax, collects = false, paced = false }: GathererOptions,
): (item: I) => Promise<O> {
  type Waiting = { item: I; resolve: (value: O) => void; reject: (error: unknown) => void };
  const waiting: Waiting[] = [];
  let running = 0;
  const runGroup = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const outcomes = await run(group.map(({ item }) => item));
      for (const [index, { resolve, reject }] of group.entries()) {
        const outcome = outcomes[index];
        if (outcome instanceof Error) reject(outcome);
        else resolve(outcome as O);
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  };
  const next = (): void => {
    while (running < runsMax && waiting.length > 0) {
      running += 1;
      const group = waiting.splice(0, sizeMax);
      const begunAt = performance.now();
      const ended = (): void => {
        running -= 1;
        next();
      };
      void runGroup(group).then(() => {
        if (!paced || group.length < SEVERAL) ended();
        else setTimeout(ended, Math.min(performance.now() - begunAt, PAUSE_MAX_MS));
      });
    }
  };
  let isScheduled = false;
  const begin = (): void => {
    if (!collects) {
      next();
      return;
    }
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      next();
    });
  };
  return (item) =>
    new Promise<O>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      begin();
    });
}
