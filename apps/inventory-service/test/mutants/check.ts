/**
 * Plants each fault of `faults.ts` in a copy of this service and runs the unit tests there: a test
 * must fail, or nothing guards against that fault. Ends with code 1 when a fault survives.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from './faults.ts';
import { FAULTS } from './faults.ts';

const APP = join(import.meta.dirname, '../..');
const ROOT = join(APP, '../..');
const SEEDS = '300';

type Report = { testResults: { assertionResults: { status: string; title: string }[] }[] };

function runTests(root: string): { failed: boolean; by: string } {
  const vitest = join(ROOT, 'node_modules/.bin/vitest');
  const report = join(root, 'report.json');
  const options = ['--bail', '1', '--reporter', 'json', '--outputFile', report];
  const run = spawnSync(vitest, ['run', '--root', root, ...options], {
    encoding: 'utf8',
    env: { ...process.env, SIMULATION_SEEDS: SEEDS },
  });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Report;
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const by = tests.find(({ status }) => status === 'failed')?.title ?? '';
  if ((run.status !== 0) !== (by !== '')) throw new Error(`the run broke: ${run.stderr}`);
  return { failed: by !== '', by };
}

/** A copy of the service with its unit tests only, but for the one of these texts; and one fault if any. */
function plant(fault: Fault | null): string {
  const root = mkdtempSync(join(tmpdir(), 'astrolabe-mutant-'));
  const app = join(root, 'app');
  mkdirSync(app);
  for (const part of ['src', 'test']) cpSync(join(APP, part), join(app, part), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(
    join(root, 'vitest.config.mjs'),
    `export default { test: { include: ['app/**/*.test.ts'], exclude: ['**/*.int.test.ts', 'app/test/mutants/**'], testTimeout: 120_000 } };`,
  );
  if (fault) {
    const file = join(app, fault.file);
    const source = readFileSync(file, 'utf8');
    if (source.split(fault.from).length !== 2)
      throw new Error(`${fault.name}: text not found once`);
    writeFileSync(file, source.replace(fault.from, fault.to));
  }
  return root;
}

function check(fault: Fault | null): { failed: boolean; by: string } {
  const root = plant(fault);
  try {
    return runTests(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const clean = check(null);
if (clean.failed) throw new Error(`the tests fail without any fault: ${clean.by}`);
let survived = 0;
for (const fault of FAULTS) {
  const { failed, by } = check(fault);
  if (!failed) survived += 1;
  process.stdout.write(
    `${failed ? 'caught  ' : 'SURVIVED'}  ${fault.name}${failed ? `\n          by: ${by}` : ''}\n`,
  );
}
process.stdout.write(`${FAULTS.length - survived} of ${FAULTS.length} planted faults caught\n`);
process.exitCode = survived > 0 ? 1 : 0;
