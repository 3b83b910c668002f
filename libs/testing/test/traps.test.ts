import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');

/** A row of the table: number, code files, and tests as [file, title]. */
type Row = { trap: string; code: string[]; tests: (readonly [string, string])[] };

const rows = readFileSync(join(ROOT, 'docs/traps.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\|\s*\d+ \|/.test(line))
  .map((line): Row => {
    const [, trap = '', , code = '', tests = ''] = line
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim());
    return {
      trap,
      code: [...code.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
      tests: tests.split('<br>').map((entry) => {
        const [, file = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(entry) ?? [];
        return [file, title] as const;
      }),
    };
  });

test('the table has each of the 35 traps once, in order', () => {
  expect(rows.map(({ trap }) => trap)).toEqual(Array.from({ length: 35 }, (_, n) => String(n + 1)));
});

test.each(rows)('trap $trap names code and tests that exist', ({ code, tests }) => {
  expect(code.length).toBeGreaterThan(0);
  for (const path of code) expect(existsSync(join(ROOT, path)), path).toBe(true);
  for (const [file, title] of tests) {
    expect(existsSync(join(ROOT, file)), file).toBe(true);
    expect(readFileSync(join(ROOT, file), 'utf8')).toContain(title);
  }
});
