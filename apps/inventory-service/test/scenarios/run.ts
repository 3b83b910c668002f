/**
 * Runs scenarios of the requirements in their full size and prints what came out beside the target.
 * Ends with code 1 when an assertion of one fails; figures of speed are for the reader to judge.
 *
 *   npm run scenario -w @astrolabe/inventory-service -- 5
 *   npm run scenario -w @astrolabe/inventory-service -- all
 */
import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { join, relative } from 'node:path';
import type { Part, Scenario } from './scenarios.ts';
import { SCENARIOS } from './scenarios.ts';

const APP = join(import.meta.dirname, '../..');
const ROOT = join(APP, '../..');
/** A line of figures: a name and a JSON object, or a recovery. */
const FIGURE = /^[a-z][a-z0-9 ]*: .*\{.*\}$|^exhaustive: /;

/** The longest part takes a quarter of an hour. */
const PART_MAX_MS = 3_600_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

const argsOf = (part: Part): readonly string[] => {
  if ('script' in part) {
    return ['--expose-gc', join(APP, part.script), ...part.args];
  }
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const title = part.title === undefined ? [] : ['-t', part.title];
  const file = relative(ROOT, join(APP, part.file));
  return [vitest, 'run', '--root', ROOT, '--project', part.project, file, ...title];
};

function runPart(part: Part, env: Readonly<Record<string, string>>): boolean {
  const run = spawnSync(process.execPath, argsOf(part), {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
    maxBuffer: 64 * 1024 * 1024,
    timeout: PART_MAX_MS,
  });
  for (const line of run.stdout.split('\n')) if (FIGURE.test(line)) print(`    ${line}`);
  if (run.status !== 0) print(`${run.stdout}\n${run.stderr}`);
  return run.status === 0;
}

function runScenario(number: number, { name, target, parts, env = {} }: Scenario): boolean {
  print(`${number}. ${name}`);
  print(`    target: ${target}`);
  if (Object.keys(env).length > 0) print(`    settings: ${JSON.stringify(env)}`);
  const passed = parts.map((part) => runPart(part, env)).every(Boolean);
  print(`    ${passed ? 'passed' : 'FAILED'}`);
  return passed;
}

const asked = process.argv[2] ?? '';
const chosen = Object.entries(SCENARIOS).filter(([number]) => asked === 'all' || asked === number);
if (chosen.length === 0) {
  for (const [number, { name }] of Object.entries(SCENARIOS)) print(`${number}. ${name}`);
  process.exitCode = 2;
} else {
  const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' });
  const load = loadavg()[0]?.toFixed(1);
  print(`${commit.stdout.trim()}, node ${process.version}, load average ${load} before the start`);
  const results = chosen.map(([number, scenario]) => runScenario(Number(number), scenario));
  process.exitCode = results.every(Boolean) ? 0 : 1;
}
