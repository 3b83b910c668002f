import { EVENTS, TOPICS } from '@astrolabe/contracts';
import { createMessaging, createTopics } from '@astrolabe/messaging';
import type { InboundEvent } from '@astrolabe/messaging';
import { eventually, servers, testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { BSON, Binary } from 'mongodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { logger, profile, seller, startCatalog } from './running-catalog.ts';

const SELLER = '7900';
const KEEPER = {
  name: '王店长',
  tel: '0571-87654321',
  mobile: '13912345678',
  fax: '',
  zipCode: '',
};
const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');

const database = await testDatabase();
const topicPrefix = testTopicPrefix();
const brokers = servers().kafkaBrokers.split(',');
const topic = { ...TOPICS.catalogEvents, consumers: ['listener'] };
const messaging = createMessaging({
  brokers,
  clientId: 'test',
  topicPrefix,
  logger,
  onFatal: (error) => {
    throw error;
  },
});
const heard: InboundEvent[] = [];
const listener = messaging.consumer({
  group: 'listener',
  topics: [topic],
  handle: async (event) => {
    heard.push(event);
    return { kind: 'done' };
  },
});

beforeAll(async () => {
  await createTopics({ brokers, topicPrefix, topics: [topic], replicationFactor: 1 });
  await messaging.component.start();
  await listener.start();
});
afterAll(async () => {
  await listener.stop();
  await messaging.component.stop?.();
});

type Catalog = Awaited<ReturnType<typeof startCatalog>>;

/** Runs a catalog with these keys and asks it something. */
async function withKeys<T>(
  keys: string,
  ask: (client: Catalog['client'], admin: Catalog['admin']) => Promise<T>,
): Promise<T> {
  const catalog = await startCatalog(database.name, topicPrefix, keys);
  try {
    return await ask(catalog.client, catalog.admin);
  } finally {
    await catalog.stop();
  }
}

type Kept = { _id: string; state: { profile: { keeper: unknown } } };
const kept = () => database.db.collection<Kept>('stores');
const readable = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

test('a keeper is readable for who asks, and neither in the database nor in the topic', async () => {
  const storeId = await withKeys(key(1), async (client, admin) => {
    await admin.call('putSeller', { seller: seller(SELLER) });
    const created = await client.call('createStore', {
      sellerId: SELLER,
      profile: profile({ keeper: KEEPER }),
    });
    const read = await client.call('getStore', { sellerId: SELLER, storeId: created.storeId });
    expect(read.store?.profile?.keeper).toEqual(KEEPER);
    return created.storeId;
  });
  const stored = readable(BSON.serialize({ all: await kept().find({}).toArray() }));
  for (const text of [KEEPER.mobile, KEEPER.tel, KEEPER.name]) expect(stored).not.toContain(text);
  const id = `${SELLER}/${storeId}`;
  expect((await kept().findOne({ _id: id }))?.state.profile.keeper).toBeInstanceOf(Binary);
  await eventually(() => expect(heard.length).toBeGreaterThan(0));
  for (const { payload } of heard) {
    for (const text of [KEEPER.mobile, KEEPER.tel, KEEPER.name]) {
      expect(readable(payload)).not.toContain(text);
    }
    expect(EVENTS.storeChanged.decode(payload).store?.profile?.storeName).not.toBe('');
  }
});

test('a key is replaced: both are listed, all comes under the new one, the old one is taken away', async () => {
  const [found] = await kept().find({}).toArray();
  const { _id: id = '' } = found ?? {};
  const [sellerId = '', storeId = ''] = id.split('/');
  const before = found?.state.profile.keeper;
  await withKeys(`${key(2)},${key(1)}`, async (client) => {
    await client.call('getStore', { sellerId, storeId });
    await eventually(async () => {
      const [now] = await kept().find({}).toArray();
      expect(now?.state.profile.keeper).not.toEqual(before);
    });
  });
  const read = await withKeys(key(2), (client) => client.call('getStore', { sellerId, storeId }));
  expect(read.store?.profile?.keeper).toEqual(KEEPER);
});

test('a keeper stored before keepers were sealed is sealed at the next start', async () => {
  const [found] = await kept().find({}).toArray();
  const { _id: id = '' } = found ?? {};
  const [sellerId = '', storeId = ''] = id.split('/');
  await kept().updateOne({ _id: id }, { $set: { 'state.profile.keeper': KEEPER } });
  await withKeys(key(2), async (client) => {
    const read = await client.call('getStore', { sellerId, storeId });
    expect(read.store?.profile?.keeper).toEqual(KEEPER);
    await eventually(async () => {
      const now = await kept().findOne({ _id: id });
      expect(now?.state.profile.keeper).toBeInstanceOf(Binary);
    });
    await client.call('deleteStore', { sellerId, storeId });
  });
});
