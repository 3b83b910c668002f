/** How work comes to its turn: `done` has its result; BUSY and LEFT were not begun. */
export type Turn<T> = { kind: 'done'; value: T } | { kind: 'BUSY' | 'LEFT' };

export type Turns = {
  take<T>(work: () => Promise<T>, turn: { first: boolean; signal: AbortSignal }): Promise<Turn<T>>;
};

type Came = 'TURN' | 'BUSY' | 'LEFT';
type Waiting = { come: (how: Came) => void; first: boolean };

export type TurnsOptions = {
  atOnce: number;
  /** How many wait, of those that are first and of the others. */
  waitingMax: number;
  /** How long one waits. */
  waitMaxMs: number;
};

/**
 * Runs at most `atOnce` works at once; the others wait in the order they came, those that are first
 * before all others. Whoever leaves while waiting, or waits too long, gives its place up.
 */
export function createTurns({ atOnce, waitingMax, waitMaxMs }: TurnsOptions): Turns {
  const waiting: Waiting[] = [];
  let running = 0;
  const wait = (first: boolean, signal: AbortSignal): Promise<Came> =>
    new Promise((resolve) => {
      const leave = () => give('LEFT');
      const place: Waiting = {
        first,
        come: (how) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', leave);
          resolve(how);
        },
      };
      const give = (how: Came): void => {
        waiting.splice(waiting.indexOf(place), 1);
        place.come(how);
      };
      const timer = setTimeout(() => give('BUSY'), waitMaxMs);
      signal.addEventListener('abort', leave);
      const behind = first ? waiting.findIndex((one) => !one.first) : -1;
      waiting.splice(behind < 0 ? waiting.length : behind, 0, place);
    });
  return {
    take: async (work, { first, signal }) => {
      if (signal.aborted) return { kind: 'LEFT' };
      if (running < atOnce) {
        running += 1;
      } else {
        if (waiting.filter((one) => one.first === first).length >= waitingMax) {
          return { kind: 'BUSY' };
        }
        const came = await wait(first, signal);
        if (came !== 'TURN') return { kind: came };
      }
      try {
        return { kind: 'done', value: await work() };
      } finally {
        // The turn goes on to the next; nobody else can take it in between.
        const next = waiting.shift();
        if (next) next.come('TURN');
        else running -= 1;
      }
    },
  };
}
