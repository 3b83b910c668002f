/**
 * How long one decision takes with many stores bound to its items: the decision itself, and with the
 * text of its record. Open loop on one thread: decisions are due at a fixed rate, the time of
 * each counts from when it was due, and what is due with too many waiting is dropped. Prints a table,
 * and as its last line one JSON object with every figure.
 *
 *   npm run bench:routing [-- --stores 10000 --seconds 6]
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { recordPieces } from '../src/domain/routing/record.ts';
import { route } from '../src/domain/routing/route.ts';
import type { RoutingInput } from '../src/domain/routing/types.ts';
import { inputOf } from './inputs.ts';

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '6' },
  },
});
const STORES = Number(values.stores);
const SECONDS = Number(values.seconds);
const INPUTS = 8;
const WARM_UP_MS = 2000;
const COMFORTABLE = 0.7;
const OVERLOAD = 1.2;
const MAX_WAITING = 64;

type Figures = {
  readonly offered: number;
  readonly achieved: number;
  readonly dropped: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};
type Work = (input: RoutingInput) => unknown;

const decide: Work = route;
/** The service makes bytes of the text, and compresses them on another thread before they are stored. */
const decideAndRecord: Work = (input) => recordPieces(input, route(input));

/** Decisions a second with no pause, and how long one takes without waiting. */
function alone(work: Work, inputs: readonly RoutingInput[]) {
  const end = performance.now() + WARM_UP_MS;
  for (let n = 0; performance.now() < end; n += 1) work(at(inputs, n));
  const took: number[] = [];
  const start = performance.now();
  const cpu = process.cpuUsage();
  while (performance.now() - start < SECONDS * 1000) {
    const before = performance.now();
    work(at(inputs, took.length));
    took.push(performance.now() - before);
  }
  const perSecond = (took.length * 1000) / (performance.now() - start);
  const { user, system } = process.cpuUsage(cpu);
  const cpuMs = round((user + system) / 1000 / took.length);
  return {
    perSecond: round(perSecond),
    cpuMs,
    p50Ms: percentile(took, 50),
    p99Ms: percentile(took, 99),
  };
}

function openLoop(work: Work, inputs: readonly RoutingInput[], offered: number): Figures {
  const pause = 1000 / offered;
  const due = Math.floor(SECONDS * offered);
  const took: number[] = [];
  let dropped = 0;
  const start = performance.now();
  for (let n = 0; n < due; n += 1) {
    const dueAt = start + n * pause;
    while (performance.now() < dueAt);
    if ((performance.now() - dueAt) / pause > MAX_WAITING) {
      dropped += 1;
      continue;
    }
    work(at(inputs, n));
    took.push(performance.now() - dueAt);
  }
  const achieved = (took.length * 1000) / (performance.now() - start);
  return {
    offered: round(offered),
    achieved: round(achieved),
    dropped,
    p50Ms: percentile(took, 50),
    p99Ms: percentile(took, 99),
  };
}

function measure(name: string, work: Work, full: boolean) {
  const inputs = Array.from({ length: INPUTS }, (_, n) => inputOf(STORES, full, n + 1));
  const one = alone(work, inputs);
  const overloaded = openLoop(work, inputs, one.perSecond * OVERLOAD);
  const at70 = openLoop(work, inputs, one.perSecond * COMFORTABLE);
  const row = (figures: Figures): string =>
    [figures.offered, figures.achieved, figures.dropped, figures.p50Ms, figures.p99Ms]
      .map((figure) => String(figure).padStart(9))
      .join(' ');
  console.log(
    `${name.padEnd(34)} alone  ${' '.repeat(29)} ${cell(one.p50Ms)} ${cell(one.p99Ms)}  CPU ${one.cpuMs} ms`,
  );
  console.log(`${''.padEnd(34)} 120 % ${row(overloaded)}`);
  console.log(`${''.padEnd(34)} 70 %  ${row(at70)}`);
  return { name, alone: one, overloaded, at70 };
}

const cell = (figure: number): string => String(figure).padStart(9);
const round = (figure: number): number => Math.round(figure * 100) / 100;

function percentile(took: readonly number[], percent: number): number {
  const sorted = took.toSorted((a, b) => a - b);
  return round(
    sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0,
  );
}

function at(inputs: readonly RoutingInput[], n: number): RoutingInput {
  const input = inputs[n % inputs.length];
  if (!input) throw new RangeError('no inputs');
  return input;
}

const settings = {
  stores: STORES,
  lines: 2,
  seconds: SECONDS,
  inputs: INPUTS,
  maxWaiting: MAX_WAITING,
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  loadBefore: round(loadavg()[0] ?? 0),
};
console.log(JSON.stringify(settings));
console.log(
  `${''.padEnd(40)} ${['offered/s', 'achieved', 'dropped', 'p50 ms', 'p99 ms'].map((n) => n.padStart(9)).join(' ')}`,
);
const runs = [
  measure('decision, default rules', decide, false),
  measure('decision, every filter', decide, true),
  measure('decision and its record, default', decideAndRecord, false),
  measure('decision and its record, all', decideAndRecord, true),
];
console.log(JSON.stringify({ settings, runs }));
