import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLogger, readFailuresWith } from '@astrolabe/service';
import type { FailureKind } from '@astrolabe/service';
import { afterEach, expect, test } from 'vitest';
import { createHttpServer } from './index.ts';

class PeerRefused extends Error {
  readonly kind: FailureKind;

  constructor(kind: FailureKind) {
    super('a secret detail');
    this.kind = kind;
  }
}

readFailuresWith((error) =>
  error instanceof PeerRefused
    ? { kind: error.kind, code: error.kind === 'INVALID' ? 'INVALID_PAGE_TOKEN' : '', message: '' }
    : null,
);

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const server = async (answerWithinMs?: number) => {
  const http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 1_000,
    ...(answerWithinMs === undefined ? {} : { answerWithinMs }),
  });
  closers.push(() => http.component.stop());
  return http;
};

test('what a peer refused is 400, 403, 404 or 409, what is away is 503, a bug is 500', async () => {
  const http = await server();
  http.app.get('/:kind', async (request) => {
    const { kind } = request.params as { kind: FailureKind | 'BUG' };
    if (kind === 'BUG') throw new TypeError('a secret detail');
    // The failure may be wrapped on its way.
    throw new Error('wrapped', { cause: new PeerRefused(kind) });
  });
  await http.component.start();
  const told: Record<string, unknown> = {};
  for (const kind of ['INVALID', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'UNAVAILABLE', 'BUG']) {
    const response = await fetch(`${http.address()}/${kind}`);
    const body = (await response.json()) as { code: string; message: string };
    expect(JSON.stringify(body)).not.toContain('secret');
    told[kind] = [response.status, body.code, response.headers.get('retry-after')];
  }
  expect(told).toEqual({
    INVALID: [400, 'INVALID_PAGE_TOKEN', null],
    FORBIDDEN: [403, 'FORBIDDEN', null],
    NOT_FOUND: [404, 'NOT_FOUND', null],
    CONFLICT: [409, 'CONFLICT', null],
    UNAVAILABLE: [503, 'SERVICE_UNAVAILABLE', '1'],
    BUG: [500, 'INTERNAL', null],
  });
});

test('work that hangs is answered as unavailable in time', async () => {
  const http = await server(300);
  const { promise: never } = Promise.withResolvers<void>();
  http.app.get('/hangs', async () => {
    await never;
  });
  http.app.get('/quick', async () => 'quick');
  await http.component.start();
  const startedAt = performance.now();
  const response = await fetch(`${http.address()}/hangs`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(performance.now() - startedAt).toBeGreaterThan(250);
  expect(await (await fetch(`${http.address()}/quick`)).text()).toBe('quick');
});

test('before it stops, callers are asked to give up their connections, and are answered', async () => {
  const http = await server();
  http.app.get('/', async () => 'served');
  await http.component.start();
  const before = await fetch(http.address());
  http.component.leave();
  const after = await fetch(http.address());
  expect([before.headers.get('connection'), after.headers.get('connection')]).toEqual([
    'keep-alive',
    'close',
  ]);
  expect(await after.text()).toBe('served');
});

test('a request that was on its way when the server stopped is answered by its route', async () => {
  const http = await server();
  http.app.get('/late', async () => 'late');
  await http.component.start();
  const socket = connect(http.port(), '127.0.0.1');
  closers.push(() => void socket.destroy());
  const answer = text(socket);
  socket.write('GET /late HTTP/1.1\r\nHost: here\r\n');
  // The other half comes when the first one has been read, and the server is stopping.
  await expect.poll(() => http.app.server.listening && socket.bytesWritten).toBeGreaterThan(0);
  await (await fetch(`${http.address()}/late`)).text();
  const stopped = http.component.stop();
  await expect.poll(() => http.app.server.listening).toBe(false);
  socket.write('\r\n');
  expect(await answer).toMatch(/^HTTP\/1.1 200 OK[\s\S]*connection: close[\s\S]*late$/i);
  await stopped;
});
