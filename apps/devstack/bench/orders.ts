/**
 * Orders through the whole chain on one machine: starts everything on ports of its own, pays trades
 * at a fixed rate (open loop), lets the sandbox's POS accept and ship them, and prints what came out.
 *
 *   npm run bench:orders -- [--rate 200] [--seconds 300] [--orders rate * seconds] [--idle 10] [--calls 64] [--warm-up 100] [--one-process]
 *
 * Tmall has `--calls` messages under way. First everything is idle for so many seconds, after two and a half times as many in which it settles. With --orders 0 that is all.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startKafka, startMongo, storedIn } from '@astrolabe/local-servers';
import {
  SERVICES_TOGETHER,
  anyPorts,
  demoSeller,
  httpUrl,
  loadSeller,
  startStack,
} from '@astrolabe/local-stack';
import { bindXml, createStoreXml, initialiseXml } from '../src/tour/requests.ts';
import { connectSandbox } from '../src/tour/sandbox.ts';
import {
  cpuSecondsOf,
  measured,
  printProcesses,
  printStored,
  printWork,
  processesOf,
} from './usage.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string' },
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '300' },
    idle: { type: 'string', default: '10' },
    calls: { type: 'string', default: '64' },
    'warm-up': { type: 'string', default: '100' },
    'one-process': { type: 'boolean', default: false },
  },
});
const [ratePerSecond, idleSeconds] = [Number(values.rate), Number(values.idle)];
const callsAtOnce = Number(values.calls);
const orders = Math.round(Number(values.orders ?? ratePerSecond * Number(values.seconds)));
/** Processes that have compiled nothing yet cost twice as much; a long one tells what a running platform costs. */
const WARM_UP = { orders: Number(values['warm-up']), ratePerSecond: 10 };
/** Times as long as it is measured: queues look less often when there has been nothing to do for a minute. */
const SETTLING = 2.5;
const STOCK_PIECES = 100_000_000n;

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-bench-'));
const root = resolve(import.meta.dirname, '../../..');
const kafka = await startKafka({ dataDir: join(folder, 'kafka') });
const mongo = await startMongo({ dataDir: join(folder, 'mongo') });
const stack = await startStack({
  root,
  ports: await anyPorts(),
  together: values['one-process'] ? SERVICES_TOGETHER : [],
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
const processes = processesOf(stack, [
  ['kafka', kafka.pid],
  ['mongodb', mongo.pid],
]);

async function load(run: { orders: number; ratePerSecond: number }): Promise<object> {
  const url = httpUrl(stack, 'sandbox');
  const body = JSON.stringify({
    sellerId: seller.sellerId,
    ...run,
    callsAtOnce,
    timeoutMs: 300_000,
  });
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

  if (idleSeconds > 0) {
    await delay(SETTLING * idleSeconds * 1_000);
    const idle = await measured(stack, processes, () => delay(idleSeconds * 1_000));
    console.log(`idle for ${idleSeconds} s`);
    printProcesses(processes, idle);
    printWork(idle, { per: idle.seconds / 60, heading: 'per minute' });
  }
  if (orders > 0) {
    await load(WARM_UP);
    let report = {};
    const before = await storedIn(mongo.uri, 'bench_');
    const under = await measured(stack, processes, async () => {
      report = await load({ orders, ratePerSecond });
    });
    console.log(`\nunder load`);
    printProcesses(processes, under, orders);
    printWork(under, { per: orders, heading: 'per order' });
    printStored(before, await storedIn(mongo.uri, 'bench_'), orders);
    console.log(
      JSON.stringify({
        ...report,
        cpuSecondsPerOrder: Number((cpuSecondsOf(processes, under) / orders).toFixed(4)),
        callsAtOnce,
        cores: cpus().length,
        traceSampleRatio: 0.05,
        database: 'sync on commit',
        warmUpOrders: WARM_UP.orders,
      }),
    );
  }
} finally {
  await stack.stop();
  await kafka.stop();
  await mongo.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
