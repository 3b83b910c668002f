/**
 * What a signed request costs at the gateway, verified, parsed, answered and, where it changes something,
 * durable. Beside it, in the same run and from the same sender, a route that does nothing. Bursts: all requests
 * are there at once and `connections` carry them. Prints a table, and as its last line one JSON object.
 *
 *   npm run bench:gateway -- [--requests 4000] [--connections 64] [--only 'Qimen, stock'] [--asked]
 *
 * The processor time of a request is the gateway's, then that of all processes, database, broker and the sender included,
 * and below each row which of them used it. `--only` names how the rows begin that are wanted, and `--asked` says of
 * each row what the services asked others for one request.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { usageOf } from '@astrolabe/local-servers';
import { askedMore, askedOf } from '@astrolabe/local-stack';
import type { AppName } from '@astrolabe/local-stack';
import { startPlatform } from '../src/faults/platform.ts';
import { SERVICES } from '../src/harness.ts';
import { burst } from './burst.ts';
import type { Burst } from './burst.ts';
import { gatewayRows, updateXml } from './rows.ts';
import type { Row } from './rows.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '4000' },
    connections: { type: 'string', default: '64' },
    only: { type: 'string', default: '' },
    asked: { type: 'boolean', default: false },
  },
});
const [requests, connections] = [Number(values.requests), Number(values.connections)];
/** So many before each row, so that it is compiled. */
const WARM_UP = 1_000;
const APPS: readonly AppName[] = [...SERVICES, 'sandbox'];
/** As in a cluster; and nobody's allowance is what is measured. */
const SETTINGS = { TRACE_SAMPLE_RATIO: '0.05', RATE_PER_SECOND: '1000000' };

const bare = fork(join(import.meta.dirname, 'bare.ts'), { stdio: 'inherit' });
const [barePort] = (await once(bare, 'message')) as [number];
const nothing: Row = {
  name: 'a route that does nothing',
  make: (n) => ({
    url: `http://127.0.0.1:${barePort}/`,
    contentType: 'text/xml',
    body: Buffer.from(updateXml('21230', n)),
  }),
  isGood: (text) => text.startsWith('{"bytes"'),
  still: [],
};
const platform = await startPlatform({
  apps: APPS,
  extra: Object.fromEntries(APPS.map((app) => [app, SETTINGS])),
});
const { harness } = platform;
let sent = 0;

try {
  const rows = await gatewayRows(harness);
  console.log(
    `${'request'.padEnd(28)}  bytes  offered/s achieved/s dropped  p50 ms  p99 ms  CPU us/request  of all`,
  );
  const printed: object[] = [
    await measure(nothing, { bare: bare.pid ?? 0, sender: process.pid }, 'bare'),
  ];
  const pids = {
    ...Object.fromEntries(APPS.map((app) => [app, harness.stack.pid(app)])),
    ...platform.serverPids(),
    sender: process.pid,
  };
  for (const row of rows.filter(({ name }) => name.startsWith(values.only))) {
    printed.push(await measure(row, pids, 'gateway-ingress'));
  }
  const settings = { requests, connections, cores: cpus().length, node: process.version };
  console.log(
    JSON.stringify({
      bench: 'gateway',
      ...settings,
      database: 'sync on commit',
      traceSampleRatio: 0.05,
      rows: printed,
    }),
  );
} finally {
  bare.kill();
  await platform.stop();
}
process.exit();

/** One row: the processor time of `own`, and of all of them, is counted. */
async function measure(
  row: Row,
  pids: Readonly<Record<string, number>>,
  own: string,
): Promise<object> {
  const made = (count: number) => Array.from({ length: count }, () => row.make((sent += 1)));
  for (const app of row.still) harness.stack.signal(app, 'SIGSTOP');
  try {
    await burst(made(WARM_UP), connections, row.isGood);
    const all = made(requests);
    const asking =
      values.asked && own !== 'bare' ? APPS.filter((app) => !row.still.includes(app)) : [];
    const askedBefore = await askedOf(harness.stack.ports, asking);
    let before = secondsOf(pids);
    const came = await burst(all, connections, row.isGood, () => {
      before = secondsOf(pids);
    });
    const after = secondsOf(pids);
    const askedAfter = await askedOf(harness.stack.ports, asking);
    const used = Object.keys(pids)
      .map((name) => [
        name,
        Math.round((((after[name] ?? 0) - (before[name] ?? 0)) * 1e6) / requests),
      ])
      .toSorted(([, a], [, b]) => Number(b) - Number(a));
    const cpuMicros = Object.fromEntries(used) as Record<string, number>;
    const whole = Object.values(cpuMicros).reduce((sum, one) => sum + one, 0);
    console.log(
      printedRow(row.name, all[0]?.body.length ?? 0, came, cpuMicros[own] ?? 0) +
        String(whole).padStart(8),
    );
    if (used.length > 1) console.log(`    ${used.map(([name, us]) => `${name} ${us}`).join(', ')}`);
    for (const { what, times } of askedMore(askedBefore, askedAfter, requests)) {
      console.log(`${times.toFixed(2).padStart(12)}  ${what}`);
    }
    return { name: row.name, ...came, cpuMicros };
  } finally {
    for (const app of row.still) harness.stack.signal(app, 'SIGCONT');
  }
}

function secondsOf(pids: Readonly<Record<string, number>>): Record<string, number> {
  const usage = Object.entries(pids).map(([name, pid]) => [name, usageOf(pid).cpuSeconds]);
  return Object.fromEntries(usage) as Record<string, number>;
}

function printedRow(name: string, bytes: number, came: Burst, cpuMicros: number): string {
  const { offered, achieved, dropped, p50Ms, p99Ms } = came;
  const rates = [offered, achieved].map((rate) => rate.toFixed(0).padStart(11));
  const times = [p50Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(8));
  const start = `${name.padEnd(28)}${String(bytes).padStart(7)}${rates.join('')}`;
  return `${start}${String(dropped).padStart(8)}${times.join('')}${cpuMicros.toFixed(0).padStart(16)}`;
}
