/** Runs steps one after the other, counts checks and tests, and tells what failed. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { runCommand } from './command.mjs';
import { ROOT, toolEnv } from './prepare.mjs';

const FAILURE_LINES = 200;
/** Of each failed test: enough for its message and where it was raised. */
const REASON_LINES = 12;

const say = (line) => process.stdout.write(`${line}\n`);

/**
 * Counts of a vitest JSON report. In a file that failed, what did not run (a hook broke) counts as
 * failed; a file that could not be loaded at all counts as one failure.
 */
export function countTests(report) {
  const count = { passed: 0, failed: 0, skipped: 0 };
  for (const { status: fileStatus, assertionResults } of report.testResults) {
    const fileFailed = fileStatus === 'failed';
    if (fileFailed && assertionResults.length === 0) count.failed += 1;
    for (const { status } of assertionResults) {
      if (status === 'passed') count.passed += 1;
      else if (status === 'failed' || fileFailed) count.failed += 1;
      else count.skipped += 1;
    }
  }
  return count;
}

/** The closing line, read by whoever runs the tests: `N passed, N failed[, N skipped]`. */
export const summaryLine = ({ passed, failed, skipped }) =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/**
 * What failed in a vitest JSON report, one entry each: `title` names file and test, `reason` is the
 * beginning of what it said. A file that broke outside its tests is an entry of its own.
 */
export function failuresOf(report) {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => entryOf(name, test.fullName, test.failureMessages ?? []));
    const isBroken = status === 'failed' && (message || failed.length === 0);
    return isBroken ? [entryOf(name, '', [message ?? '']), ...failed] : failed;
  });
}

/**
 * What passed on its second try only, with what its first said: a fault of the test or a race of the
 * product, which somebody must look at. It does not fail the run.
 */
export function secondTriesOf(report) {
  return report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(
        ({ status, failureMessages = [] }) => status === 'passed' && failureMessages.length > 0,
      )
      .map((test) => entryOf(name, test.fullName, test.failureMessages)),
  );
}

const entryOf = (name, title, messages) => ({
  title: [relative(ROOT, name), title].filter(Boolean).join(' > '),
  reason: messages.join('\n').split('\n').slice(0, REASON_LINES).join('\n'),
});

/**
 * Of many tasks' output, that of those that failed, which Nx lists at its end; other output as it is.
 * Without this, a hundred tasks that passed would push the reason out of sight.
 */
export function outputOfFailed(output) {
  const text = output.trimEnd();
  const [, list] = text.split('Failed tasks:');
  if (!list) return text;
  const failed = new Set([...list.matchAll(/^- (\S+)$/gm)].map(([, task]) => task));
  const sections = text.split(/^> nx run /m).slice(1);
  const ofFailed = sections.filter((section) => failed.has(section.split('\n', 1)[0].trim()));
  return [...ofFailed.map((section) => `> nx run ${section.trimEnd()}`), list.trim()].join('\n');
}

async function runStep(step, folder) {
  const reportFile = join(folder, `${step.name}.json`);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  // What is cached comes back; what is left over from a run that broke must not count.
  if (step.reports) rmSync(join(ROOT, step.reports), { recursive: true, force: true });
  const run = await runCommand(
    step.command,
    [...step.args, ...(step.countsTests && !step.reports ? reporters : [])],
    {
      cwd: ROOT,
      env: { ...toolEnv(), NO_COLOR: '1', ...(step.countsTests ? { CI: '1' } : {}) },
      timeoutMs: step.timeoutMs,
      onTick: (seconds) => say(`...    ${step.name}: ${seconds} s`),
    },
  );
  const report = step.countsTests ? readResults(step, reportFile) : null;
  const tests = report && countTests(report);
  const failures = report ? failuresOf(report) : [];
  const secondTries = report ? secondTriesOf(report) : [];
  const ok = run.ok && (tests === null || tests.failed === 0);
  const detail = tests ? `, ${summaryLine(tests)}` : '';
  say(`${ok ? 'ok    ' : 'FAILED'} ${step.name} (${run.seconds.toFixed(1)} s${detail})`);
  for (const { title, reason } of failures) say(`failed: ${title}\n${reason}`);
  for (const { title, reason } of secondTries) say(`second try: ${title}\n${reason}`);
  if (!ok) say(outputOfFailed(run.output).split('\n').slice(-FAILURE_LINES).join('\n'));
  return { ok, tests, failures, secondTries };
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // No report: vitest ended before it wrote one. The step itself counts as failed then.
    return null;
  }
}

const readResults = ({ reports }, file) => (reports ? readReports(reports) : readReport(file));

/** One report of all that lie in `folder`, as each project leaves its own. */
function readReports(folder) {
  mkdirSync(join(ROOT, folder), { recursive: true });
  const files = readdirSync(join(ROOT, folder), { recursive: true }).filter((name) =>
    name.endsWith('.json'),
  );
  const reports = files.map((name) => readReport(join(ROOT, folder, name)));
  return { testResults: reports.flatMap((report) => report?.testResults ?? []) };
}

/** Runs the steps and prints the closing line; resolves whether nothing failed. */
export async function runSteps(steps) {
  const startedAt = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'astrolabe-check-'));
  const total = { passed: 0, failed: 0, skipped: 0 };
  const failed = [];
  const again = [];
  try {
    for (const step of steps) {
      const { ok, tests, failures, secondTries } = await runStep(step, folder);
      total.passed += (ok ? 1 : 0) + (tests?.passed ?? 0);
      total.failed += (ok ? 0 : 1) + (tests?.failed ?? 0);
      total.skipped += tests?.skipped ?? 0;
      again.push(...secondTries.map(({ title }) => `${step.name}: ${title}`));
      if (!ok) failed.push(step.name, ...failures.map(({ title }) => `${step.name}: ${title}`));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`);
  for (const what of again) say(`passed on its second try: ${what}`);
  for (const what of failed) say(`failed: ${what}`);
  say(summaryLine(total));
  return total.failed === 0;
}
