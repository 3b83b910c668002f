import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { HttpFailure, createDestinations, createHttpClient } from './index.ts';

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** Hosts that lead inside, as a registration could spell them. */
const INNER = `
  127.0.0.1 127.1 0x7f.1 2130706433 017700000001 0 0.0.0.0
  １２７.0.0.1 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1
  100.100.100.200 198.18.0.1 192.0.0.1 224.0.0.1 240.0.0.1 255.255.255.255 [::]
  [::1] [fe80::1] [fc00::1] [fd12::1] [ff02::1] [::ffff:127.0.0.1] [::ffff:a00:1]
  [::ffff:8.8.8.8] [64:ff9b::7f00:1] [2002:7f00:1::] [2001:0:7f00:1::] [fec0::1]
`
  .trim()
  .split(/\s+/);

test.each(INNER)('%s leads inside, in whatever spelling', async (host) => {
  const destinations = createDestinations('');
  expect(await destinations.leadsInside(new URL(`http://${host}:8080/spi`))).toBe(true);
  expect(destinations.allowsHostOf(new URL(`https://${host}/`))).toBe(false);
});

test.each(['8.8.8.8', '100.128.0.1', '172.32.0.1', '[2400:3200::1]'])(
  '%s is outside',
  async (host) => {
    expect(await createDestinations('').leadsInside(new URL(`https://${host}/`))).toBe(false);
  },
);

test('a listed network may be called, and nothing beside it; a bad entry is refused', async () => {
  const destinations = createDestinations(' 10.1.0.0/16, ::1/128 ');
  expect(destinations.allowsHostOf(new URL('http://10.1.2.3/'))).toBe(true);
  expect(destinations.allowsHostOf(new URL('http://[::1]/'))).toBe(true);
  expect(destinations.allowsHostOf(new URL('http://10.2.0.1/'))).toBe(false);
  expect(destinations.allowsHostOf(new URL('http://[::ffff:10.1.2.3]/'))).toBe(false);
  for (const bad of ['10.1.0.0', 'seller.example', '10.0.0.0/40']) {
    expect(() => createDestinations(bad)).toThrow(bad);
  }
});

test('a name that does not resolve leads nowhere yet', async () => {
  expect(await createDestinations('').leadsInside(new URL('https://nowhere.invalid/'))).toBe(false);
});

/** A server on loopback that records the Host header of what reaches it. */
async function inside() {
  const hosts: string[] = [];
  const server = createServer((request, response) => {
    hosts.push(request.headers.host ?? '');
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  let connections = 0;
  server.on('connection', () => (connections += 1));
  return { port: (server.address() as AddressInfo).port, hosts, connections: () => connections };
}

function client(allowed: string) {
  const made = createHttpClient({
    name: 'seller',
    connectTimeoutMs: 2_000,
    responseTimeoutMs: 2_000,
    maxConnections: 2,
    maxResponseBytes: 1_000,
    destinations: createDestinations(allowed),
  });
  closers.push(() => made.close());
  return made;
}

test.each(['localhost', '127.0.0.1', '127.1', '[::ffff:127.0.0.1]'])(
  'nothing is sent to %s, whether the address or what its name resolves to is inner',
  async (host) => {
    const server = await inside();
    const call = client('').request({ url: `http://${host}:${server.port}/spi`, method: 'POST' });
    const failure: unknown = await call.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HttpFailure);
    expect(failure).toMatchObject({
      outcome: 'not-sent',
      message: 'seller has an address that leads inside',
    });
    expect(server.connections()).toBe(0);
  },
);

test('a listed address is connected to under its name, and a redirect is not followed', async () => {
  const server = await inside();
  const answer = await client('127.0.0.0/8,::1/128').request({
    url: `http://localhost:${server.port}/spi`,
    method: 'GET',
  });
  expect(answer.status).toBe(302);
  expect(server.hosts).toEqual([`localhost:${server.port}`]);
});
