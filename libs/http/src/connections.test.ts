import { once } from 'node:events';
import { createConnection } from 'node:net';
import type { Socket } from 'node:net';
import { createLogger } from '@astrolabe/service';
import { afterEach, expect, test } from 'vitest';
import { createHttpServer } from './index.ts';
import type { HttpServerOptions } from './index.ts';
import { addressList, addressMatcher, peerKey } from './peer.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(options: Partial<HttpServerOptions>): Promise<number> {
  const http = await createHttpServer({
    logger: createLogger({ service: 'test', level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    bodyLimitBytes: 1_000,
    ...options,
  });
  http.app.get('/peer', async (request) => request.ip);
  await http.component.start();
  closers.push(() => http.component.stop());
  return http.port();
}

async function connect(port: number, localAddress = '127.0.0.1'): Promise<Socket> {
  const socket = createConnection({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => undefined);
  closers.push(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** The first line of the answer, or null when the connection was closed without one. */
async function ask(socket: Socket): Promise<string | null> {
  socket.write('GET /peer HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.9\r\n\r\n');
  const [chunk] = (await Promise.race([once(socket, 'data'), once(socket, 'close')])) as unknown[];
  return Buffer.isBuffer(chunk) ? chunk.toString() : null;
}

test('one peer cannot take the connections of another', async () => {
  const port = await serve({ connectionsPerPeer: 3 });
  const held = await Promise.all([1, 2, 3].map(() => connect(port)));
  for (const socket of held) expect(await ask(socket)).toMatch(/^HTTP\/1.1 200/);
  expect(await ask(await connect(port))).toBeNull();
  expect(await ask(await connect(port, '127.0.0.2'))).toMatch(/^HTTP\/1.1 200/);
  const [first] = held;
  first?.end();
  if (first) await once(first, 'close');
  expect(await ask(await connect(port))).toMatch(/^HTTP\/1.1 200/);
});

test('a trusted proxy is not counted, and names the peer; anybody else does not', async () => {
  const proxied = await serve({ connectionsPerPeer: 1, trustedProxies: ['127.0.0.0/30'] });
  for (const _ of [1, 2]) {
    expect(await ask(await connect(proxied))).toMatch(/203\.0\.113\.9$/);
  }
  expect(await ask(await connect(proxied, '127.0.0.9'))).toMatch(/127\.0\.0\.9$/);
  expect(await ask(await connect(await serve({})))).toMatch(/127\.0\.0\.1$/);
});

test('a connection that says nothing is closed, one that speaks is not', async () => {
  const port = await serve({ firstByteMs: 50, requestTimeoutMs: 60_000 });
  const silent = await connect(port);
  const slow = await connect(port);
  slow.write('GET /peer HT');
  await once(silent, 'close');
  expect(slow.destroyed).toBe(false);
  slow.write('TP/1.1\r\nhost: x\r\n\r\n');
  const [chunk] = (await once(slow, 'data')) as [Buffer];
  expect(chunk.toString()).toMatch(/^HTTP\/1.1 200/);
});

test('a request that never ends is closed soon after its time', async () => {
  const port = await serve({ requestTimeoutMs: 300 });
  const slow = await connect(port);
  const startedAt = performance.now();
  slow.write('POST /peer HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nx');
  await once(slow.resume(), 'close');
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test.each([
  ['203.0.113.9', '203.0.113.9'],
  ['::ffff:203.0.113.9', '203.0.113.9'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
])('%s counts as %s', (address, key) => {
  expect(peerKey(address)).toBe(key);
});

test('addresses and networks are matched in both families', () => {
  expect(addressList('')).toEqual([]);
  const matches = addressMatcher(addressList('10.0.0.0/8, 192.0.2.1,fd00::/8,'));
  for (const address of ['10.1.2.3', '::ffff:10.1.2.3', '192.0.2.1', 'fd12::1']) {
    expect(matches(address)).toBe(true);
  }
  for (const address of ['11.0.0.1', '192.0.2.2', 'fe80::1', ''])
    expect(matches(address)).toBe(false);
  expect(() => addressMatcher(['nonsense'])).toThrow();
});
