/** A turn that takes longer than this waits for something slow, and holds nobody up. */
const TURN_MAX_MS = 50;
/** So many messages at once say that more are behind them. */
const MANY = 4;

/** What was fetched together, whatever its partitions. */
export type Turn = {
  /**
   * Resolves when the next fetch may begin: all messages have had their turn, or it has taken too long. Of many it lasts
   * as long again.
   */
  readonly over: Promise<void>;
  /** One of the messages has had its turn. */
  ended(): void;
};

/**
 * Turns of a consumer, one after the other. The next fetch waits for the turn that this one began: what comes meanwhile is
 * one turn, with one read, one append and one request to publish. Where many come and a turn takes long, because the machine
 * has more to do than it can, the rest of the crowd is waited for as long again: the busier, the larger the turns, and the
 * cheaper each message. On a machine with room a turn takes some milliseconds, and so does the wait.
 */
export type Turns = {
  /** So many messages have come. They belong to the turn that goes on, or begin one. */
  begin(count: number): Turn;
};

const NOTHING: Turn = { over: Promise.resolve(), ended: () => undefined };

export function createTurns(): Turns {
  let current: (Turn & { came(count: number): void }) | null = null;
  return {
    begin: (count) => {
      if (count === 0) return NOTHING;
      const turn = current ?? turnOf(() => (current = null));
      current = turn;
      turn.came(count);
      return turn;
    },
  };
}

function turnOf(onOver: () => void): Turn & { came(count: number): void } {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const begunAt = performance.now();
  let [open, all] = [0, 0];
  let isHad = false;
  const finish = (): void => {
    onOver();
    resolve();
  };
  const had = (): void => {
    if (isHad) return;
    isHad = true;
    clearTimeout(timer);
    if (all < MANY) finish();
    else setTimeout(finish, Math.min(performance.now() - begunAt, TURN_MAX_MS));
  };
  const timer = setTimeout(had, TURN_MAX_MS);
  return {
    over,
    came: (count) => {
      open += count;
      all += count;
    },
    ended: () => {
      open -= 1;
      if (open === 0) had();
    },
  };
}
