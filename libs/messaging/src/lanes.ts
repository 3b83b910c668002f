/** Runs tasks of one lane one after the other and lanes side by side. */
export type Lanes = { push(lane: string, task: () => Promise<void>): void };

/** Tasks must not throw. A lane exists only while it has tasks. */
export function createLanes(): Lanes {
  const queues = new Map<string, (() => Promise<void>)[]>();
  const run = async (lane: string, queue: (() => Promise<void>)[]): Promise<void> => {
    for (let task = queue.shift(); task !== undefined; task = queue.shift()) await task();
    queues.delete(lane);
  };
  return {
    push: (lane, task) => {
      const queue = queues.get(lane);
      if (queue !== undefined) {
        queue.push(task);
        return;
      }
      const fresh = [task];
      queues.set(lane, fresh);
      void run(lane, fresh);
    },
  };
}

/** Bounds how many handlers run at once; waiting for a retry must not hold a slot. */
export type Slots = { use<T>(task: () => Promise<T>): Promise<T>; idle(): Promise<void> };

export function createSlots(count: number): Slots {
  const waiting: (() => void)[] = [];
  const settled: (() => void)[] = [];
  let free = count;
  const acquire = async (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return;
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next !== undefined) {
      next();
      return;
    }
    free += 1;
    if (free === count) for (const resolve of settled.splice(0)) resolve();
  };
  return {
    use: async (task) => {
      await acquire();
      try {
        return await task();
      } finally {
        release();
      }
    },
    idle: () =>
      free === count ? Promise.resolve() : new Promise((resolve) => settled.push(resolve)),
  };
}
