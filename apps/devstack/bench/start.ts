/**
 * How long the platform takes to start, and how much memory it has then, with a process for each
 * service and with the services in one. Both in turn, on the same broker and database.
 *
 *   npm run bench:start -- [--rounds 3] [--idle 10]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startKafka, startMongo, usageOf } from '@astrolabe/local-servers';
import type { Usage } from '@astrolabe/local-servers';
import { APP_NAMES, SERVICES_TOGETHER, anyPorts, startStack } from '@astrolabe/local-stack';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    idle: { type: 'string', default: '10' },
  },
});
const [rounds, idleSeconds] = [Number(values.rounds), Number(values.idle)];
const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-'));
const root = resolve(import.meta.dirname, '../../..');
const kafka = await startKafka({ dataDir: join(folder, 'kafka') });
const mongo = await startMongo({ dataDir: join(folder, 'mongo') });
const newKey = (): string => randomBytes(32).toString('base64');

const sum = (all: readonly Usage[], of: (usage: Usage) => number): number =>
  all.reduce((total, usage) => total + of(usage), 0);

async function measure(mode: string, together: typeof SERVICES_TOGETHER): Promise<void> {
  const name = randomBytes(4).toString('hex');
  const ports = await anyPorts();
  const begunAt = performance.now();
  const stack = await startStack({
    root,
    ports,
    together,
    logDir: join(folder, name),
    onCrash: (app, how) => console.error(`${app} ended: ${how}`),
    settings: {
      kafkaBrokers: kafka.brokers,
      mongoUri: mongo.uri,
      databasePrefix: `start_${name}_`,
      topicPrefix: `start.${name}.`,
      traceSampleRatio: 1,
      logLevel: 'warn',
      keys: {
        rawBodyKey: newKey(),
        identityRoot: newKey(),
        connectionKey: newKey(),
        pushKey: newKey(),
      },
      webDist: join(root, 'apps/console/dist'),
    },
  });
  const startSeconds = (performance.now() - begunAt) / 1000;
  const pids = [...new Set(APP_NAMES.map((app) => stack.pid(app)))];
  const started = pids.map(usageOf);
  await delay(idleSeconds * 1000);
  const idle = pids.map(usageOf);
  const stopAt = performance.now();
  await stack.stop();
  const cpuAtStart = sum(started, ({ cpuSeconds }) => cpuSeconds);
  const cpuIdle = sum(idle, ({ cpuSeconds }) => cpuSeconds) - cpuAtStart;
  console.log(
    JSON.stringify({
      mode,
      processes: pids.length,
      startSeconds: Number(startSeconds.toFixed(1)),
      startCpuSeconds: Number(cpuAtStart.toFixed(1)),
      residentMb: Math.round(sum(idle, ({ residentMb }) => residentMb)),
      idleCpuPercent: Number(((cpuIdle / idleSeconds) * 100).toFixed(1)),
      stopSeconds: Number(((performance.now() - stopAt) / 1000).toFixed(1)),
      cores: cpus().length,
    }),
  );
}

try {
  for (let round = 0; round < rounds; round += 1) {
    await measure('a process each', []);
    await measure('services in one', SERVICES_TOGETHER);
  }
} finally {
  await Promise.all([kafka.stop(), mongo.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
