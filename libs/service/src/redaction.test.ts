import { expect, test } from 'vitest';
import { createHealthServer, createLogger } from './index.ts';

function logger() {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { log: createLogger({ service: 'test', level: 'trace' }, destination), lines };
}

const CANARY = 'canary13800000000';

test.each([
  'appSecret',
  'app_secret',
  'accessToken',
  'access_token',
  'sessionKey',
  'session',
  'sign',
  'mobile',
  'receiver_mobile',
  'receiverMobile',
  'receivermobile',
  'buyerPhone',
  'receiverName',
  'buyer_nick',
  'detailAddress',
  'Authorization',
  'dbPassword',
  'rawBody',
  'requestBody',
])('%s is hidden at the top, nested, in arrays and in bindings', (field) => {
  const { log, lines } = logger();
  const value = { [field]: CANARY };
  log.info(value, 'top');
  log.info({ a: { b: { c: [{ d: value }] } } }, 'nested');
  log.info({ map: new Map([['x', value]]) }, 'map');
  log.child({ request: value }).info('child');
  log.info('formatted %o', value);
  log.error({ err: new Error('x', { cause: Object.assign(new Error('y'), value) }) });
  expect(lines).toHaveLength(6);
  expect(lines.join('')).not.toContain(CANARY);
});

test('secrets inside texts, messages and error messages are hidden', () => {
  const { log, lines } = logger();
  log.info({ url: `https://host/router/rest?method=a&session=${CANARY}&sign=${CANARY}` }, 'u');
  log.info(`called /x?access_token=${CANARY}`);
  log.error(new Error(`mongodb://user:${CANARY}@host/db is not there`));
  log.error({ err: new Error(`POST /x?sign=${CANARY} failed`) });
  expect(lines.join('')).not.toContain(CANARY);
  expect(lines[0]).toContain('method=a');
});

test('what an operator needs stays readable', () => {
  const { log, lines } = logger();
  const fields = {
    trade: '1',
    seller: '2',
    topic: 't',
    port: 3,
    hostname: 'h',
    reason: 'sold-out',
  };
  log.info({ ...fields, amount: 7n, at: new Date(0), bytes: Buffer.from('abc') }, 'm');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    ...fields,
    amount: '7',
    at: '1970-01-01T00:00:00.000Z',
    bytes: '[3 bytes]',
  });
});

test('a component can say that it is not ready, and a hanging check is run once', async () => {
  const health = createHealthServer(() => {});
  const port = await health.listen('127.0.0.1', 0);
  const status = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`);
    return [response.status, ((await response.json()) as { failed: string[] }).failed];
  };
  health.setServing(true);
  health.setReady('consumer', false);
  expect(await status()).toEqual([503, ['consumer']]);
  health.setReady('consumer', true);
  expect(await status()).toEqual([200, []]);
  let runs = 0;
  let release = () => {};
  health.addCheck('database', () => {
    runs += 1;
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const probes = await Promise.all([status(), status()]);
  expect(probes).toEqual([
    [503, ['database']],
    [503, ['database']],
  ]);
  expect(runs).toBe(1);
  release();
  await health.close();
});
