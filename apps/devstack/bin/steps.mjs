/** The steps of `npm run check` and `npm test`, in order. */
const MINUTE_MS = 60_000;
const BIN = 'apps/devstack/bin';

const step = (name, command, args, minutes = 5) => ({
  name,
  command,
  args,
  timeoutMs: minutes * MINUTE_MS,
});

/** A vitest project; its tests are counted one by one. */
const suite = (name, minutes, filter = []) => ({
  ...step(name, 'vitest', ['run', '--project', name, '--passWithNoTests', ...filter], minutes),
  countsTests: true,
});

/** Targets of every project; what has not changed since it passed comes from Nx's cache. */
const targets = (name, wanted, minutes) =>
  step(name, 'nx', ['run-many', '--output-style=static', '-t', ...wanted], minutes);

/** Needs no server. */
export const CHECKS = [
  step('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  step('layers', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'apps', 'libs']),
  step('unused', 'knip', ['--no-progress', '--no-config-hints']),
  // All at once: each project by itself reads its libraries again (that is for what changed: `npx nx affected -t lint typecheck`).
  step('lint', 'oxlint', ['--type-aware', '--deny-warnings'], 15),
  step('types', 'tsc', ['-p', 'tsconfig.json'], 15),
  step('types-pages', 'tsc', ['-p', 'apps/console/tsconfig.web.json']),
  step('contracts-lint', 'buf', ['lint', 'proto']),
  step('contracts-breaking', 'node', [`${BIN}/contracts.mjs`, 'breaking']),
  step('contracts-generated', 'node', [`${BIN}/contracts.mjs`, 'generated']),
];

/** That each layer rule fires on what breaks it; `npm test` runs it among the unit tests. */
export const PROBES = { ...suite('unit', 5, ['libs/testing/test/layer-rules']), name: 'probes' };

export const PROVISION = step('servers', 'node', [`${BIN}/provision.mjs`], 60);

/** The unit tests of each project; they are counted one by one, by the reports that they leave. */
const UNIT = { ...targets('unit', ['test'], 30), countsTests: true, reports: '.reports/test' };

export const SUITES = [UNIT, suite('int', 30), targets('pages', ['build'], 5), suite('system', 60)];
