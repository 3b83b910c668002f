import type { TradeName } from '../domain/allocation.ts';

export type WorkerDeps = {
  readonly work: (name: TradeName) => Promise<void>;
  readonly due: (limit: number) => Promise<TradeName[]>;
  readonly onError: (name: TradeName, error: unknown) => void;
  /** Calls `sweep` again and again until it is stopped. */
  readonly every: (intervalMs: number, sweep: () => Promise<void>) => { stop(): Promise<void> };
};

const AT_ONCE_MAX = 32;
const SWEEP_MS = 500;

/**
 * Works on trades beside the requests: at once on what was just asked, and by sweeping on what is
 * due otherwise. A trade that finds no room is left to a sweep: that it is due is in its document.
 */
export function createWorker(deps: WorkerDeps) {
  const running = new Map<string, Promise<void>>();
  /** Asked for while they ran: they run once more. */
  const again = new Map<string, TradeName>();
  let stopped = false;

  const keyOf = ({ sellerId, tradeId }: TradeName): string => `${sellerId}/${tradeId}`;

  const run = (name: TradeName): void => {
    const key = keyOf(name);
    if (running.has(key)) {
      again.set(key, name);
      return;
    }
    if (stopped || running.size >= AT_ONCE_MAX) return;
    const work = deps
      .work(name)
      .catch((error: unknown) => deps.onError(name, error))
      .then(() => {
        running.delete(key);
        const asked = again.get(key);
        again.delete(key);
        if (asked) run(asked);
      });
    running.set(key, work);
  };

  let sweep: { stop(): Promise<void> } | null = null;
  return {
    add: run,
    component: {
      name: 'worker',
      start: async () => {
        sweep = deps.every(SWEEP_MS, async () => {
          for (const name of await deps.due(AT_ONCE_MAX)) {
            if (!running.has(keyOf(name))) run(name);
          }
        });
      },
      stop: async () => {
        stopped = true;
        await sweep?.stop();
        await Promise.all(running.values());
      },
    },
  };
}
