/**
 * Runs tasks of one key one after the other and tasks of different keys side by side. Callers of
 * this process thus queue instead of losing compare-and-set races against each other; other
 * processes are handled by the version check. Holds entries only for keys that are in use.
 */
export function createKeyedMutex(): <T>(key: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key);
    const mine = before === undefined ? task() : before.then(task, task);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
}
