/**
 * The first thing that runs on a fresh machine: needs Node 20 and nothing else.
 *   run.mjs start [...]    set-up, then the local system (see apps/devstack/README.md)
 *   run.mjs test [step..]  set-up, then every check and test; ends with `N passed, N failed`
 *   run.mjs check          the checks that need no server
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSteps } from './check.mjs';
import { endTogether, handOver } from './command.mjs';
import { Missing, ROOT, prepare, toolEnv } from './prepare.mjs';
import { CHECKS, PROBES, PROVISION, SUITES } from './steps.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

const HELP = ['--help', '-h'];

async function start(args) {
  if (args.some((arg) => HELP.includes(arg))) {
    // Before anything is installed: whoever asks may only want to know what it would do.
    say(readFileSync(join(ROOT, 'apps/devstack/USAGE.txt'), 'utf8').trimEnd());
    return 0;
  }
  const release = endTogether();
  const node = await prepare(say);
  release();
  const main = join(ROOT, 'apps/devstack/src/main.ts');
  return handOver(node, [main, ...args], { cwd: ROOT, env: toolEnv() });
}

async function test(names) {
  const all = [PROVISION, ...CHECKS, ...SUITES];
  const unknown = names.filter((name) => !all.some((step) => step.name === name));
  if (unknown.length > 0) {
    say(`no such step: ${unknown.join(', ')}; there are ${all.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const chosen = names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all;
  return runAll(chosen);
}

const check = () => runAll([...CHECKS, PROBES]);

/** Counts a set-up that fails as one failure, so that the closing line is always there. */
async function runAll(steps) {
  endTogether();
  try {
    await prepare(say);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    say(`${error.message}\n0 passed, 1 failed`);
    return 1;
  }
  return (await runSteps(steps)) ? 0 : 1;
}

const [command, ...args] = process.argv.slice(2);
const run = { start, test, check }[command];
if (run) {
  try {
    process.exitCode = await run(args);
  } catch (error) {
    say(error instanceof Missing ? error.message : (error.stack ?? String(error)));
    process.exitCode = 1;
  }
} else {
  say('usage: run.mjs start|test|check');
  process.exitCode = 2;
}
