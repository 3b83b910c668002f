import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDestinations, createHttpClient } from '@astrolabe/http';
import { expect, test } from 'vitest';
import { createSpiClient, spiUrlProblem } from './index.ts';

test('a call to an inner address fails before anything is sent, even when it was registered', async () => {
  let connections = 0;
  const server = createServer().on('connection', () => (connections += 1));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const http = createHttpClient({
    name: 'seller',
    connectTimeoutMs: 1_000,
    responseTimeoutMs: 1_000,
    maxConnections: 1,
    maxResponseBytes: 1_000,
    destinations: createDestinations(''),
  });
  const { port } = server.address() as AddressInfo;
  const answer = await createSpiClient(http, () => new Date()).call(
    { spiUrl: `http://127.0.0.1:${port}/spi`, appKey: 'k', secret: 's' },
    'qimen.alibaba.omniorder.test',
    '{}',
  );
  await http.close();
  server.close();
  expect(answer).toEqual({ kind: 'failed', error: 'seller has an address that leads inside' });
  expect(connections).toBe(0);
});

test('an address to be registered is HTTPS, plain and outside', async () => {
  const rule = { allowHttp: false, destinations: createDestinations('') };
  for (const bad of [
    'http://8.8.8.8/',
    'ftp://8.8.8.8/',
    'https://u@8.8.8.8/',
    'https://8.8.8.8/?a',
  ]) {
    expect(await spiUrlProblem(bad, rule)).toBe('BAD_URL');
  }
  expect(await spiUrlProblem('https://0x7f.1/spi', rule)).toBe('INNER_ADDRESS');
  expect(await spiUrlProblem('https://localhost/spi', rule)).toBe('INNER_ADDRESS');
  expect(await spiUrlProblem('https://8.8.8.8/spi', rule)).toBeNull();
  expect(await spiUrlProblem('', rule)).toBeNull();
});
