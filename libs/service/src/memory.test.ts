import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/**
 * Counts the full collections while buffers come and go, some of which live for a while, beside objects that
 * do not: what a service under load does.
 */
const LOAD = `
  import { PerformanceObserver, constants } from 'node:perf_hooks';
  let full = 0;
  const count = (list) => {
    for (const { detail } of list.getEntries()) {
      if (detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR) full += 1;
    }
  };
  const observer = new PerformanceObserver(count);
  observer.observe({ entryTypes: ['gc'] });
  const alive = [];
  for (let nth = 0; nth < 40_000; nth += 1) {
    alive[nth % 400] = { body: new Uint8Array(65_536), texts: Array.from({ length: 50 }, String) };
    if (nth % 100 === 0) await new Promise(setImmediate);
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.stdout.write(String(full));
`;

function fullCollections(before: string): number {
  const script = `${before}\n${LOAD}`;
  const node = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(node.stderr).toBe('');
  return Number(node.stdout);
}

test('buffers that come and go do not make a process collect everything again and again', () => {
  const memory = JSON.stringify(new URL('memory.ts', import.meta.url).href);
  const tuned = fullCollections(`import { tuneMemory } from ${memory}; tuneMemory();`);
  const usual = fullCollections('');
  expect(usual).toBeGreaterThan(4 * tuned);
});
