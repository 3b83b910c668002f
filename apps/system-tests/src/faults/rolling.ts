import { setTimeout as delay } from 'node:timers/promises';
import { APP_NAMES } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import { defineScenario } from './define.ts';
import { none, noted } from './figures.ts';
import { startPlatform } from './platform.ts';
import { createReplicas } from './replicas.ts';
import { underLoad } from './under-load.ts';

const PATIENCE_MS = 300_000;
/** What the manifests set. */
const PAUSE_MS = 10_000;

/** All that serve; the sandbox is none of the platform's, and nobody signs in to a console here. */
const SERVED: readonly AppName[] = APP_NAMES.filter((app) => app !== 'sandbox');

/** 25: a rolling restart of every service under load; no caller gets an answer that it cannot use. */
export const rolling = defineScenario({
  title: 'every service is replaced under load, one after the other',
  settings: { rate: 3, before: 10, between: 2, after: 10 },
  run: async ({ rate, before, between, after }, log) => {
    const replicas = createReplicas();
    const pause = { SHUTDOWN_PAUSE_MS: String(PAUSE_MS) };
    const platform = await startPlatform({
      apps: SERVED,
      launch: replicas.launch,
      extra: Object.fromEntries(SERVED.map((app) => [app, pause])),
    });
    try {
      const harm = async (): Promise<void> => {
        await delay(before * 1_000);
        for (const app of SERVED) {
          log(`${app} is replaced`);
          await replicas.replace(app);
          await delay(between * 1_000);
        }
        await delay(after * 1_000);
      };
      const load = { ratePerSecond: rate, patienceMs: PATIENCE_MS };
      const { served, effects } = await underLoad(platform, load, harm, log);
      return [
        noted('services replaced', SERVED.length),
        ...served,
        ...effects,
        none('processes that ended unasked', platform.harness.crashes.length),
      ];
    } finally {
      await platform.stop();
    }
  },
});
