import Type from 'typebox';
import { initTelemetry } from '@astrolabe/telemetry';
import { describe, expect, test } from 'vitest';
import { ConfigError, createHealthServer, createLogger, loadConfig, startAll } from './index.ts';

const Schema = Type.Object({
  PORT: Type.Integer({ default: 80, minimum: 0 }),
  URL: Type.String({ minLength: 1 }),
  SECRET: Type.String({ minLength: 10 }),
});

describe('configuration', () => {
  test('fills in defaults, converts numbers, drops what is unknown and freezes', () => {
    const config = loadConfig(Schema, { URL: 'u', SECRET: '0123456789', PORT: '81', HOME: '/x' });
    expect(config).toEqual({ URL: 'u', SECRET: '0123456789', PORT: 81 });
    expect(Object.isFrozen(config)).toBe(true);
  });

  test('reports every problem at once and quotes no value', () => {
    const read = () => loadConfig(Schema, { PORT: 'eighty', SECRET: 'hunter2' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT[\s\S]*SECRET|SECRET[\s\S]*PORT/);
    expect(read).toThrow(/URL/);
    expect(read).not.toThrow(/hunter2/);
  });
});

test('logs hide secrets and personal data at any depth', () => {
  const lines: string[] = [];
  const logger = createLogger(
    { service: 'test', level: 'info' },
    { write: (line) => void lines.push(line) },
  );
  const error = Object.assign(new Error('broken'), { secret: 'canary-1' });
  logger.info(
    { a: { b: [{ secret: 'canary-2', mobile: 'canary-3' }] }, sign: 'canary-4', err: error },
    'hello',
  );
  expect(lines.join()).not.toContain('canary');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    service: 'test',
    msg: 'hello',
    err: { message: 'broken' },
  });
});

await initTelemetry({ service: 'test', sampleRatio: 1 });

test('readiness follows the checks, liveness does not', async () => {
  const health = createHealthServer(() => {});
  const port = await health.listen('127.0.0.1', 0);
  const status = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  let broken = false;
  health.addCheck('database', () => {
    if (broken) throw new Error('gone');
  });
  expect(await status('/readyz')).toBe(503);
  health.setServing(true);
  expect(await status('/readyz')).toBe(200);
  broken = true;
  expect(await status('/readyz')).toBe(503);
  expect(await status('/livez')).toBe(200);
  expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain(
    'nodejs_eventloop',
  );
  await health.close();
});

test('what has started is stopped in reverse when a later part cannot start', async () => {
  const told: string[] = [];
  const part = (name: string, fails = false) => ({
    name,
    start: async () => {
      if (fails) throw new Error('no');
      told.push(`start ${name}`);
    },
    stop: async () => void told.push(`stop ${name}`),
  });
  await expect(startAll([part('a'), part('b'), part('c', true)])).rejects.toThrow('no');
  expect(told).toEqual(['start a', 'start b', 'stop b', 'stop a']);
});
