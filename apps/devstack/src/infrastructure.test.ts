import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clearData, unlessBrokenOff } from './infrastructure.ts';

let folder = '';
const lines: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'astrolabe-data-'));
  mkdirSync(join(folder, 'kafka/log'), { recursive: true });
  writeFileSync(join(folder, 'kafka/log/0'), Buffer.alloc(3 * 1024 ** 2));
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const log = (line: string) => void lines.push(line);

test('what a plain start deletes is said, and how it is kept', () => {
  const kafka = join(folder, 'kafka');
  clearData({ keep: false }, [kafka, join(folder, 'mongo')], log);
  expect(lines).toEqual([
    `deleting the data of the last start: 3 MB in ${kafka} (npm start -- --keep keeps it)`,
  ]);
  expect(existsSync(kafka)).toBe(false);
});

test('kept data stays', () => {
  clearData({ keep: true }, [join(folder, 'kafka')], log);
  expect(lines[0]).toMatch(/^keeping the data of the last start/);
  expect(existsSync(join(folder, 'kafka/log/0'))).toBe(true);
});

test('a first start has nothing to say', () => {
  clearData({ keep: false }, [join(folder, 'mongo')], log);
  expect(lines).toEqual([]);
});

test('who breaks the start off does not wait for a set-up', async () => {
  const breakOff = new AbortController();
  const waiting = unlessBrokenOff(breakOff.signal, new Promise(() => {}));
  breakOff.abort();
  await expect(waiting).rejects.toThrow('broken off');
  await expect(unlessBrokenOff(breakOff.signal, new Promise(() => {}))).rejects.toThrow(
    'broken off',
  );
});

test('a set-up that ends is waited for, and its failure is told', async () => {
  const { signal } = new AbortController();
  await unlessBrokenOff(signal, Promise.resolve());
  await expect(unlessBrokenOff(signal, Promise.reject(new Error('no disk')))).rejects.toThrow(
    'no disk',
  );
});
