import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { spawnService, startKafka, startMongo } from './index.ts';

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
  await expect(broken).rejects.toThrow(/broken ended while starting[\s\S]*no database/);
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
