import type { OrderName } from './ports.ts';

export type NotifierDeps = {
  notify: (order: OrderName) => Promise<void>;
  /** Orders whose notification was due some time ago: left by a crash, or waiting for a retry. */
  overdue: (limit: number) => Promise<OrderName[]>;
  onError: (order: OrderName, error: unknown) => void;
  /** Calls `work` again and again until it is stopped. */
  every: (intervalMs: number, work: () => Promise<void>) => { stop(): Promise<void> };
};

const AT_ONCE_MAX = 32;
const WAITING_MAX = 10_000;
const SWEEP_MS = 500;
const SWEEP_ORDERS_MAX = 200;

/**
 * Runs notifications beside the consumers: at once for what was just allocated, and by sweeping for
 * what is due otherwise. Bounded: what does not fit waits for a sweep.
 */
export function createNotifier(deps: NotifierDeps) {
  const waiting = new Map<string, OrderName>();
  const running = new Map<string, Promise<void>>();
  let stopped = false;

  const keyOf = ({ sellerId, tradeId }: OrderName): string => `${sellerId}/${tradeId}`;

  const fill = (): void => {
    for (const [key, order] of waiting) {
      if (stopped || running.size >= AT_ONCE_MAX) return;
      if (running.has(key)) continue;
      waiting.delete(key);
      const work = deps
        .notify(order)
        .catch((error: unknown) => deps.onError(order, error))
        .then(() => {
          running.delete(key);
          fill();
        });
      running.set(key, work);
    }
  };

  const add = (order: OrderName): void => {
    if (waiting.size >= WAITING_MAX) return;
    waiting.set(keyOf(order), order);
    fill();
  };

  let sweep: { stop(): Promise<void> } | null = null;
  return {
    add,
    component: {
      name: 'notifier',
      start: async () => {
        sweep = deps.every(SWEEP_MS, async () => {
          for (const order of await deps.overdue(SWEEP_ORDERS_MAX)) add(order);
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
