/** How a group fetches: the brokers answer when so many bytes have come, or after so many milliseconds. */
type Fetching = { readonly minBytes: number; readonly maxWaitMs: number };

/** A long poll: data answers it at once, silence costs two requests a second. */
const AT_ONCE: Fetching = { minBytes: 1, maxWaitMs: 500 };
/** What has come in a second is one answer, and one turn of the handlers. */
const AT_LEISURE: Fetching = { minBytes: 262_144, maxWaitMs: 1_000 };
/**
 * As long as a heartbeat is away from the next: the client tells that the member lives between two fetches. Data answers
 * at once here too. What it holds up is a member that leaves, and a partition that is fetched again.
 */
const QUIET: Fetching = { minBytes: 1, maxWaitMs: 2_000 };
const QUIET_AFTER_MS = 10_000;

export type FetchPace = {
  /** Settings for kafkajs, which reads them as numbers at each fetch. */
  readonly minBytes: number;
  readonly maxWaitTimeInMs: number;
  /** Messages have come. */
  came(): void;
  /** A partition that is not fetched is fetched again by the next request, which must not be far. */
  paused(partition: string): void;
  resumed(partition: string): void;
};

/** Fetches as its group is meant to while there is something to do, and rarely while nothing comes. */
export function createFetchPace(leisurely: boolean, nowMs = () => performance.now()): FetchPace {
  const busy = leisurely ? AT_LEISURE : AT_ONCE;
  const paused = new Set<string>();
  let cameAt = nowMs();
  const now = (): Fetching =>
    paused.size === 0 && nowMs() - cameAt >= QUIET_AFTER_MS ? QUIET : busy;
  return {
    minBytes: readEachTime(() => now().minBytes),
    maxWaitTimeInMs: readEachTime(() => now().maxWaitMs),
    came: () => {
      cameAt = nowMs();
    },
    paused: (partition) => void paused.add(partition),
    resumed: (partition) => {
      if (paused.delete(partition)) cameAt = nowMs();
    },
  };
}

/** kafkajs 2.2.4 takes these two once, and converts them whenever it writes a request. */
const readEachTime = (read: () => number): number =>
  ({ [Symbol.toPrimitive]: read }) as unknown as number;
