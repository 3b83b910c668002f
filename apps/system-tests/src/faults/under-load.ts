import type { Log } from './define.ts';
import { none, rounded } from './figures.ts';
import type { Figure } from './figures.ts';
import { lettersOf } from './given-up.ts';
import { loadFigures } from './load-figures.ts';
import { runOrders, sellerForLoad } from './orders.ts';
import type { Call, Load, OrderRun } from './orders.ts';
import type { Platform } from './platform.ts';
import { settled } from './settled.ts';

/** What came of a load: its orders, how they were served, and what they left behind. */
export type Loaded = {
  readonly orders: readonly OrderRun[];
  readonly served: readonly Figure[];
  readonly effects: readonly Figure[];
};

const SLOWEST = 5;
const TEXT_MAX = 100;

const slowest = (orders: readonly OrderRun[]): readonly Call[] =>
  orders
    .flatMap(({ calls }) => calls)
    .toSorted((a, b) => b.tookMs - a.tookMs)
    .slice(0, SLOWEST);

/** Pays orders at a fixed rate for as long as `during` does its harm, then waits until all are over. */
export async function underLoad(
  { harness }: Platform,
  load: Pick<Load, 'ratePerSecond' | 'patienceMs'>,
  during: () => Promise<void>,
  log: Log,
): Promise<Loaded> {
  const actor = await sellerForLoad(harness);
  const over = new AbortController();
  const startedAt = performance.now();
  const running = runOrders(actor, { ...load, until: over.signal });
  await during();
  over.abort();
  const offeredFor = (performance.now() - startedAt) / 1_000;
  const orders = await running;
  log(`${orders.length} orders are over; their effects are looked at`);
  for (const { step, kind, at, tookMs, text } of slowest(orders)) {
    const when = Math.round((at - startedAt) / 1_000);
    log(`${rounded(tookMs)} ms at ${when} s: ${step}, ${kind}: ${text.slice(0, TEXT_MAX)}`);
  }
  return {
    orders,
    served: loadFigures(orders, offeredFor),
    effects: [
      ...(await settled(actor, orders)),
      none('messages given up (dead letters)', await lettersOf(harness)),
    ],
  };
}
