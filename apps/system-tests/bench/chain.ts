/**
 * What an order costs with few and with many orders in the database: the database is filled the way a year would, and at each
 * size orders are paid at a fixed rate and taken through the whole chain. Prints a row for each size, and as its last line one
 * JSON object.
 *
 *   npm run bench:chain -- [--orders 300000] [--sizes 0,10000,60000] [--rate 10] [--seconds 60]
 */
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { usageOf } from '@astrolabe/local-servers';
import { APP_NAMES } from '@astrolabe/local-stack';
import { quantile, rounded } from '../src/faults/figures.ts';
import { runOrders, sellerForLoad } from '../src/faults/orders.ts';
import type { OrderRun } from '../src/faults/orders.ts';
import { startPlatform } from '../src/faults/platform.ts';
import { OrderFiller } from './fill-orders.ts';
import type { Actor } from '../src/scenario.ts';

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '300000' },
    sizes: { type: 'string', default: '0,10000,60000' },
    rate: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
  },
});
const [orders, rate, seconds] = [values.orders, values.rate, values.seconds].map(Number) as [
  number,
  number,
  number,
];
const sizes = [
  ...values.sizes
    .split(',')
    .map(Number)
    .filter((size) => size < orders),
  orders,
];

const WARM_UP = { rate: 10, seconds: 40 };
const PATIENCE_MS = 120_000;
/** An order has cost what it costs when what follows its end has been written, too. */
const AT_REST_MS = 5_000;
const FLAT_PERCENT = 15;
const YEAR_DAYS = 365;

const apps = APP_NAMES.filter((app) => app !== 'sandbox');
const platform = await startPlatform({
  apps,
  extra: Object.fromEntries(apps.map((app) => [app, { TRACE_SAMPLE_RATIO: '0.05' }])),
});
const { stack } = platform.harness;
const pids: readonly (readonly [string, number])[] = [
  ...apps.map((app) => [app, stack.pid(app)] as const),
  ...Object.entries(platform.serverPids()),
];

type Row = {
  readonly size: number;
  readonly fillSeconds: number;
  readonly orders: number;
  readonly notCompleted: number;
  readonly cpuMs: number;
  readonly notifiedMs: { readonly p50: number; readonly p99: number };
  /** Processor time an order by process, ms. */
  readonly each: Readonly<Record<string, number>>;
};

let paidSoFar = 0;
try {
  const actor = await sellerForLoad(platform.harness);
  const warm = await paid(actor, WARM_UP);
  const filler = await fillerOf(warm);
  console.log(`filled are ${filler.collections().join(', ')}`);
  const rows: Row[] = [];
  for (const size of sizes) {
    const fillSeconds = rounded(await filler.fillTo(size));
    const row = { size, fillSeconds, ...(await measured(actor)) };
    rows.push(row);
    print(row);
  }
  await filler.close();
  const costs = rows.filter(({ size }) => size > 0).map(({ cpuMs }) => cpuMs);
  const spread = (Math.max(...costs) / Math.min(...costs) - 1) * 100;
  console.log(`an order costs the same within ${spread.toFixed(0)} % (target ${FLAT_PERCENT} %)`);
  const settings = { rate, seconds, cores: cpus().length, node: process.version };
  console.log(JSON.stringify({ bench: 'chain', ...settings, database: 'sync on commit', rows }));
} finally {
  await platform.stop();
}
process.exit();

async function paid(actor: Actor, load: { rate: number; seconds: number }): Promise<OrderRun[]> {
  const orders = await runOrders(actor, {
    ratePerSecond: load.rate,
    until: AbortSignal.timeout(load.seconds * 1_000),
    patienceMs: PATIENCE_MS,
    after: paidSoFar,
  });
  paidSoFar += orders.length;
  return orders;
}

/** Of the first order that has been through the chain. */
function fillerOf(orders: readonly OrderRun[]): Promise<OrderFiller> {
  const done = orders.find(({ doneAt }) => doneAt !== null);
  if (!done) throw new Error('no order was completed');
  const { tid } = done;
  const template = {
    number: tid,
    lines: [String(BigInt(tid) + 1n)],
    share: 1,
    has: ['orders', 'fulfilments', 'order_figures', 'store_asks', 'receivables'],
  };
  return OrderFiller.of(platform.mongoUri, stack.settings.databasePrefix, {
    templates: [template],
    days: YEAR_DAYS,
  });
}

/** Pays orders, and reads what they have cost every process. */
async function measured(actor: Actor): Promise<Omit<Row, 'size' | 'fillSeconds'>> {
  const before = pids.map(([, pid]) => usageOf(pid).cpuSeconds);
  const all = await paid(actor, { rate, seconds });
  await delay(AT_REST_MS);
  const each = Object.fromEntries(
    pids.map(([name, pid], n): [string, number] => {
      const used = usageOf(pid).cpuSeconds - (before[n] ?? 0);
      return [name, rounded((used * 1_000) / all.length)];
    }),
  );
  const waits = all.flatMap(({ paidAt, notifiedAt }) =>
    notifiedAt === null ? [] : [notifiedAt - paidAt],
  );
  return {
    orders: all.length,
    notCompleted: all.filter(({ doneAt }) => doneAt === null).length,
    cpuMs: rounded(Object.values(each).reduce((sum, ms) => sum + ms, 0)),
    notifiedMs: { p50: rounded(quantile(waits, 0.5)), p99: rounded(quantile(waits, 0.99)) },
    each,
  };
}

function print({
  size,
  fillSeconds,
  orders: count,
  notCompleted,
  cpuMs,
  notifiedMs,
  each,
}: Row): void {
  const parts = Object.entries(each).map(([name, ms]) => `${name} ${ms}`);
  console.log(
    `${size} orders (filled in ${fillSeconds} s): ${cpuMs} ms of CPU an order, ` +
      `notified after ${notifiedMs.p50} / ${notifiedMs.p99} ms (p50 / p99), ${notCompleted} of ${count} not completed`,
  );
  console.log(`  ${parts.join(', ')}`);
}
