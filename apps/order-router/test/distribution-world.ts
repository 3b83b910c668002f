import { readFileSync } from 'node:fs';
import { ALL_TOPICS, TOPICS } from '@astrolabe/contracts';
import {
  ConnectionAdminServiceClient,
  DistributionAdminServiceClient,
  DistributionServiceClient,
} from '@astrolabe/contracts/order';
import type { Dispatch } from '@astrolabe/contracts/order';
import type { InboundEvent } from '@astrolabe/messaging';
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
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { FakePeers, SUPPLIED } from './fake-peers.ts';
import { CREATED, FakeUpstream, says } from './fake-upstream.ts';
import { SELLER } from './world.ts';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';

const vector = new URL('../../../libs/schemas/test/vectors/fenxiao.json', import.meta.url);
export const { request: SAMPLE } = JSON.parse(readFileSync(vector, 'utf8')) as {
  request: { cargoParamList: [object]; outOrderId: string };
};
export const [CARGO] = SAMPLE.cargoParamList;

/*
 * Two instances of the service on a real broker and database, with doubles of catalog, inventory and
 * gateway upstream, for the test file that imports this.
 */

const { kafkaBrokers } = servers();
const TOPIC_PREFIX = testTopicPrefix();
const database = await testDatabase();
const brokers = kafkaBrokers.split(',');
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix: TOPIC_PREFIX,
  logger: createLogger({ service: 'test', level: 'silent' }),
  onFatal: (error) => {
    throw error;
  },
});
const heard = { ...TOPICS.orderEvents, consumers: ['listener', ...TOPICS.orderEvents.consumers] };
export const told: InboundEvent[] = [];
const listener = messaging.consumer({
  group: 'listener',
  topics: [heard],
  handle: (event) => {
    told.push(event);
    return Promise.resolve({ kind: 'done' });
  },
});
export const peers = new FakePeers();
export const upstream = new FakeUpstream();
export const instances: StartedService[] = [];
export const upstreamAt = { url: '' };
/** How far the services' clock is ahead, milliseconds. */
export const time = { ahead: 0 };
let orders = 0;

const start = async (): Promise<StartedService> => {
  const { catalog, inventory } = await addresses;
  const running = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock: () => new Date(Date.now() + time.ahead) },
    env: {
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX,
      CATALOG_ADDRESS: catalog,
      INVENTORY_ADDRESS: inventory,
      // Nobody is connected to a platform of procurement here.
      ...unanswered('GATEWAY_ADDRESS', 'FULFILLMENT_ADDRESS', 'SETTLEMENT_ADDRESS'),
      CONNECTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      SPI_ALLOW_HTTP: 'true',
      SPI_ALLOWED_NETWORKS: '127.0.0.0/8',
      UPSTREAM_CONNECT_TIMEOUT_MS: '500',
      UPSTREAM_RESPONSE_TIMEOUT_MS: '500',
      UPSTREAM_RETRY_MS: '2000',
    },
  });
  instances.push(running);
  return running;
};
const addresses = peers.start();

beforeAll(async () => {
  const topics = [heard, ...ALL_TOPICS.filter((topic) => topic.name !== heard.name)];
  await createTopics({ brokers, topicPrefix: TOPIC_PREFIX, topics, replicationFactor: 1 });
  await messaging.component.start();
  await listener.start();
  upstreamAt.url = await upstream.start();
  await start();
  await start();
  await connect('/lookup');
});

afterAll(async () => {
  for (const running of instances) await running.stop();
  await listener.stop();
  await messaging.component.stop();
  await upstream.stop();
  await peers.stop();
});

beforeEach(() => {
  peers.resolve = () => SUPPLIED;
  upstream.script = [says(CREATED)];
  upstream.posts.length = 0;
  upstream.lookups.length = 0;
});

const first = (): StartedService => {
  const [running] = instances;
  if (!running) throw new TypeError('nothing runs');
  return running;
};
export const admin = () => first().client(DistributionAdminServiceClient);
export const connections = () => first().client(ConnectionAdminServiceClient);

export const connect = (lookupPath: string) =>
  admin().call('putUpstream', {
    upstream: {
      sellerId: SELLER,
      baseUrl: upstreamAt.url,
      appId: '32432143214214',
      sellerNick: 'b2b-1624961122',
      secret: upstream.secret,
      lookupPath,
      retryCodes: ['1003'],
      failCodes: ['1001'],
    },
  });

type Cargo = { readonly offerId: number };
export const newOrder = (
  cargos: readonly Cargo[] = [{ offerId: 902719378311 }],
  number = `bxg-${(orders += 1)}`,
) => {
  const lines = cargos.map((cargo) => ({ ...CARGO, ...cargo }));
  const document = JSON.stringify({ ...SAMPLE, outOrderId: number, cargoParamList: lines });
  return {
    orderRef: { channel: 'fenxiao', sellerId: SELLER, number },
    document,
    lines: cargos.map(({ offerId }) => ({
      offerId: String(offerId),
      specId: '3304a52052baafcbd679efd04e8589a5',
      quantityMilli: 1_000n,
      salesChannel: 'thyny',
      outShopCode: '661153176',
      outItemCode: '902993428771',
    })),
  };
};
export type Order = ReturnType<typeof newOrder>;

export const submit = (order: Order, running = first()) =>
  running.client(DistributionServiceClient).call('submitOrder', order);

export const dispatchesOf = async ({ orderRef }: Order): Promise<Dispatch[]> =>
  (await admin().call('getDistribution', { orderRef })).distribution?.dispatches ?? [];

export const becomes = (order: Order, ...states: readonly string[]): Promise<Dispatch[]> =>
  eventually(async () => {
    const dispatches = await dispatchesOf(order);
    expect(dispatches.map(({ state }) => state)).toEqual(states);
    return dispatches;
  });

/** Each event once: two instances may both have published it. */
export const eventsOf = ({ orderRef }: Order): readonly string[] =>
  [...new Map(told.map((event) => [event.id, event])).values()]
    .filter(({ subject }) => subject.endsWith(`/${orderRef.number}`))
    .map(({ type }) => type.split('.').at(-1) ?? '');

export const bodiesOf = (order: Order) =>
  upstream.posts
    .map(({ form }) => form['request_data'] ?? '')
    .filter((body) => body.includes(`"${order.orderRef.number}`));

/** Lets time pass until the order stands elsewhere than `from`. */
export async function passes(order: Order, from: string): Promise<void> {
  await eventually(
    async () => {
      const [dispatch] = await dispatchesOf(order);
      if (dispatch?.state === from) time.ahead += 30_000;
      expect(dispatch?.state).not.toBe(from);
    },
    { intervalMs: 300, timeoutMs: 30_000 },
  );
}
