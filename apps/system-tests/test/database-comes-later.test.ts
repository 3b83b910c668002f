import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { spawnService, startMongo } from '@astrolabe/local-servers';
import type { MongoServer, RunningProcess } from '@astrolabe/local-servers';
import { environmentOf } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import { TEST_IDENTITY_ROOT, eventually, servers } from '@astrolabe/testing';
import { afterAll, expect, test } from 'vitest';
import { freePorts } from '../src/harness.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** All that have a database. */
const APPS: readonly AppName[] = [
  'catalog-sync',
  'inventory-service',
  'order-router',
  'fulfillment',
  'settlement',
  'order-push',
  'gateway-ingress',
  'govmall-adapter',
  'isv-allocator',
  'console',
];
/** A try takes five seconds. */
const PATIENT = { timeoutMs: 120_000, intervalMs: 200 };

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-later-'));
const ports = await freePorts();
// No sandbox runs here: at its ports are the database, and nothing.
const databasePort = ports.sandbox.health;
const running: RunningProcess[] = [];
let mongo: MongoServer | null = null;
afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()));
  await mongo?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const key = (): string => randomBytes(32).toString('base64');
const settings = {
  kafkaBrokers: servers().kafkaBrokers,
  mongoUri: `mongodb://127.0.0.1:${databasePort}/?directConnection=true`,
  databasePrefix: 'later_',
  topicPrefix: `later.${randomBytes(4).toString('hex')}.`,
  traceSampleRatio: 0,
  logLevel: 'info',
  keys: {
    rawBodyKey: key(),
    connectionKey: key(),
    pushKey: key(),
    identityRoot: TEST_IDENTITY_ROOT,
  },
  webDist: folder,
};

const logOf = (app: AppName): string => join(folder, `${app}.log`);

async function start(app: AppName, more: Record<string, string> = {}): Promise<RunningProcess> {
  const service = await spawnService({
    entry: join(ROOT, 'apps', app, 'src/main.ts'),
    name: app,
    logFile: logOf(app),
    env: { ...environmentOf(app, ports, settings), ...more },
  });
  running.push(service);
  return service;
}

/** The waits that a service has logged, as how long each had lasted. */
const waitsOf = (app: AppName): number[] =>
  (existsSync(logOf(app)) ? readFileSync(logOf(app), 'utf8') : '')
    .split('\n')
    .filter((line) => line.includes('waits for the database'))
    .map((line) => (JSON.parse(line) as { waitedMs: number }).waitedMs);

const statusOf = async (app: AppName, path: string): Promise<number> =>
  (await fetch(`http://127.0.0.1:${ports[app].health}${path}`)).status;

test('a service whose database comes later waits for it, alive and unready, and says how long', async () => {
  const started = Promise.all(APPS.map((app) => start(app)));
  await Promise.race([
    started.then(() => expect.unreachable('a service was ready without a database')),
    Promise.all(
      APPS.map((app) => eventually(() => expect(waitsOf(app).length).toBeGreaterThan(1), PATIENT)),
    ),
  ]);
  for (const app of APPS) {
    expect([app, await statusOf(app, '/livez'), await statusOf(app, '/readyz')]).toEqual([
      app,
      200,
      503,
    ]);
    const [first = 0, second = 0] = waitsOf(app);
    expect(second).toBeGreaterThan(first);
  }
  mongo = await startMongo({ dataDir: join(folder, 'mongo'), port: databasePort });
  await started;
  // The others also wait for their topics, which nobody has made here.
  for (const app of ['govmall-adapter', 'isv-allocator'] as const) {
    await eventually(async () => expect(await statusOf(app, '/readyz')).toBe(200), PATIENT);
  }
}, 300_000);

test('a service whose database does not come in time ends, and says why', async () => {
  const nowhere = `mongodb://127.0.0.1:${ports.sandbox.http}/?directConnection=true`;
  const more = { MONGODB_URI: nowhere, STARTUP_WAIT_MS: '1000' };
  // Beside the one that runs: ports of its own.
  const own = { GRPC_PORT: '0', HEALTH_PORT: '0' };
  await expect(start('settlement', { ...more, ...own })).rejects.toThrow(
    /exit code 1(.|\n)*ECONNREFUSED/,
  );
});
