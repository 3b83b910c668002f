import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { StartAbandoned, lastLines, spawnService, startKafka, startMongo } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'astrolabe-servers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = (name: string, code: string): string => {
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, code);
  return file;
};

test('a database starts again on the folder of an earlier one', async () => {
  const dataDir = join(folder, 'mongo');
  const first = await startMongo({ dataDir });
  expect(first.uri).toContain('127.0.0.1');
  await first.stop();
  const second = await startMongo({ dataDir });
  expect(second.pid).not.toBe(first.pid);
  await second.stop();
});

test('a taken port is told at once', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  await expect(startMongo({ dataDir: join(folder, 'm2'), port })).rejects.toThrow(/in use/);
  await expect(startKafka({ dataDir: join(folder, 'k2'), port })).rejects.toThrow(/in use/);
  await new Promise((resolve) => taken.close(resolve));
});

test('a service is ready when its line says so, and ends when asked', async () => {
  const service = await spawnService({
    name: 'good',
    entry: entry(
      'good',
      `process.stdin.resume();
       process.once('SIGTERM', () => process.exit(0));
       console.log(JSON.stringify({ msg: 'ready', grpcPort: 7 }));`,
    ),
    env: {},
    logFile: join(folder, 'good.log'),
  });
  expect(service.ready.grpcPort).toBe(7);
  await service.stop();
  expect(await service.exited).toEqual({ code: 0, signal: null });
});

test('a service that dies while starting is told with the end of its log', async () => {
  const broken = spawnService({
    name: 'broken',
    entry: entry('broken', `console.error('no database'); process.exit(3);`),
    env: {},
    logFile: join(folder, 'broken.log'),
  });
  await expect(broken).rejects.toThrow(
    /^broken ended with exit code 3 while starting[\s\S]*broken\.log ends with:\n\s+no database/,
  );
});

/** Seconds become tens of milliseconds. */
const patience = { firstNoticeMs: 500, noticeEveryMs: 1_000, quietMs: 3_000, maxMs: 60_000 };
const STARTING = `console.log(JSON.stringify({ msg: 'starting', component: 'kafka' }));`;

test('a start that stands still is given up: what it waited for, and the end of its log in words', async () => {
  const told: string[] = [];
  const still = spawnService({
    name: 'still',
    entry: entry(
      'still',
      `${STARTING}
       console.log(JSON.stringify({ level: 'warn', msg: 'no broker', err: { message: 'refused' } }));
       setInterval(() => {}, 1000);`,
    ),
    env: {},
    logFile: join(folder, 'still.log'),
    log: (line) => told.push(line),
    patience,
  });
  await expect(still).rejects.toThrow(
    /^still was not ready after \d+ s: it waited for its component kafka and has done nothing for 3 s[\s\S]*WARN no broker: refused/,
  );
  expect(told[0]).toMatch(/^not ready after \d+ s: still waits for its/);
});

test('a start that makes progress is waited for, beyond the quiet time', async () => {
  const slow = await spawnService({
    name: 'slow',
    entry: entry(
      'slow',
      `${STARTING}
       let n = 0;
       const timer = setInterval(() => {
         n += 1;
         console.log(n < 10 ? 'record ' + n : '{"msg":"ready"}');
       }, 700);`,
    ),
    env: {},
    logFile: join(folder, 'slow.log'),
    patience,
  });
  expect(slow.ready.msg).toBe('ready');
  await slow.stop();
});

test('a start can be broken off, and its process is gone then', async () => {
  const caller = new AbortController();
  const abandoned = spawnService({
    name: 'abandoned',
    entry: entry('abandoned', `console.log(process.pid); setInterval(() => {}, 1000);`),
    env: {},
    logFile: join(folder, 'abandoned.log'),
    signal: caller.signal,
  });
  await expect.poll(() => lastLines(join(folder, 'abandoned.log'), 1)).toMatch(/\d/);
  caller.abort();
  await expect(abandoned).rejects.toThrow(StartAbandoned);
  const pid = Number(lastLines(join(folder, 'abandoned.log'), 1));
  expect(() => process.kill(pid, 0)).toThrow();
});

test('children end with a launcher that is killed', async () => {
  const child = entry('child', `console.log('{"msg":"ready"}'); setInterval(() => {}, 1000);`);
  const launcher = entry(
    'launcher',
    `import { spawnService } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
     const service = await spawnService({ name: 'child', entry: ${JSON.stringify(child)}, env: {},
       logFile: ${JSON.stringify(join(folder, 'child.log'))} });
     console.log(service.pid);
     process.kill(process.pid, 'SIGKILL');`,
  );
  let output = '';
  try {
    execFileSync(process.execPath, [launcher], { encoding: 'utf8' });
  } catch (error) {
    output = String((error as { stdout?: unknown }).stdout);
  }
  const pid = Number(output.trim());
  expect(pid).toBeGreaterThan(0);
  await expect
    .poll(() => execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim())
    .toMatch(/^Z|^$/)
    .catch(() => {
      // ps fails once the process is gone altogether, which is what we wait for.
      expect(() => process.kill(pid, 0)).toThrow();
    });
});
