import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { METRIC, counter, metricsText } from './index.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

test('every registered metric is emitted by something that runs', () => {
  const sources = globSync('{libs,apps}/*/src/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('.test.ts') && !file.includes('/gen/'))
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  const idle = Object.keys(METRIC).filter(
    (name) => !new RegExp(`\\bMETRIC\\.${name}\\b`).test(sources),
  );
  expect(idle).toEqual([]);
});

test('a label set that is announced is exported as 0 before anything happens', async () => {
  const from = [{ group: 'g', topic: 'never' }];
  counter(METRIC.deadLetters, 'Dead letters', ['group', 'topic'], from);
  expect(await metricsText()).toMatch(
    /astrolabe_dead_letters_total\{group="g",topic="never"[^}]*\} 0/,
  );
});
