/**
 * How fast the engine is, with everything on: real gRPC, durable appends, projections, relay, sampled
 * traces. Prints a table, and as its last line one JSON object with every figure.
 *
 *   npm run bench:inventory [-- --seconds 8] [--warm-up 12] [--peers]
 *
 * `--peers` adds PostgreSQL and Redis, each where it is installed.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { tuneMemory } from '@astrolabe/service';
import { baselines } from './baselines.ts';
import type { Callers } from './callers.ts';
import { STREAM_IN_FLIGHT, batchLoad, createCallers, unaryLoad } from './callers.ts';
import type { Figures, Load } from './load.ts';
import { lagCounts, lagP99 } from './lag.ts';
import { capacity, openLoop } from './load.ts';
import { installedPeers } from './peers.ts';
import { cpuSeconds, residentMiB } from './processes.ts';
import { MILLION, recoverOrders } from './million.ts';
import { measureRecovery } from '../test/recovery/replay.ts';
import type { Pick } from './requests.ts';
import { fillStock, hot, life, order, spread } from './requests.ts';
import { startStack } from './stack.ts';

// As the services that call it.
tuneMemory();

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '6' },
    /** Seconds until a load's code is compiled: before that, the compiler has the other core. */
    'warm-up': { type: 'string', default: '12' },
    peers: { type: 'boolean', default: false },
  },
});
const SECONDS = Number(values.seconds);
const WARM_UP_SECONDS = Number(values['warm-up']);
const REACH_SECONDS = 3;
const OVERLOAD = 1.2;
const COMFORTABLE = 0.7;
const DATABASE = 'bench_inventory';

type Run = Figures & {
  /** At 70 % of what was achieved: where `p50Ms` and `p99Ms` are measured. */
  readonly at70: Figures;
  /** Below this, in seconds, 99 of 100 records were shown while overloaded. */
  readonly lagP99Seconds: Record<string, number>;
  /** CPU seconds per second of service, database, broker, caller, while overloaded. */
  readonly cpu: readonly number[];
  readonly residentMiB: number;
};

const stack = await startStack();
const service = await stack.startService({ MONGODB_DATABASE: DATABASE });
const { healthPort = 0 } = service.ready;
const callers = createCallers(`127.0.0.1:${service.ready.grpcPort}`);
for (const command of fillStock()) await callers.execute(command);

const cpuNow = (): number[] => {
  const own = process.cpuUsage();
  const pids = [service.pid, stack.mongo.pid, stack.kafka.pid];
  return [...pids.map(cpuSeconds), (own.user + own.system) / 1e6];
};

/** Finds what a load can reach, offers a fifth more than that, then 70 % of what was achieved. */
async function measure(name: string, load: Load): Promise<Run> {
  await capacity(load, WARM_UP_SECONDS);
  const reached = await capacity(load, REACH_SECONDS);
  const lagBefore = await lagCounts(healthPort);
  const before = cpuNow();
  const overloaded = await openLoop(load, reached * OVERLOAD, SECONDS);
  const after = cpuNow();
  const lagP99Seconds = lagP99(lagBefore, await lagCounts(healthPort));
  const at70 = await openLoop(load, overloaded.achieved * COMFORTABLE, SECONDS);
  const cpu = after.map(
    (used, at) => Math.round(((used - (before[at] ?? 0)) * 100) / SECONDS) / 100,
  );
  const { p50Ms, p99Ms } = at70;
  const memory = residentMiB(service.pid);
  const run = { ...overloaded, p50Ms, p99Ms, at70, cpu, lagP99Seconds, residentMiB: memory };
  console.log(row(name, run));
  return run;
}

const streamLoad = (open: ReturnType<Callers['stream']>, pick: Pick): Load => ({
  send: () => open.send(order(pick)),
  weight: 1,
  inFlight: STREAM_IN_FLIGHT,
});

/** The four commands of an order, each sent when the one before is answered. */
const lifeLoad = (open: ReturnType<Callers['stream']>, pick: Pick): Load => ({
  send: async () => {
    for (const command of life(pick)) await open.send(command);
  },
  weight: 4,
  inFlight: STREAM_IN_FLIGHT / 4,
});

const row = (name: string, run: Figures & Partial<Run>) =>
  [
    name.padEnd(24),
    ...[run.offered, run.achieved, run.dropped].map((value) => String(value).padStart(9)),
    ...[run.p50Ms, run.p99Ms].map((value) => value.toFixed(2).padStart(9)),
    `  ${(run.cpu ?? []).map((value) => value.toFixed(2)).join(' / ')}`,
    run.residentMiB === undefined ? '' : `  ${run.residentMiB} MiB`,
    run.lagP99Seconds ? `  lag ${Object.values(run.lagP99Seconds).join(' / ')}` : '',
  ].join('');

console.log(`${cpus().length} cores, load average ${loadavg()[0]?.toFixed(1)} before the start`);
console.log(
  `${''.padEnd(24)}${['offered', 'achieved', 'dropped', 'p50 ms', 'p99 ms']
    .map((title) => title.padStart(9))
    .join('')}  CPU service / database / broker / caller, memory, lag p99 s projections / events`,
);
const report: Record<string, unknown> = {};
const stream = callers.stream();
for (const [name, pick] of [
  ['hot', hot],
  ['spread', spread],
] as const) {
  const threeLines = () => order(pick, 3);
  report[name] = {
    unary: await measure(
      `${name} unary`,
      unaryLoad(callers, () => order(pick)),
    ),
    stream: await measure(`${name} stream`, streamLoad(stream, pick)),
    batch: await measure(
      `${name} batch`,
      batchLoad(callers, () => order(pick)),
    ),
    threeLines: await measure(`${name} batch, 3 lines`, batchLoad(callers, threeLines)),
    life: await measure(`${name} stream, whole life`, lifeLoad(stream, pick)),
  };
}
await stream.end();
callers.close();
service.kill('SIGKILL');
await service.exited;

const usual = await baselines(stack.mongo.uri);
const counter = await openLoopAt(usual.counter, 'counter');
const transaction = await openLoopAt(usual.transaction, 'transaction of 3');
await usual.stop();
report['baselines'] = { counter, transaction };
report['recovery'] = await recoverOrders(stack, MILLION, `${DATABASE}_recovery`);
console.log(`recovery of a million orders: ${JSON.stringify(report['recovery'])}`);
report['recoveryOfRuns'] = await measureRecovery(stack.mongo.uri, DATABASE);
console.log(`recovery of all the runs above: ${JSON.stringify(report['recoveryOfRuns'])}`);
await stack.stop();
if (values.peers) report['peers'] = await comparePeers();
console.log(JSON.stringify(report));

async function comparePeers(): Promise<Record<string, { hot: Figures; spread: Figures }>> {
  const found: Record<string, { hot: Figures; spread: Figures }> = {};
  for (const peer of await installedPeers()) {
    found[peer.name] = {
      hot: await openLoopAt(peer.hot, `${peer.name} hot`),
      spread: await openLoopAt(peer.spread, `${peer.name} spread`),
    };
    await peer.stop();
  }
  return found;
}

async function openLoopAt(load: Load, name: string): Promise<Figures> {
  const reached = await capacity(load, REACH_SECONDS);
  const figures = await openLoop(load, reached * OVERLOAD, SECONDS);
  console.log(row(name, figures));
  return figures;
}
