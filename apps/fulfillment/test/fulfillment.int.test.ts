import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ALL_TOPICS, EVENTS, TOPICS, placeToMessage } from '@astrolabe/contracts';
import { Acceptor, Allocator, CatalogServiceService } from '@astrolabe/contracts/catalog';
import type { GetSellerRequest, GetSellerResponse } from '@astrolabe/contracts/catalog';
import { DeliveryFlow } from '@astrolabe/contracts/common';
import {
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
  ReportChannel,
} from '@astrolabe/contracts/fulfillment';
import type { ReportStatusRequest } from '@astrolabe/contracts/fulfillment';
import { createGrpcServer, unary } from '@astrolabe/grpc';
import type { GrpcClient, GrpcServer } from '@astrolabe/grpc';
import { orderKey, parseShanghai, tmallOrder } from '@astrolabe/kernel';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import { createLogger } from '@astrolabe/service';
import {
  eventually,
  servers,
  startService,
  testDatabase,
  testTopicPrefix,
  unanswered,
} from '@astrolabe/testing';
import type { StartedService } from '@astrolabe/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';

const SELLER = '21230';
const { kafkaBrokers } = servers();
const database = await testDatabase();
const topicPrefix = testTopicPrefix();
const brokers = kafkaBrokers.split(',');
const logger = createLogger({ service: 'test', level: 'silent' });
const fatal = (error: unknown): never => {
  throw error;
};
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix,
  logger,
  onFatal: fatal,
});
const publisher = messaging.publisher();

const at = (time: string): Date => {
  const parsed = parseShanghai(`2016-09-22 ${time}`);
  if (!parsed.ok) throw new Error(time);
  return parsed.value;
};

let now: Date | null = null;
let answer: { status: number; body: string } | 'silence' = { status: 200, body: '{"code":"0"}' };
let calls: string[] = [];
let spi: Server;
let catalog: GrpcServer;
let running: StartedService;
let client: GrpcClient<FulfillmentServiceClient>;
let admin: GrpcClient<FulfillmentAdminServiceClient>;

beforeAll(async () => {
  await createTopics({ brokers, topicPrefix, topics: ALL_TOPICS, replicationFactor: 1 });
  await messaging.component.start();
  spi = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls.push(Buffer.concat(chunks).toString('utf8'));
      if (answer !== 'silence') response.writeHead(answer.status).end(answer.body);
    });
  });
  await new Promise<void>((listening) => spi.listen(0, '127.0.0.1', listening));
  catalog = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        CatalogServiceService,
        Object.fromEntries(
          Object.keys(CatalogServiceService).map((name) => [
            name,
            unary<GetSellerRequest, GetSellerResponse>(name, async ({ sellerId }) => ({
              seller: {
                sellerId,
                nick: '',
                allocator: Allocator.ASTROLABE,
                acceptor: Acceptor.POS,
                sellableCountsShared: false,
                merchantCentreStoreIds: {},
              },
            })),
          ]),
        ),
      ],
    ],
  });
  await catalog.component.start();
  await start();
});

afterAll(async () => {
  await running.stop();
  await messaging.component.stop();
  await catalog.component.stop();
  spi.closeAllConnections();
  await new Promise((closed) => spi.close(closed));
});

async function start(): Promise<void> {
  running = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock: () => now ?? new Date() },
    env: {
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX: topicPrefix,
      CATALOG_ADDRESS: `127.0.0.1:${catalog.port()}`,
      // No order of these tests is one that we supply.
      ...unanswered('INVENTORY_ADDRESS', 'GATEWAY_ADDRESS'),
      CONNECTION_KEY: Buffer.alloc(32, 3).toString('base64'),
      SPI_ALLOW_HTTP: 'true',
      SPI_ALLOWED_NETWORKS: '127.0.0.1/32',
      SPI_RESPONSE_TIMEOUT_MS: '200',
      SPI_RETRY_MS: '20',
    },
  });
  client = running.client(FulfillmentServiceClient);
  admin = running.client(FulfillmentAdminServiceClient);
}

const connect = (sellerId: string, spiUrl: string) =>
  admin.call('putConnection', { sellerId, spiUrl, appKey: 'k', secret: 'connection-secret' });

