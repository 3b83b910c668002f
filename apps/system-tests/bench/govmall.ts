/**
 * What a government mall's reads cost over a large catalogue: pages of 2.4, 2.22 and 2.23, a detail, and stock and prices
 * of 100 SKUs, the same for all callers and others for each; right after each of the large ones, from the same sender, a route that
 * does nothing, which is sent the same bytes and answers as many. The database has all goods before anything is measured. Prints a table, and as its last line one JSON object.
 *
 *   npm run bench:govmall -- [--skus 100000] [--requests 2000] [--large 2000] [--connections 32] [--pages 40]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { usageOf } from '@astrolabe/local-servers';
import type { AppName } from '@astrolabe/local-stack';
import { startPlatform } from '../src/faults/platform.ts';
import { SERVICES } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';
import { post } from '../src/wire.ts';
import { burst } from './burst.ts';
import type { Burst } from './burst.ts';
import { putGoods, putStock } from './goods.ts';
import { pageRows, wireRows } from './mall-rows.ts';
import type { MallRow, WireRow } from './mall-rows.ts';

const { values } = parseArgs({
  options: {
    skus: { type: 'string', default: '100000' },
    requests: { type: 'string', default: '2000' },
    large: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '32' },
    pages: { type: 'string', default: '40' },
  },
});
const [skus, requests, largeCalls, connections, pages] = [
  Number(values.skus),
  Number(values.requests),
  Number(values.large),
  Number(values.connections),
  Number(values.pages),
];
const STOCKED = 100;
const IDLE_MS = 5_000;
/** The services that answer a mall's reads. */
const READERS: readonly AppName[] = ['govmall-adapter', 'catalog-sync', 'inventory-service'];
/** As in a cluster. */
const SETTINGS = { TRACE_SAMPLE_RATIO: '0.05' };

const bare = fork(join(import.meta.dirname, 'bare.ts'), { stdio: 'inherit' });
const [barePort] = (await once(bare, 'message')) as [number];
const platform = await startPlatform({
  apps: SERVICES,
  extra: Object.fromEntries(SERVICES.map((app) => [app, SETTINGS])),
});
const { harness } = platform;
const mall = await Mall.open(harness);

try {
  await putGoods(mall, platform.mongoUri, skus);
  await putStock(mall, STOCKED);
  console.log(
    `${'call'.padEnd(26)} at once offered/s achieved/s dropped  p50 ms  p99 ms  CPU us/call`,
  );
  const printed: object[] = [];
  const paged = await pageRows(mall, skus);
  const { rows, large } = wireRows(mall, skus);
  const pids = READERS.map((app) => harness.stack.pid(app));
  const idle = await idleMicros(pids);
  const readers = { pids, idle };
  console.log(`without any call these services use ${idle.toFixed(0)} us a second`);
  for (const row of paged.rows)
    printed.push(await measure(row, readers, { calls: pages, atOnce: 1 }));
  paged.close();
  for (const row of rows) printed.push(await measure(row, readers, { calls: requests, atOnce: 1 }));
  const many = { calls: largeCalls, atOnce: connections };
  for (const row of large) {
    const [own, beside] = [
      await measure(row, readers, many),
      await measure(await nothing(row), { pids: [bare.pid ?? 0], idle: 0 }, many),
    ];
    const ofBare = own.achieved / beside.achieved;
    console.log(`  ${(ofBare * 100).toFixed(0)} % of its rate`);
    printed.push({ ...own, ofBare }, beside);
  }
  console.log(
    JSON.stringify({
      bench: 'govmall',
      skus,
      requests,
      large: largeCalls,
      connections,
      pages,
      cores: cpus().length,
      node: process.version,
      database: 'sync on commit',
      traceSampleRatio: 0.05,
      cpuOf: READERS,
      idleCpuMicrosPerSecond: idle,
      rows: printed,
    }),
  );
} finally {
  bare.kill();
  mall.close();
  await platform.stop();
}
process.exit();

/** The bare route, sent what a row sends, and answering as many bytes. */
async function nothing({ one: { url, contentType, body } }: WireRow): Promise<MallRow> {
  const { text } = await post(url, contentType, body);
  const answers = Buffer.byteLength(text);
  const request = { url: `http://127.0.0.1:${barePort}/?answers=${answers}`, contentType, body };
  return {
    name: 'a route that does nothing',
    make: (count, atOnce) =>
      burst(
        Array.from({ length: count }, () => request),
        atOnce,
        (text) => text.startsWith('{"bytes"'),
      ),
  };
}

function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + usageOf(pid).cpuSeconds, 0);
}

/** Processor time that `pids` take in a second while nobody calls: it is no part of what a call costs. */
async function idleMicros(pids: readonly number[]): Promise<number> {
  const [before, startedAt] = [cpuSeconds(pids), performance.now()];
  await pause(IDLE_MS);
  return ((cpuSeconds(pids) - before) * 1e9) / (performance.now() - startedAt);
}

/** Processes whose processor time is counted, and what they take in a second without a call, in microseconds. */
type Counted = { readonly pids: readonly number[]; readonly idle: number };

/** One row, after a quarter as many calls that nobody counts; the processor time of `pids` is. */
async function measure(
  { name, make }: MallRow,
  { pids, idle }: Counted,
  { calls, atOnce }: { readonly calls: number; readonly atOnce: number },
): Promise<Burst & { readonly name: string; readonly atOnce: number; readonly cpuMicros: number }> {
  await make(Math.ceil(calls / 4), atOnce);
  const [before, startedAt] = [cpuSeconds(pids), performance.now()];
  const came = await make(calls, atOnce);
  const seconds = (performance.now() - startedAt) / 1_000;
  const cpuMicros = ((cpuSeconds(pids) - before) * 1e6 - idle * seconds) / calls;
  console.log(printedRow(name, atOnce, came, cpuMicros));
  return { name, atOnce, ...came, cpuMicros };
}

function printedRow(name: string, atOnce: number, came: Burst, cpuMicros: number): string {
  const { offered, achieved, dropped, p50Ms, p99Ms } = came;
  const rates = [offered, achieved].map((rate) => rate.toFixed(1).padStart(10));
  const times = [p50Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(8));
  const start = `${name.padEnd(26)}${String(atOnce).padStart(8)}${rates.join('')}`;
  return `${start}${String(dropped).padStart(9)}${times.join('')}${cpuMicros.toFixed(0).padStart(13)}`;
}
