import { createSealer } from '@astrolabe/signing';
import { testDatabase } from '@astrolabe/testing';
import { beforeEach, expect, test } from 'vitest';
import { createSellerConnections } from './seller-connections.ts';

type Shop = {
  readonly sellerId: string;
  readonly url: string;
  readonly codes: readonly string[];
  readonly secret: string;
  readonly session: string;
};

const database = await testDatabase();
const sealer = createSealer(Buffer.alloc(32, 1).toString('base64'));
const shops = createSellerConnections<Shop, 'secret' | 'session'>(database.db, sealer, {
  collection: 'shops',
  secrets: ['secret', 'session'],
  contextOf: (sellerId, what) => `shop|${what}|${sellerId}`,
  addressField: 'url',
});
const SHOP: Shop = { sellerId: '1', url: 'https://a', codes: ['x'], secret: 's', session: 't' };
const PAUSE = { reason: 'why', by: 'li', at: new Date('2026-12-01T00:00:00Z') };

beforeEach(async () => {
  await database.db.collection('shops').deleteMany({});
});

test('one is made once, found with its secrets, and listed and stored without them', async () => {
  expect(await Promise.all([shops.create(SHOP), shops.create(SHOP)])).toContain(true);
  expect(await shops.create({ ...SHOP, secret: 'other' })).toBe(false);
  expect(await shops.find('1')).toEqual(SHOP);
  const { secret: _secret, session: _session, ...shown } = SHOP;
  expect(await shops.listed('1')).toEqual(shown);
  const [stored] = await database.db.collection('shops').find({}).toArray();
  expect(Buffer.from(JSON.stringify(stored)).toString()).not.toContain('"s"');
  expect(await shops.find('2')).toBeNull();
});

test('other secrets leave what is not named; who has no connection is told so', async () => {
  await shops.create(SHOP);
  expect(await shops.replaceSecrets('1', { secret: 'new' })).toBe(true);
  expect(await shops.find('1')).toEqual({ ...SHOP, secret: 'new' });
  expect(await shops.replaceSecrets('2', { secret: 'new' })).toBe(false);
  expect(await shops.setPause('2', PAUSE)).toBe(false);
});

test('other settings leave the secrets and a pause; who has no connection is told so', async () => {
  await shops.create(SHOP);
  await shops.setPause('1', PAUSE);
  const { secret: _secret, session: _session, ...settings } = SHOP;
  const changed = { ...settings, url: 'https://b', codes: [] };
  expect(await shops.change(changed)).toBe(true);
  expect(await shops.find('1')).toEqual({ ...SHOP, ...changed, pause: PAUSE });
  // A secret that comes with them is not stored: it is replaced by itself alone.
  expect(await shops.change({ ...SHOP, secret: 'in clear' } as typeof settings)).toBe(true);
  expect((await shops.find('1'))?.secret).toBe('s');
  expect(await shops.change({ ...settings, sellerId: '2' })).toBe(false);
  expect(await shops.find('2')).toBeNull();
});

test('a pause stays when the connection is put again, and ends when it is resumed', async () => {
  await shops.put(SHOP);
  await shops.setPause('1', PAUSE);
  await shops.put({ ...SHOP, url: 'https://b' });
  expect(await shops.find('1')).toEqual({ ...SHOP, url: 'https://b', pause: PAUSE });
  await shops.setPause('1', null);
  expect((await shops.find('1'))?.pause).toBeNull();
  await shops.put({ ...SHOP, url: '' });
  expect(await shops.find('1')).toBeNull();
});

test('they are listed in the order of their sellers, a page at a time', async () => {
  for (const sellerId of ['3', '1', '2']) await shops.create({ ...SHOP, sellerId });
  expect((await shops.list(2, '')).map(({ sellerId }) => sellerId)).toEqual(['1', '2']);
  expect((await shops.list(2, '2')).map(({ sellerId }) => sellerId)).toEqual(['3']);
});