const spiUrl = (): string => `http://127.0.0.1:${(spi.address() as AddressInfo).port}/spi`;

/** Tells the service of an allocation, as the router does. */
async function allocated(sellerId: string, tradeId: string): Promise<void> {
  const payload = EVENTS.orderAllocated.encode({
    orderRef: tmallOrder(sellerId, tradeId),
    allocation: 1,
    flow: DeliveryFlow.SHIP,
    allocatedBy: 'astrolabe',
    acceptor: 'pos',
    paidAt: new Date(),
    allocatedAt: new Date(),
    lines: [
      {
        subOrderId: `${tradeId}4`,
        place: placeToMessage({ type: 'STORE', id: '1342' }),
        placeName: '',
        kind: 2,
        itemId: '9001',
        skuId: '70001',
        outerId: 'SKU-A',
        quantityMilli: 2_000n,
        attributes: {},
      },
    ],
  });
  const subject = orderKey(tmallOrder(sellerId, tradeId));
  await publisher.publish(TOPICS.orderEvents, [
    {
      id: `order-router/${subject}/1`,
      type: EVENTS.orderAllocated.type,
      source: 'order-router',
      subject,
      sequence: 1n,
      key: subject,
      time: new Date(),
      payload,
    },
  ]);
  await eventually(() =>
    client.call('getFulfillment', { orderRef: tmallOrder(sellerId, tradeId) }),
  );
}

const reportOf = (
  sellerId: string,
  tradeId: string,
  more: Partial<ReportStatusRequest> = {},
): ReportStatusRequest => ({
  orderRef: tmallOrder(sellerId, tradeId),
  subOrderIds: [`${tradeId}4`],
  status: 'ACCEPTED',
  channel: ReportChannel.STATUS_UPDATE,
  place: placeToMessage({ type: 'STORE', id: '1342' }),
  flow: DeliveryFlow.SHIP,
  operator: '小王',
  actionTime: at('10:00:00'),
  logistics: undefined,
  actor: 'test',
  messageId: 'm',
  ...more,
});

