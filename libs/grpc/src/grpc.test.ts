import { OrderServiceClient, OrderServiceService } from '@astrolabe/contracts/order';
import type { GetOrderRequest, GetOrderResponse } from '@astrolabe/contracts/order';
import { InventoryServiceClient, InventoryServiceService } from '@astrolabe/contracts/inventory';
import type { ExecuteStreamRequest, ExecuteStreamResponse } from '@astrolabe/contracts/inventory';
import { currentTraceparent, initTelemetry, withSpan } from '@astrolabe/telemetry';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  GRPC,
  GrpcCallError,
  GrpcRefusal,
  bidi,
  createGrpcClient,
  createGrpcServer,
  unary,
} from './index.ts';
import type { GrpcServer } from './index.ts';

let telemetry: { shutdown(): Promise<void> };
beforeAll(() => {
  telemetry = initTelemetry({ service: 'test', sampleRatio: 1 });
});
afterAll(() => telemetry.shutdown());

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const nothing = unary('nothing', async () => {
  throw new Error('not part of this test');
});
const logger = { error: () => {} };

async function serve(
  getOrder: (request: GetOrderRequest) => Promise<GetOrderResponse>,
): Promise<GrpcServer> {
  const server = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        OrderServiceService,
        {
          getOrder: unary('getOrder', getOrder),
          listOrders: nothing,
          reportAllocation: nothing,
        },
      ],
    ],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  return server;
}

function connect(port: number) {
  const client = createGrpcClient(OrderServiceClient, {
    address: `127.0.0.1:${port}`,
    name: 'test',
    defaultDeadlineMs: 2_000,
  });
  closers.push(() => client.close());
  return client;
}

const key = { sellerId: '21230', tradeId: '41171611600046273' };

test('a call goes on in the trace of its caller', async () => {
  let seen: string | undefined;
  const server = await serve(async () => {
    seen = currentTraceparent();
    return { order: undefined };
  });
  const outer = await withSpan('outer', {}, async () => {
    await connect(server.port()).call('getOrder', key);
    return currentTraceparent();
  });
  expect(seen?.slice(0, 35)).toBe(outer?.slice(0, 35));
});

test('a refusal keeps its reason; a bug is INTERNAL and unknown, without details', async () => {
  const server = await serve(async (request) => {
    if (request.tradeId === '1') throw new Error('secret detail');
    throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
  });
  const client = connect(server.port());
  await expect(client.call('getOrder', key)).rejects.toMatchObject({
    reason: 'UNKNOWN_TRADE',
    outcome: 'refused',
  });
  const bug = await client
    .call('getOrder', { ...key, tradeId: '1' })
    .catch((error: unknown) => error);
  expect(bug).toBeInstanceOf(GrpcCallError);
  expect(bug).toMatchObject({ outcome: 'unknown' });
  expect(String(bug)).not.toContain('secret detail');
});

test('running out of time is unknown, finding no server is unavailable', async () => {
  const server = await serve(() => new Promise(() => {}));
  const client = connect(server.port());
  await expect(client.call('getOrder', key, { deadlineMs: 100 })).rejects.toMatchObject({
    outcome: 'unknown',
  });
  await expect(connect(1).call('getOrder', key, { deadlineMs: 500 })).rejects.toMatchObject({
    outcome: expect.stringMatching(/unavailable|unknown/),
  });
});

test('a stream answers in order, whatever order the work ends in', async () => {
  const releases: (() => void)[] = [];
  const server = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        InventoryServiceService,
        Object.fromEntries(
          Object.keys(InventoryServiceService).map((method) => [
            method,
            method === 'executeStream'
              ? bidi<ExecuteStreamRequest, ExecuteStreamResponse>(
                  'executeStream',
                  async (request) => {
                    if (request.command?.operationId === '0') {
                      await new Promise<void>((release) => releases.push(release));
                    } else if (request.command?.operationId === '99') releases[0]?.();
                    return {
                      outcome: {
                        operationId: request.command?.operationId ?? '',
                        status: 1,
                        reason: '',
                        lines: [],
                        position: undefined,
                      },
                    };
                  },
                )
              : nothing,
          ]),
        ),
      ],
    ],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  const client = createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${server.port()}`,
    name: 'test',
    defaultDeadlineMs: 2_000,
  });
  closers.push(() => client.close());
  const stream = client.raw.executeStream();
  const seen: string[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('data', (answer: ExecuteStreamResponse) =>
      seen.push(answer.outcome?.operationId ?? ''),
    );
    stream.on('end', resolve);
    stream.on('error', reject);
  });
  for (let n = 0; n < 100; n += 1) {
    stream.write({
      command: {
        operationId: String(n),
        sellerId: '1',
        actor: '',
        messageId: '',
        verb: undefined,
      },
    });
  }
  stream.end();
  await ended;
  expect(seen).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
});
