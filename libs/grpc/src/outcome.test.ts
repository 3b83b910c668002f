import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { OrderServiceClient, OrderServiceService } from '@astrolabe/contracts/order';
import { METRIC, metricsText } from '@astrolabe/telemetry';
import { afterEach, expect, test } from 'vitest';
import { GrpcCallError, createGrpcClient, createGrpcServer, unary } from './index.ts';
import type { UnaryContext } from './index.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const key = { orderRef: { channel: 'tmall', sellerId: '21230', number: '41171611600046273' } };

function connect(port: number) {
  const client = createGrpcClient(OrderServiceClient, {
    address: `127.0.0.1:${port}`,
    name: 'console',
    defaultDeadlineMs: 5_000,
  });
  closers.push(() => client.close());
  return client;
}

async function serve(getOrder: (context: UnaryContext) => Promise<void>, logged: string[] = []) {
  const nothing = unary('nothing', async () => ({}));
  const server = createGrpcServer({
    logger: { error: (fields) => void logged.push(String((fields as { err?: unknown }).err)) },
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        OrderServiceService,
        {
          getOrder: unary('getOrder', async (_request, context) => {
            await getOrder(context);
            return { order: undefined };
          }),
          listOrders: nothing,
          reportAllocation: nothing,
        },
      ],
    ],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  return server.port();
}

/** The port of a server that accepts connections, reads a request, then hangs up. */
async function hangsUp(): Promise<number> {
  const server = createServer((socket) => {
    // An empty SETTINGS frame makes the peer believe in HTTP/2; the request's HEADERS end it.
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    socket.on('error', () => {});
    let seen = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      seen = Buffer.concat([seen, bytes]);
      if (seen.includes('getOrder') || seen.length > 150) socket.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('a connection lost after the request went out leaves the outcome unknown, unrepeated', async () => {
  const port = await hangsUp();
  const before = await metricsText();
  const error = await connect(port)
    .call('getOrder', key)
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(GrpcCallError);
  expect(error).toMatchObject({ code: 14, outcome: 'unknown' });
  const repeats = (text: string) =>
    text.split('\n').find((l) => l.startsWith(METRIC.grpcClientRetries));
  expect(repeats(await metricsText())).toBe(repeats(before));
});

test('a call that found no server is repeated, then unavailable', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => {
    closed.listen(0, '127.0.0.1', resolve);
  });
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => {
    closed.close(resolve);
  });
  await expect(connect(port).call('getOrder', key)).rejects.toMatchObject({
    code: 14,
    outcome: 'unavailable',
  });
  expect(await metricsText()).toMatch(/grpc_client_retries_total\{method="getOrder".*\} [1-3]\b/);
});

test('a bug in a handler reaches the log of its server', async () => {
  const logged: string[] = [];
  const port = await serve(async () => {
    throw new TypeError('broken part');
  }, logged);
  await expect(connect(port).call('getOrder', key)).rejects.toMatchObject({
    code: 13,
    outcome: 'unknown',
  });
  expect(logged).toEqual(['TypeError: broken part']);
});

test('the actor is the calling service, or whom it acts for', async () => {
  const actors: (string | undefined)[] = [];
  const port = await serve(async (context) => void actors.push(context.actor));
  const client = connect(port);
  await client.call('getOrder', key);
  await client.call('getOrder', key, { actor: 'clerk:7' });
  expect(actors).toEqual(['console', 'clerk:7']);
});

test('a unary call without a deadline is refused', async () => {
  const port = await serve(async () => {});
  const code = await new Promise((resolve) => {
    const client = connect(port);
    client.raw.getOrder(key, client.metadata(), (error) => resolve(error?.code));
  });
  expect(code).toBe(3);
});
