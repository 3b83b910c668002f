import { setTimeout as delay } from 'node:timers/promises';
import { APP_NAMES } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import { defineScenario } from './define.ts';
import { below, none, noted, quantile, rounded } from './figures.ts';
import type { Figure } from './figures.ts';
import { UNANSWERED } from './load-figures.ts';
import type { OrderRun } from './orders.ts';
import { startPlatform } from './platform.ts';
import { underLoad } from './under-load.ts';

const PATIENCE_MS = 90_000;
/** Paid to notified, of all orders of the run. */
const P99_MS = 3_000;

/** The services that an order passes, in its order. */
const CHAIN: readonly AppName[] = [
  'gateway-ingress',
  'order-router',
  'inventory-service',
  'catalog-sync',
  'fulfillment',
  'order-push',
  'settlement',
];

/** A service that was killed, and when the one in its place was ready. */
type Kill = { readonly app: AppName; readonly at: number; readonly readyAt: number };

/** Each service of the chain is killed under load, and started in its place as a supervisor would. */
export const killed = defineScenario({
  title: 'every service of the chain is killed under load and started again',
  settings: { rate: 30, before: 30, between: 20, after: 20 },
  run: async ({ rate, before, between, after }, log) => {
    const platform = await startPlatform({ apps: APP_NAMES.filter((app) => app !== 'sandbox') });
    const { stack, crashes } = platform.harness;
    const kills: Kill[] = [];
    try {
      const harm = async (): Promise<void> => {
        await delay(before * 1_000);
        for (const app of CHAIN) {
          const at = performance.now();
          await stack.kill(app);
          await stack.start(app);
          kills.push({ app, at, readyAt: performance.now() });
          log(`${app} was killed, and is ready`);
          await delay(between * 1_000);
        }
        await delay(after * 1_000);
      };
      const load = { ratePerSecond: rate, patienceMs: PATIENCE_MS };
      const { orders, served, effects } = await underLoad(platform, load, harm, log);
      return [
        ...served.map(unlessNobodyAnswers),
        ...waits(orders),
        ...kills.flatMap((kill, n) => waitsAfter(kill, kills[n + 1]?.at ?? Infinity, orders)),
        ...effects,
        none('processes that ended unasked', crashes.length),
      ];
    } finally {
      (await import('node:fs')).cpSync(
        platform.harness.logDir,
        process.env['KEEP_LOGS'] ?? '/tmp/idle-kill-logs',
        { recursive: true },
      );
      await platform.stop();
    }
  },
});

/** The only gateway is among those that are killed: who calls it then has no answer, and calls again. */
const unlessNobodyAnswers = (figure: Figure): Figure =>
  figure.name === UNANSWERED ? noted(UNANSWERED, figure.value) : figure;

const waitsOf = (orders: readonly OrderRun[]): number[] =>
  orders.flatMap(({ paidAt, notifiedAt }) => (notifiedAt === null ? [] : [notifiedAt - paidAt]));

function waits(orders: readonly OrderRun[]): Figure[] {
  const all = waitsOf(orders);
  return [
    noted('paid to notified p50', `${rounded(quantile(all, 0.5))} ms`),
    below('paid to notified p99', quantile(all, 0.99), P99_MS, 'ms'),
  ];
}

/** Of the orders paid from the kill to the next one; those before it have left the chain but for a few. */
function waitsAfter(kill: Kill, until: number, orders: readonly OrderRun[]): Figure[] {
  const paid = orders.filter(({ paidAt }) => paidAt >= kill.at && paidAt < until);
  const all = waitsOf(paid);
  const late = all.filter((ms) => ms > P99_MS).length;
  const [p50, longest] = [quantile(all, 0.5), Math.max(0, ...all)].map((ms) => `${rounded(ms)} ms`);
  const ready = `${rounded((kill.readyAt - kill.at) / 1_000)} s`;
  return [
    noted(`${kill.app}: ready again after`, ready),
    noted(`${kill.app}: paid to notified p50, longest`, `${p50}, ${longest}`),
    noted(`${kill.app}: orders that waited for 3 s`, `${late} of ${paid.length}`),
  ];
}
