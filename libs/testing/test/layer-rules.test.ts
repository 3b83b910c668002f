import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CLEAN_FILES, DRIVERS, LAYER_PROBES, LIB_NAMES, LINT_PROBES } from './probes.ts';
import type { Probe } from './probes.ts';

const ROOT = join(import.meta.dirname, '../../..');
const LINT_PLUGIN = 'libs/testing/lint/purity.mjs';
const TOOL_TIMEOUT_MS = 60_000;

const tree = mkdtempSync(join(tmpdir(), 'astrolabe-probes-'));
afterAll(() => rmSync(tree, { recursive: true, force: true }));

function write(file: string, text: string): void {
  const path = join(tree, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The repository's layout in small: the same rules, and one file for each way to break them. */
function plant(): void {
  for (const [file, code] of Object.entries(CLEAN_FILES)) write(file, code);
  for (const { file, code } of [...LAYER_PROBES, ...LINT_PROBES]) write(file, `${code}\n`);
  for (const name of [...DRIVERS, 'vitest']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, '');
  }
  mkdirSync(join(tree, 'node_modules/@astrolabe'));
  for (const lib of LIB_NAMES) {
    symlinkSync(join('../../libs', lib), join(tree, 'node_modules/@astrolabe', lib));
  }
  cpSync(join(ROOT, '.oxlintrc.json'), join(tree, '.oxlintrc.json'));
  cpSync(join(ROOT, LINT_PLUGIN), join(tree, LINT_PLUGIN));
}

function runTool(script: string, args: readonly string[]): unknown {
  const run = spawnSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], {
    cwd: tree,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    timeout: TOOL_TIMEOUT_MS,
  });
  try {
    return JSON.parse(run.stdout);
  } catch {
    throw new Error(`${script} gave no report: ${run.stdout.slice(0, 500)} ${run.stderr}`);
  }
}

type Found = { rule: string; file: string };
const has = (found: readonly Found[], probe: Probe): boolean =>
  found.some(({ rule, file }) => rule === probe.rule && file === probe.file);

function layerViolations(): Found[] {
  const config = join(ROOT, '.dependency-cruiser.cjs');
  const cruise = 'dependency-cruiser/bin/dependency-cruiser.mjs';
  const report = runTool(cruise, ['--config', config, '-T', 'json', 'apps', 'libs']) as {
    summary: { violations: { from: string; rule: { name: string } }[] };
  };
  return report.summary.violations.map(({ from, rule }) => ({ rule: rule.name, file: from }));
}

function lintViolations(): Found[] {
  const report = runTool('oxlint/bin/oxlint', ['-f', 'json', 'apps', 'libs']) as {
    diagnostics: { code: string; filename: string }[];
  };
  return report.diagnostics.map(({ code, filename }) => ({ rule: code, file: filename }));
}

plant();

describe('each layer rule reports what breaks it', () => {
  const found = layerViolations();

  test.each(LAYER_PROBES)('$rule: $file', (probe) => {
    expect(has(found, probe)).toBe(true);
  });

  test('files that keep the rules are not reported', () => {
    expect(found.filter(({ file }) => file in CLEAN_FILES)).toEqual([]);
  });

  test('no rule is without a probe', () => {
    const { forbidden } = createRequire(import.meta.url)(join(ROOT, '.dependency-cruiser.cjs')) as {
      forbidden: { name: string }[];
    };
    const probed = new Set(LAYER_PROBES.map(({ rule }) => rule));
    expect(forbidden.map(({ name }) => name).filter((name) => !probed.has(name))).toEqual([]);
  });
});

describe('each purity rule reports what breaks it', () => {
  const found = lintViolations();
  const rules = new Set(LINT_PROBES.map(({ rule }) => rule));

  test.each(LINT_PROBES)('$rule: $file', (probe) => {
    expect(has(found, probe)).toBe(true);
  });

  test('files that keep the rules are not reported', () => {
    const wrong = found.filter(({ rule, file }) => rules.has(rule) && file in CLEAN_FILES);
    expect(wrong).toEqual([]);
  });
});