describe('reports', () => {
  test('[O-64] accepted at 10:00:00: told at 10:04:59 it is on time, at 10:05:00 late', async () => {
    await connect(SELLER, '');
    await allocated(SELLER, '100');
    await allocated(SELLER, '200');
    now = at('10:04:59');
    const punctual = await client.call('reportStatus', reportOf(SELLER, '100'));
    expect(punctual).toEqual({ already: false, onTime: true });
    now = at('10:05:00');
    const late = await client.call('reportStatus', reportOf(SELLER, '200'));
    expect(late).toEqual({ already: false, onTime: false });
    now = null;
    const { tasks } = await client.call('getFulfillment', { orderRef: tmallOrder(SELLER, '200') });
    expect(tasks[0]?.history.at(-1)).toMatchObject({
      status: 'ACCEPTED',
      actionTime: at('10:00:00'),
      receivedAt: at('10:05:00'),
      onTime: false,
    });
  });

  test('an acceptance 5:56 after the notice is late, although it is reported at once', async () => {
    await allocated(SELLER, '250');
    now = new Date(Date.now() + 356_000);
    const late = await client.call('reportStatus', reportOf(SELLER, '250', { actionTime: now }));
    now = null;
    expect(late).toEqual({ already: false, onTime: false });
    const { tasks } = await client.call('getFulfillment', { orderRef: tmallOrder(SELLER, '250') });
    // Each entry names its place: the sub-order may go on to another one.
    expect(tasks[0]?.history).toMatchObject([
      { status: 'OFFERED', allocation: 1, place: { id: '1342' } },
      { status: 'ACCEPTED', allocation: 1, place: { id: '1342' }, onTime: false },
    ]);
  });

  test('refusals have stable reasons', async () => {
    await allocated(SELLER, '300');
    const reason = (more: Partial<ReportStatusRequest>, tradeId = '300') =>
      client
        .call('reportStatus', reportOf(SELLER, tradeId, more))
        .then(() => 'ok')
        .catch((error: { reason?: string }) => error.reason);
    expect(await reason({}, '404')).toBe('UNKNOWN_TRADE');
    expect(await reason({ subOrderIds: ['1'] })).toBe('UNKNOWN_SUB_ORDER');
    expect(await reason({ place: placeToMessage({ type: 'STORE', id: '1' }) })).toBe('WRONG_PLACE');
    expect(await reason({ flow: DeliveryFlow.PICKUP })).toBe('WRONG_FLOW');
    expect(await reason({ status: 'CANCEL_ASKED' })).toBe('WRONG_SETTER');
    expect(await reason({ channel: ReportChannel.STATUS_SYNC })).toBe('OUT_OF_SCOPE');
    expect(await reason({ status: 'SHIPPED' })).toBe('ILLEGAL_TRANSITION');
    expect(await reason({ actionTime: undefined })).toBe('MISSING_FIELD');
    expect(await reason({})).toBe('ok');
  });

  test('two tills accept and refuse at once: one of them wins, and only one', async () => {
    await allocated(SELLER, '400');
    const outcomes = await Promise.allSettled(
      ['ACCEPTED', 'REFUSED'].map((status) =>
        client.call('reportStatus', reportOf(SELLER, '400', { status })),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('telling the store', () => {
  const notification = async (tradeId: string) => {
    const { notifications } = await client.call('getFulfillment', {
      orderRef: tmallOrder(SELLER, tradeId),
    });
    return notifications[0];
  };

  const told = async (tradeId: string, how: typeof answer) => {
    calls = [];
    answer = how;
    await connect(SELLER, spiUrl());
    await allocated(SELLER, tradeId);
  };

  test('an answer "0" delivers, once', async () => {
    await told('500', { status: 200, body: '{"code":"0"}' });
    await eventually(async () =>
      expect(await notification('500')).toMatchObject({ state: 'SUCCEEDED', attempts: 1 }),
    );
    expect(calls).toHaveLength(1);
    expect(calls[0]).toContain('"store_id":"1342"');
  });

  test.each([
    ['600', { status: 500, body: 'oops' } as const, 'HTTP 500'],
    ['700', { status: 200, body: '{"code":"17","message":"busy"}' } as const, '17 busy'],
    ['800', { status: 200, body: '<html>' } as const, 'not understood'],
    ['900', 'silence' as const, 'no answer in time'],
  ])('trade %s: three tries, then the store polls', async (tradeId, how, error) => {
    await told(tradeId, how);
    await eventually(async () =>
      expect(await notification(tradeId)).toMatchObject({
        state: 'GIVEN_UP',
        attempts: 3,
        lastError: expect.stringContaining(error) as string,
      }),
    );
    expect(calls).toHaveLength(3);
  });

  test('a store that comes back in time is told', async () => {
    await told('1000', { status: 503, body: '' });
    await eventually(() => expect(calls.length).toBeGreaterThan(0));
    answer = { status: 200, body: '{"code":"0"}' };
    await eventually(async () =>
      expect((await notification('1000'))?.state).toMatch(/SUCCEEDED|GIVEN_UP/),
    );
    expect((await notification('1000'))?.state).toBe('SUCCEEDED');
  });

  test('an intent that a stopped process left is told by the next one', async () => {
    calls = [];
    answer = 'silence';
    await connect(SELLER, spiUrl());
    await allocated(SELLER, '1100');
    await eventually(() => expect(calls).not.toEqual([]));
    await running.stop();
    answer = { status: 200, body: '{"code":"0"}' };
    await start();
    await eventually(async () =>
      expect((await notification('1100'))?.state).toMatch(/SUCCEEDED|GIVEN_UP/),
    );
  });
});

test('an address must be safe to call', async () => {
  const reason = (url: string) =>
    connect(SELLER, url)
      .then(() => 'ok')
      .catch((error: { reason?: string }) => error.reason);
  expect(await reason('ftp://x/')).toBe('BAD_SPI_URL');
  expect(await reason('https://user:pw@x/')).toBe('BAD_SPI_URL');
  expect(await reason('not a url')).toBe('BAD_SPI_URL');
  expect(await reason('https://[::ffff:127.0.0.1]/spi')).toBe('INNER_ADDRESS');
  expect(await reason('https://pos.example.com/spi')).toBe('ok');
});
