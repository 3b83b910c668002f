import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { identityEnv } from '@astrolabe/testing';
import { afterEach, expect, test } from 'vitest';
import { ownVariable } from './index.ts';

const FIXTURE = fileURLToPath(new URL('../test/several-fixture.ts', import.meta.url));

type Line = {
  msg: string;
  service: string;
  port?: number;
  identity?: string;
  healthPort?: number;
  err?: { message: string };
};
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Runs both; `env` is put over what they need. */
function run(env: Record<string, string> = {}) {
  const identities = ['settlement', 'order-push'].flatMap((name) =>
    Object.entries(identityEnv(name)).map(([key, value]) => [ownVariable(name, key), value]),
  );
  const child = spawn(process.execPath, [FIXTURE], {
    env: {
      LOG_LEVEL: 'warn',
      MODE: 'serve',
      HTTP_PORT: '1',
      ORDER_PUSH__HTTP_PORT: '2',
      ...Object.fromEntries(identities),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  const lines: Line[] = [];
  let stderr = '';
  child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
  const ready = new Promise<Line>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      lines.push(line);
      if (line.msg === 'ready') resolve(line);
    });
  });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, lines, ready, ended, stderr: () => stderr };
}

const of = (lines: readonly Line[], msg: string) => lines.filter((line) => line.msg === msg);

test('each has its environment, identity and name; one after the other they stop, the last first', async () => {
  const { child, lines, ready, ended } = run();
  const { healthPort } = await ready;
  expect((await fetch(`http://127.0.0.1:${healthPort}/readyz`)).status).toBe(200);
  expect(of(lines, 'start')).toEqual([
    expect.objectContaining({ service: 'settlement', identity: 'settlement', port: 1 }),
    expect.objectContaining({ service: 'order-push', identity: 'order-push', port: 2 }),
  ]);
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(of(lines, 'stop').map(({ service }) => service)).toEqual(['order-push', 'settlement']);
});

test('one that is unready makes the process unready, and is named', async () => {
  const { ready } = run({ ORDER_PUSH__MODE: 'unready' });
  const { healthPort } = await ready;
  const answer = await fetch(`http://127.0.0.1:${healthPort}/readyz`);
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual({ ready: false, failed: ['order-push/part'] });
});

test('what ends one ends all, with its reason', async () => {
  const { lines, ended } = run({ ORDER_PUSH__MODE: 'fatal' });
  expect(await ended).toBe(1);
  expect(of(lines, 'beyond repair')).toEqual([
    expect.objectContaining({
      service: 'order-push',
      err: expect.objectContaining({ message: 'consumer gone' }),
    }),
  ]);
  expect(of(lines, 'stop')).toHaveLength(2);
});

test('one that cannot start, or has no configuration, ends the process, and is named', async () => {
  const broken = run({ SETTLEMENT__MODE: 'cannot-start' });
  expect(await broken.ended).toBe(1);
  expect(of(broken.lines, 'could not start')).toMatchObject([{ service: 'settlement' }]);
  const unset = run({ HTTP_PORT: '' });
  expect(await unset.ended).toBe(2);
  expect(unset.stderr()).toMatch(/^settlement: [\s\S]*HTTP_PORT/);
  const foreign = run({ ...identityEnv('settlement'), ORDER_PUSH__SERVICE_KEY: '' });
  expect(await foreign.ended).toBe(2);
  expect(foreign.stderr()).toMatch(/^order-push: [\s\S]*SERVICE_KEY/);
});
