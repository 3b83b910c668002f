import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { startKafka } from './index.ts';

const execute = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'astrolabe-install-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const FOLDER = 'kafka-4.2.0-log4j-2.25.3';
const index = JSON.stringify(join(import.meta.dirname, 'index.ts'));

/** Runs a set-up function in a process of its own and returns what it printed. */
async function setUp(name: 'ensureKafka' | 'ensureMongo', env: Record<string, string>) {
  const code = `const m = await import(${index});
    await m.${name}(console.log).then(() => console.log('there'), (e) => console.log(e.name, e.message));`;
  const run = await execute(process.execPath, ['--input-type=module', '-e', code], {
    env: { ...process.env, ...env },
    timeout: 100_000,
  });
  return run.stdout;
}

test('two set-ups at once do the work once, and clear what a killed one left', async () => {
  const cache = join(folder, 'cache');
  mkdirSync(join(cache, `${FOLDER}.part-4194999`), { recursive: true });
  writeFileSync(join(cache, `${FOLDER}.part-4194999`, 'half'), '');
  const outputs = await Promise.all(
    [1, 2].map(() => setUp('ensureKafka', { ASTROLABE_CACHE: cache })),
  );
  expect(outputs.every((output) => output.trimEnd().endsWith('there'))).toBe(true);
  expect(outputs.join('').match(/done in \d+ s/g)).toHaveLength(1);
  expect(readdirSync(join(cache, FOLDER))).toContain('kafka_2.13-4.2.0.jar');
  expect(readdirSync(cache).filter((name) => /part|lock/.test(name))).toEqual([]);
});

test('a missing program is named with how to get it', async () => {
  const bare = {
    ASTROLABE_CACHE: join(folder, 'none'),
    PATH: join(folder, 'no-programs'),
    MONGOMS_DOWNLOAD_MIRROR: 'http://127.0.0.1:9',
  };
  expect(await setUp('ensureKafka', bare)).toMatch(
    /MissingPrerequisite java is missing.*How to get it: apt-get install/,
  );
  expect(await setUp('ensureMongo', bare)).toMatch(
    /MissingPrerequisite cargo is missing.*How to get it: install Rust/,
  );
  expect(existsSync(join(folder, 'none', FOLDER))).toBe(false);
});

test('a broker starts again on the data it has', async () => {
  const dataDir = join(folder, 'kafka');
  const first = await startKafka({ dataDir });
  await first.stop();
  const second = await startKafka({ dataDir });
  expect(second.pid).not.toBe(first.pid);
  await second.stop();
  expect(await second.exited).toMatchObject({ signal: null });
});
