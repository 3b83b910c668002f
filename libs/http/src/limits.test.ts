import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createLogger } from '@astrolabe/service';
import { METRIC, metricsText } from '@astrolabe/telemetry';
import { afterEach, expect, test } from 'vitest';
import { createDestinations, createHttpClient, createHttpServer } from './index.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(): Promise<string> {
  const http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 1_000,
  });
  http.app.post('/spi/:method', async (request) => ({
    buffer: Buffer.isBuffer(request.body),
    bytes: (request.body as Buffer).length,
  }));
  await http.component.start();
  closers.push(() => http.component.stop());
  return http.address();
}

async function peer(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function client() {
  const made = createHttpClient({
    name: 'peer',
    connectTimeoutMs: 2_000,
    responseTimeoutMs: 2_000,
    maxConnections: 2,
    maxResponseBytes: 1_000,
    destinations: createDestinations('127.0.0.1/32'),
  });
  closers.push(() => made.close());
  return made;
}

test('a body is a Buffer even when there is none, and under any content type', async () => {
  const url = await serve();
  const post = async (init: RequestInit) =>
    await (await fetch(`${url}/spi/x`, { method: 'POST', ...init })).json();
  expect(await post({})).toEqual({ buffer: true, bytes: 0 });
  for (const type of ['text/xml;charset=utf-8', 'application/x-www-form-urlencoded;']) {
    expect(await post({ body: 'a=1', headers: { 'content-type': type } })).toEqual({
      buffer: true,
      bytes: 3,
    });
  }
});

test('a wrong method on a path with parameters is 405 and tells the right one', async () => {
  const response = await fetch(`${await serve()}/spi/anything?sign=1`, { method: 'DELETE' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  expect((await fetch(`${await serve()}/spi/a/b`, { method: 'POST' })).status).toBe(404);
});

test('a compressed body is refused before it is read', async () => {
  const response = await fetch(`${await serve()}/spi/x`, {
    method: 'POST',
    body: 'x',
    headers: { 'content-encoding': 'gzip' },
  });
  expect(response.status).toBe(415);
});

test('where gzip is read, the limit bounds what comes out of it', async () => {
  const http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 1_000,
    readsGzip: true,
  });
  http.app.post('/x', async (request) => ({ said: (request.body as Buffer).toString() }));
  await http.component.start();
  const send = async (body: Buffer, encoding = 'gzip') => {
    const headers = { 'content-encoding': encoding };
    const init = { method: 'POST', body: new Uint8Array(body), headers };
    return await fetch(`${http.address()}/x`, init);
  };
  try {
    expect(await (await send(gzipSync('天津市'))).json()).toEqual({ said: '天津市' });
    expect((await send(gzipSync('x'.repeat(1_001)))).status).toBe(413);
    expect((await send(Buffer.from('no gzip'))).status).toBe(400);
    expect((await send(Buffer.from('x'), 'br')).status).toBe(415);
  } finally {
    await http.component.stop();
  }
});

test('requests are measured by route, never by address', async () => {
  const url = await serve();
  await fetch(`${url}/spi/canary`, { method: 'POST' });
  const text = await metricsText();
  expect(text).toContain(`${METRIC.httpServerDuration}_count{method="POST",route="/spi/:method"`);
  expect(text).not.toContain('canary');
});

test('an answer beyond the limit is cut off with unknown outcome', async () => {
  const url = await peer((_request, response) => response.end('x'.repeat(5_000)));
  await expect(client().request({ url, method: 'POST' })).rejects.toMatchObject({
    name: 'HttpFailure',
    outcome: 'unknown',
  });
});

test('a redirect is an answer and not followed', async () => {
  let asked = 0;
  const url = await peer((_request, response) => {
    asked += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  expect((await client().request({ url, method: 'GET' })).status).toBe(302);
  expect(asked).toBe(1);
});

test('an unusable address is a failure that sent nothing', async () => {
  for (const url of ['not a url', 'file:///etc/hosts']) {
    await expect(client().request({ url, method: 'GET' })).rejects.toMatchObject({
      name: 'HttpFailure',
      outcome: 'not-sent',
    });
  }
});

test('a connection lost while the answer is awaited leaves the outcome unknown', async () => {
  const url = await peer((request) => request.socket.destroy());
  await expect(client().request({ url, method: 'POST', body: 'x' })).rejects.toMatchObject({
    outcome: 'unknown',
  });
});
