import { setTimeout as delay } from 'node:timers/promises';
import { defineScenario } from './define.ts';
import { none, noted, rounded } from './figures.ts';
import type { Figure } from './figures.ts';
import { REPEAT_MS } from './orders.ts';
import type { OrderRun } from './orders.ts';
import { startPlatform } from './platform.ts';
import { underLoad } from './under-load.ts';

const WAITS_MS = 60_000;
const PATIENCE_MS = 900_000;

/** 18b: the database is away under load; nothing that was waiting waits 60 s after its return. */
export const outage = defineScenario({
  title: 'the database is killed under load and comes back',
  settings: { rate: 3, before: 20, away: 140, after: 90 },
  run: async ({ rate, before, away, after }, log) => {
    const platform = await startPlatform();
    try {
      let backAt = 0;
      const harm = async (): Promise<void> => {
        await delay(before * 1_000);
        await platform.killDatabase();
        log(`the database is away for ${away} s`);
        await delay(away * 1_000);
        await platform.startDatabase();
        backAt = performance.now();
        log('it is back');
        await delay(after * 1_000);
      };
      const load = { ratePerSecond: rate, patienceMs: PATIENCE_MS };
      const { orders, served, effects } = await underLoad(platform, load, harm, log);
      return [
        ...served,
        ...waitFigures(orders, backAt),
        ...effects,
        none('processes that ended', platform.harness.crashes.length),
      ];
    } finally {
      await platform.stop();
    }
  },
});

/** How long orders waited after the return, or after their payment if that was later. */
function waitFigures(orders: readonly OrderRun[], backAt: number): Figure[] {
  const waited = orders.flatMap(({ paidAt, doneAt }) =>
    doneAt !== null && doneAt > backAt ? [doneAt - Math.max(backAt, paidAt)] : [],
  );
  const open = orders.filter(
    ({ paidAt, doneAt }) => paidAt < backAt && (doneAt === null || doneAt > backAt),
  );
  const late = orders.filter(
    ({ paidAt, doneAt }) => doneAt === null || doneAt - Math.max(backAt, paidAt) > WAITS_MS,
  );
  const ended = open
    .flatMap(({ doneAt }) => (doneAt === null ? [] : [(doneAt - backAt) / 1_000]))
    .toSorted((a, b) => a - b);
  const at = (share: number): string =>
    `${rounded(ended[Math.floor(ended.length * share)] ?? 0)} s`;
  return [
    noted('orders open at the return', open.length),
    noted('a tenth, half, nine tenths of them end within', [0.1, 0.5, 0.9].map(at).join(', ')),
    noted('longest wait after the return', `${rounded(Math.max(0, ...waited) / 1_000)} s`),
    none(`orders that wait ${WAITS_MS / 1_000} s after the return`, late.length),
    noted('callers repeat after', `${REPEAT_MS.join(', ')} ms, then every ${REPEAT_MS.at(-1)} ms`),
  ];
}
