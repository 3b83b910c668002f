import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

const STEPS = 400;
/** SIMULATION_SEEDS: how many; SIMULATION_SEED: only this one, e.g. one that failed. */
const COUNT = Number(process.env['SIMULATION_SEEDS'] ?? 10_000);
const ONLY = process.env['SIMULATION_SEED'];

test('every promise holds under crashes, lost answers and stale owners, for every seed', () => {
  const seeds = ONLY ? [Number(ONLY)] : Array.from({ length: COUNT }, (_, seed) => seed + 1);
  const sum = { records: 0, operations: 0, responses: 0, leaderships: 0 };
  const startMs = performance.now();
  for (const seed of seeds) {
    try {
      const run = simulate(seed, STEPS);
      for (const key of ['records', 'operations', 'responses', 'leaderships'] as const)
        sum[key] += run[key];
    } catch (error) {
      throw new Error(`seed ${seed}: run again with SIMULATION_SEED=${seed}`, { cause: error });
    }
  }
  const perSecond = Math.round((seeds.length * 1_000) / (performance.now() - startMs));
  process.stdout.write(
    `simulation: ${seeds.length} seeds, ${perSecond} seeds/s, ${JSON.stringify(sum)}\n`,
  );
  // A simulation in which nothing happens proves nothing.
  expect(sum.operations).toBeGreaterThan(seeds.length * 5);
  expect(sum.leaderships).toBeGreaterThan(seeds.length * 2);
}, 600_000);
