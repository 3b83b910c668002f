import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createInterface } from 'node:readline';
import { identityEnv } from '@astrolabe/testing';
import { afterEach, expect, test } from 'vitest';

const FIXTURE = fileURLToPath(new URL('../test/process-fixture.ts', import.meta.url));

type Line = { msg: string; component?: string; healthPort?: number; grpcPort?: number };
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(env: Record<string, string>, stdin: 'pipe' | 'ignore' = 'ignore') {
  const child = spawn(process.execPath, [FIXTURE], {
    env: { LOG_LEVEL: 'warn', ...identityEnv('fixture'), ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: Line[] = [];
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  let sawReady: (line: Line) => void = () => {};
  const ready = new Promise<Line>((resolve) => {
    sawReady = resolve;
  });
  if (child.stdout) {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      if (line.msg === 'ready') sawReady(line);
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, lines, ready, ended, stderr: () => stderr };
}

const moves = (lines: Line[]) =>
  lines.filter((line) => line.component).map((line) => `${line.msg} ${line.component}`);
const IN_ORDER = ['start a', 'start b', 'stop b', 'stop a'];

test('the ready line tells the ports under any log level, and SIGTERM ends in reverse order', async () => {
  const { child, lines, ready, ended } = run({ MODE: 'serve' });
  const line = await ready;
  expect(line).toMatchObject({ msg: 'ready', grpcPort: 7, healthPort: expect.any(Number) });
  const status = await fetch(`http://127.0.0.1:${line.healthPort}/readyz`);
  expect(status.status).toBe(200);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(moves(lines)).toEqual(IN_ORDER);
});

test('on SIGTERM it is unready first, goes on serving for the pause, and then closes', async () => {
  const { child, lines, ready, ended } = run({ MODE: 'serve', SHUTDOWN_PAUSE_MS: '1500' });
  const { healthPort } = await ready;
  const stopAt = performance.now();
  child.kill('SIGTERM');
  const status = async () => (await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status;
  await expect.poll(status).toBe(503);
  expect(moves(lines)).toEqual(['start a', 'start b', 'leave a', 'leave b']);
  expect(await ended).toBe(0);
  expect(performance.now() - stopAt).toBeGreaterThan(1_400);
  expect(moves(lines).slice(4)).toEqual(['stop b', 'stop a']);
});

test('a process whose launcher is gone ends by itself', async () => {
  const { child, lines, ready, ended } = run(
    { MODE: 'serve', ASTROLABE_EXIT_WITH_PARENT: '1' },
    'pipe',
  );
  await ready;
  child.stdin?.end();
  expect(await ended).toBe(0);
  expect(moves(lines)).toEqual(IN_ORDER);
});

test('no standard input at all is no launcher that has gone', async () => {
  const { child, ready, ended } = run({ MODE: 'serve', ASTROLABE_EXIT_WITH_PARENT: '1' });
  const { healthPort } = await ready;
  expect((await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status).toBe(200);
  child.kill('SIGINT');
  expect(await ended).toBe(0);
});

test.each(['fatal', 'uncaught'])(
  '%s: the rest is stopped in order and the code is 1',
  async (MODE) => {
    const { lines, ended } = run({ MODE });
    expect(await ended).toBe(1);
    expect(moves(lines)).toEqual(IN_ORDER);
  },
);

test('what had started is stopped when a later part cannot start, and the code is 1', async () => {
  const { lines, ended } = run({ MODE: 'cannot-start' });
  expect(await ended).toBe(1);
  expect(moves(lines)).toEqual(IN_ORDER);
});

test('a wrong configuration is told in full, and the code is 2', async () => {
  const { ended, stderr } = run({ HEALTH_PORT: '99999999', TRACE_SAMPLE_RATIO: '7' });
  expect(await ended).toBe(2);
  for (const name of ['MODE', 'HEALTH_PORT', 'TRACE_SAMPLE_RATIO']) {
    expect(stderr()).toContain(name);
  }
});

test('a process that cannot prove who it is does not start, and says what is missing', async () => {
  const none = run({ MODE: 'serve', SERVICE_KEY: '', SERVICE_PEERS: '' });
  expect(await none.ended).toBe(2);
  expect(none.stderr()).toMatch(/SERVICE_KEY, SERVICE_PEERS/);
  const another = run({ MODE: 'serve', ...identityEnv('console') });
  expect(await another.ended).toBe(2);
  expect(another.stderr()).toContain('SERVICE_KEY: is the key of console');
  const broken = run({ MODE: 'serve', SERVICE_KEY: `fixture:${'x'.repeat(60)}` });
  expect(await broken.ended).toBe(2);
  expect(broken.stderr()).not.toContain('xxxx');
});
