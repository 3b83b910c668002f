/**
 * Orders through the whole chain on one machine: starts everything on ports of its own, pays trades
 * at a fixed rate (open loop), lets the sandbox's POS accept and ship them, and prints what came out.
 *
 *   npm run bench:orders -- [--rate 200] [--seconds 300] [--orders rate * seconds] [--idle 10]
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startKafka, startMongo, usageOf } from '@astrolabe/local-servers';
import type { Usage } from '@astrolabe/local-servers';
import {
  APP_NAMES,
  anyPorts,
  askedMore,
  askedOf,
  demoSeller,
  httpUrl,
  loadSeller,
  startStack,
} from '@astrolabe/local-stack';
import { bindXml, createStoreXml, initialiseXml } from '../src/tour/requests.ts';
import { connectSandbox } from '../src/tour/sandbox.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '300' },
    idle: { type: 'string', default: '10' },
  },
});
const [ratePerSecond, idleSeconds] = [Number(values.rate), Number(values.idle)];
const orders = Math.round(Number(values.orders ?? ratePerSecond * Number(values.seconds)));
const WARM_UP = { orders: 100, ratePerSecond: 10 };
const STOCK_PIECES = 100_000_000n;

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-'));
const root = resolve(import.meta.dirname, '../../..');
const kafka = await startKafka({ dataDir: join(folder, 'kafka') });
const mongo = await startMongo({ dataDir: join(folder, 'mongo') });
const stack = await startStack({
  root,
  ports: await anyPorts(),
  logDir: join(folder, 'logs'),
  onCrash: (app, how) => console.error(`${app} ended: ${how}`),
  settings: {
    kafkaBrokers: kafka.brokers,
    mongoUri: mongo.uri,
    databasePrefix: 'bench_',
    topicPrefix: '',
    traceSampleRatio: 0.05,
    logLevel: 'warn',
    keys: {
      rawBodyKey: randomBytes(32).toString('base64'),
      identityRoot: randomBytes(32).toString('base64'),
      connectionKey: randomBytes(32).toString('base64'),
      pushKey: randomBytes(32).toString('base64'),
    },
    webDist: join(root, 'apps/console/dist'),
  },
});
const pids: [string, number][] = [
  ...APP_NAMES.map((app): [string, number] => [app, stack.pid(app)]),
  ['kafka', kafka.pid],
  ['mongodb', mongo.pid],
];
const measure = () => new Map(pids.map(([name, pid]) => [name, usageOf(pid)]));

async function load(run: { orders: number; ratePerSecond: number }): Promise<object> {
  const url = httpUrl(stack, 'sandbox');
  const body = JSON.stringify({ sellerId: seller.sellerId, ...run, timeoutMs: 300_000 });
  const started = await fetch(`${url}/control/load`, { method: 'POST', body });
  const { run: id } = (await started.json()) as { run: string };
  for (;;) {
    const answer = await fetch(`${url}/control/load/${id}`);
    const { report } = (await answer.json()) as { report: object | null };
    if (report) return report;
  }
}

const seller = demoSeller(httpUrl(stack, 'sandbox'));
try {
  const sandbox = connectSandbox(httpUrl(stack, 'sandbox'));
  await loadSeller(stack, seller);
  await sandbox.configure(seller);
  await sandbox.erp(
    seller.sellerId,
    'taobao.qimen.store.create',
    createStoreXml('S001', '文一西路店'),
  );
  await sandbox.erp(seller.sellerId, 'taobao.qimen.itemstore.banding', bindXml(['1342']));
  const lines = [
    { place: { type: 'WAREHOUSE', id: 'WH-01' }, kind: 'CERTAIN', billNum: 'B-1' },
    { place: { type: 'STORE', id: '1342' }, kind: 'SHARED', billNum: 'B-2' },
  ] as const;
  const xml = initialiseXml(
    seller.sellerId,
    lines.map((line) => ({ ...line, pieces: STOCK_PIECES })),
    new Date(),
  );
  await sandbox.erp(seller.sellerId, 'taobao.qimen.storeinventory.iteminitial', xml);
  await fetch(`${httpUrl(stack, 'sandbox')}/control/pos/policy`, {
    method: 'PUT',
    body: JSON.stringify({ sellerId: seller.sellerId, mode: 'auto-complete' }),
  });

  const idleBefore = measure();
  await delay(idleSeconds * 1000);
  const idleAfter = measure();
  await load(WARM_UP);
  const before = measure();
  const askedBefore = await askedOf(stack.ports, APP_NAMES);
  const startedAt = performance.now();
  const report = await load({ orders, ratePerSecond });
  const seconds = (performance.now() - startedAt) / 1000;
  const after = measure();
  const askedAfter = await askedOf(stack.ports, APP_NAMES);

  console.log('process             idle CPU %   CPU % under load   CPU ms/order   resident MB');
  let cpuSeconds = 0;
  for (const [name] of pids) {
    const cpu = (to: Map<string, Usage>, from: Map<string, Usage>, over: number) =>
      (((to.get(name)?.cpuSeconds ?? 0) - (from.get(name)?.cpuSeconds ?? 0)) / over) * 100;
    const used = (after.get(name)?.cpuSeconds ?? 0) - (before.get(name)?.cpuSeconds ?? 0);
    cpuSeconds += used;
    console.log(
      name.padEnd(20) +
        cpu(idleAfter, idleBefore, idleSeconds).toFixed(1).padStart(10) +
        cpu(after, before, seconds).toFixed(1).padStart(19) +
        ((used * 1000) / orders).toFixed(1).padStart(15) +
        (after.get(name)?.residentMb ?? 0).toFixed(0).padStart(14),
    );
  }
  console.log('\nper order             commands, calls and produce requests');
  for (const [what, each] of askedMore(askedBefore, askedAfter, orders)) {
    console.log(`${each.toFixed(2).padStart(8)}  ${what}`);
  }
  console.log(
    JSON.stringify({
      ...report,
      cpuSecondsPerOrder: Number((cpuSeconds / orders).toFixed(4)),
      cores: cpus().length,
      traceSampleRatio: 0.05,
      database: 'sync on commit',
      warmUpOrders: WARM_UP.orders,
    }),
  );
} finally {
  await stack.stop();
  await kafka.stop();
  await mongo.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
