import { expect, test } from 'vitest';
import { NotAsItShould, TRIALS } from '../../../domain/kit.ts';
import type { Trial, Trials } from '../../../domain/kit.ts';
import { certify } from './certify.ts';

const none = { notApplicable: 'nothing is sent' };
const run = async (change: Partial<Record<(typeof TRIALS)[number], Trial>>) => {
  const all = Object.fromEntries(TRIALS.map((name) => [name, none])) as Trials;
  const meanwhile = { ticks: () => 0, exchangesFrom: () => () => [] };
  return await certify('qimen', '7', { ...all, ...change }, meanwhile);
};

test('a connector is certified when nothing failed and something was tried', async () => {
  expect((await run({})).verdict).toBe('failed');
  const good = await run({ duplicates: async () => 'one effect' });
  expect(good.verdict).toBe('passed');
  expect(good.findings.map(({ trial }) => trial)).toEqual(TRIALS);
});

test('a trial that fails ends no other', async () => {
  const report = await run({
    duplicates: async () => {
      throw new NotAsItShould('two effects');
    },
    loss: async () => 'found again',
  });
  expect(report.verdict).toBe('failed');
  expect(report.findings.filter(({ verdict }) => verdict !== 'not applicable')).toMatchObject([
    { trial: 'duplicates', verdict: 'failed', says: 'two effects' },
    { trial: 'loss', verdict: 'passed', says: 'found again' },
  ]);
});
