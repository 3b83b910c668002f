import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withCacheLock } from './cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-cache-'));
const before = process.env['ASTROLABE_CACHE'];
beforeAll(() => {
  process.env['ASTROLABE_CACHE'] = folder;
});
afterAll(() => {
  if (before === undefined) delete process.env['ASTROLABE_CACHE'];
  else process.env['ASTROLABE_CACHE'] = before;
  rmSync(folder, { recursive: true, force: true });
});

test('who waits for a set-up tells how far it is', async () => {
  const heard: string[] = [];
  let release = () => {};
  const told = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = withCacheLock(
    'thing',
    () => {},
    async (log) => {
      log('thing: 15 s, compiling the storage engine');
      await told;
    },
  );
  const second = withCacheLock(
    'thing',
    (line) => {
      heard.push(line);
      if (line.includes('compiling')) release();
    },
    () => Promise.resolve('mine'),
  );
  await first;
  expect(await second).toBe('mine');
  expect(heard).toEqual([
    `thing: process ${process.pid} is setting it up, waiting`,
    `  process ${process.pid}: thing: 15 s, compiling the storage engine`,
  ]);
});

test('a lock that somebody else took over is neither written nor removed', async () => {
  const lock = join(folder, 'other.lock');
  await withCacheLock(
    'other',
    () => {},
    (log) => {
      writeFileSync(lock, '1\ntheirs');
      log('ours');
      return Promise.resolve();
    },
  );
  expect(readFileSync(lock, 'utf8')).toBe('1\ntheirs');
});
