import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { countTests, outputOfFailed, secondTriesOf } from '../bin/check.mjs';
import { CHECKS } from '../bin/steps.mjs';

const ROOT = resolve(import.meta.dirname, '../../..');
const configOf = (file: string) =>
  JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as { include?: string[] };

test('the types of all that a project has are checked, those of pages too', () => {
  const checked = CHECKS.filter(({ command }) => command === 'tsc').map(({ args }) => args.at(-1));
  const all = new Set(configOf('tsconfig.json').include);
  const files = globSync('{apps,libs,deploy}/*/tsconfig*.json', { cwd: ROOT });
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    const [kind = ''] = file.split('/');
    const isWhole = all.has(`${kind}/*`);
    const isPart = (folder: string): boolean => isWhole || all.has(`${kind}/*/${folder}`);
    const isOfRoot = file.endsWith('/tsconfig.json') && configOf(file).include?.every(isPart);
    expect(isOfRoot || checked.includes(file), file).toBe(true);
  }
  expect(checked).toContain('tsconfig.json');
});

test('in a file that failed, what did not run counts as failed; a file that did not load counts once', () => {
  const ran = (status: 'passed' | 'failed' | 'skipped') => ({ status, fullName: status });
  const report = {
    testResults: [
      { name: 'a', status: 'passed' as const, assertionResults: [ran('passed'), ran('skipped')] },
      { name: 'b', status: 'failed' as const, assertionResults: [ran('passed'), ran('skipped')] },
      { name: 'c', status: 'failed' as const, assertionResults: [] },
    ],
  };
  expect(countTests(report)).toEqual({ passed: 2, failed: 2, skipped: 1 });
});

test('what passed on its second try is named, with what its first said', () => {
  const passed = { status: 'passed' as const, fullName: 'steady', failureMessages: [] };
  const again = { ...passed, fullName: 'raced', failureMessages: ['expected 1, got 2'] };
  const failed = { ...again, status: 'failed' as const };
  const report = {
    testResults: [
      {
        name: 'a.int.test.ts',
        status: 'failed' as const,
        assertionResults: [passed, again, failed],
      },
    ],
  };
  expect(secondTriesOf(report)).toMatchObject([
    { title: expect.stringMatching(/a\.int\.test\.ts > raced$/), reason: 'expected 1, got 2' },
  ]);
});

test('of many tasks, only what the failed ones printed is shown', () => {
  const output = `
> nx run @astrolabe/kernel:typecheck

> tsc -p libs/kernel/tsconfig.json

> nx run @astrolabe/mongo:typecheck

> tsc -p libs/mongo/tsconfig.json
libs/mongo/src/page.ts(1,1): error TS2322

> nx run @astrolabe/grpc:typecheck

> tsc -p libs/grpc/tsconfig.json

 NX   Running target typecheck for 3 projects failed

Failed tasks:

- @astrolabe/mongo:typecheck
`;
  const shown = outputOfFailed(output);
  expect(shown).toContain('libs/mongo/src/page.ts(1,1): error TS2322');
  expect(shown).not.toContain('libs/kernel');
  expect(shown).not.toContain('libs/grpc');
  expect(outputOfFailed('one\ntwo\n')).toBe('one\ntwo');
});
