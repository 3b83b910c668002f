/** The steps of `npm run check` and `npm test`, in order. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './prepare.mjs';

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

const PAGES = ['@astrolabe/console', '@astrolabe/store-console'];
const WEB_TYPES = 'apps/console/tsconfig.web.json';
const STORE_WEB_TYPES = 'apps/store-console/tsconfig.web.json';

/** Needs no server; fastest first. */
export const CHECKS = [
  step('format', 'prettier', ['--check', '--log-level', 'warn', '.']),
  step('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
  step('layers', 'depcruise', ['--config', '.dependency-cruiser.cjs', 'apps', 'libs']),
  step('unused', 'knip', ['--no-progress', '--no-config-hints']),
  step('types', 'tsc', ['-p', 'tsconfig.json']),
  ...(existsSync(join(ROOT, WEB_TYPES)) ? [step('types-web', 'tsc', ['-p', WEB_TYPES])] : []),
  step('types-web', 'tsc', ['-p', STORE_WEB_TYPES]),
  step('contracts-lint', 'buf', ['lint', 'proto']),
  step('contracts-breaking', 'node', [`${BIN}/contracts.mjs`, 'breaking']),
  step('contracts-generated', 'node', [`${BIN}/contracts.mjs`, 'generated']),
];

/** That each layer rule fires on what breaks it; `npm test` runs it among the unit tests. */
export const PROBES = { ...suite('unit', 5, ['libs/testing/test/layer-rules']), name: 'probes' };

export const PROVISION = step('servers', 'node', [`${BIN}/provision.mjs`], 60);

export const SUITES = [
  suite('unit', 15),
  suite('int', 30),
  step('pages', 'npm', ['run', 'build', ...PAGES.flatMap((app) => ['-w', app]), '--silent']),
  suite('system', 60),
];
