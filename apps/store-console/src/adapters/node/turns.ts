/** How work comes to its turn: `done` has its result; BUSY and LEFT were not begun. */
export type Turn<T> = { kind: 'done'; value: T } | { kind: 'BUSY' | 'LEFT' };

export type Turns = {
  take<T>(work: () => Promise<T>, turn: { first: boolean; signal: AbortSignal }): Promise<Turn<T>>;
};

type Waiting = { go: (isTurn: boolean) => void; first: boolean };

/**
 * Runs at most `atOnce` works at once. Of each kind, the first and the others, at most `waitingMax`
 * wait, in the order they came; those that are first go before all others. Whoever leaves while
 * waiting gives its place up.
 */
export function createTurns(atOnce: number, waitingMax: number): Turns {
  const waiting: Waiting[] = [];
  let running = 0;
  const wait = (first: boolean, signal: AbortSignal): Promise<boolean> =>
    new Promise((resolve) => {
      const place: Waiting = { go: resolve, first };
      const behind = first ? waiting.findIndex((one) => !one.first) : -1;
      waiting.splice(behind < 0 ? waiting.length : behind, 0, place);
      signal.addEventListener('abort', () => {
        const index = waiting.indexOf(place);
        if (index < 0) return;
        waiting.splice(index, 1);
        resolve(false);
      });
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
        if (!(await wait(first, signal))) return { kind: 'LEFT' };
      }
      try {
        return { kind: 'done', value: await work() };
      } finally {
        // The turn goes on to the next; nobody else can take it in between.
        const next = waiting.shift();
        if (next) next.go(true);
        else running -= 1;
      }
    },
  };
}
