import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@astrolabe/service';
import { currentTraceparent, initTelemetry, withSpan } from '@astrolabe/telemetry';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { HttpTimeout, createDestinations, createHttpClient, createHttpServer } from './index.ts';

let telemetry: { shutdown(): Promise<void> };
beforeAll(async () => {
  telemetry = await initTelemetry({ service: 'test', sampleRatio: 1 });
});
afterAll(() => telemetry.shutdown());

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function server() {
  const http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 1_000,
    errorResponder: (error) => ({
      status: error.status,
      contentType: 'text/xml',
      body: `<code>${error.code}</code>`,
    }),
  });
  http.app.post('/echo', async (request) => request.body);
  http.app.post('/bug', async () => {
    throw new Error('secret detail');
  });
  await http.component.start();
  closers.push(() => http.component.stop());
  return `http://127.0.0.1:${http.port()}`;
}

const client = () => {
  const made = createHttpClient({
    name: 'peer',
    connectTimeoutMs: 500,
    responseTimeoutMs: 300,
    maxConnections: 2,
    maxResponseBytes: 10_000,
    destinations: createDestinations('127.0.0.1/32'),
  });
  closers.push(() => made.close());
  return made;
};

test('bodies arrive byte for byte, whatever the content type says', async () => {
  const url = await server();
  const body = Buffer.from([0, 255, 10, 13, 0xe4, 0xbd]);
  for (const type of ['application/json', 'text/xml', 'x/y']) {
    const answer = await client().request({
      url: `${url}/echo`,
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    expect(answer.body.equals(body)).toBe(true);
  }
});

test('what no route answers is told in the form of the channel, without internals', async () => {
  const url = await server();
  const told = async (path: string, init: RequestInit) => {
    const response = await fetch(url + path, init);
    return `${response.status} ${await response.text()}`;
  };
  expect(await told('/nowhere', { method: 'POST' })).toBe('404 <code>NOT_FOUND</code>');
  expect(await told('/echo', { method: 'GET' })).toBe('405 <code>METHOD_NOT_ALLOWED</code>');
  expect(await told('/echo', { method: 'POST', body: 'x'.repeat(1_001) })).toBe(
    '413 <code>BODY_TOO_LARGE</code>',
  );
  expect(await told('/bug', { method: 'POST', body: 'x' })).toBe('500 <code>INTERNAL</code>');
});

test('a late answer is a time-out with unknown outcome; no listener means not sent', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        silent.closeAllConnections();
        silent.close(() => resolve());
      }),
  );
  const { port } = silent.address() as AddressInfo;
  const late = await client()
    .request({ url: `http://127.0.0.1:${port}/`, method: 'GET' })
    .catch((error: unknown) => error);
  expect(late).toBeInstanceOf(HttpTimeout);
  await expect(
    client().request({ url: 'http://127.0.0.1:1/', method: 'GET' }),
  ).rejects.toMatchObject({ outcome: 'not-sent' });
});

test('a request carries the active trace', async () => {
  let seen: unknown;
  const peer = createServer((request, response) => {
    seen = request.headers['traceparent'];
    response.end('ok');
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => peer.close(() => resolve())));
  const { port } = peer.address() as AddressInfo;
  const active = await withSpan('outer', {}, async () => {
    await client().request({ url: `http://127.0.0.1:${port}/`, method: 'GET' });
    return currentTraceparent();
  });
  expect(String(seen).slice(0, 35)).toBe(active?.slice(0, 35));
});
