import {
  DistributionAdminServiceClient,
  DistributionRegistryServiceClient,
} from '@astrolabe/contracts/catalog';
import { pagesOf } from '@astrolabe/grpc';
import { startService, testDatabase, testTopicPrefix, unanswered } from '@astrolabe/testing';
import type { StartedService } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConfigSchema } from '../src/config.ts';
import { createService } from '../src/service.ts';

const SELLER = '21230';
const SPEC = '3304a52052baafcbd679efd04e8589a5';
const line = {
  offerId: '902719378311',
  specId: SPEC,
  salesChannel: 'thyny',
  outShopCode: '661153176',
  outItemCode: '902993428771',
};
const relation = {
  sellerId: SELLER,
  offerId: line.offerId,
  supplierId: 'b2b-1',
  specs: [{ specId: SPEC, priceFen: 600n }],
  postFeeFen: 9_200n,
  ownStock: false,
  staleReason: '',
};
const shop = {
  sellerId: SELLER,
  salesChannel: 'thyny',
  outShopCode: line.outShopCode,
  shopName: '旗舰店',
  authorisedFrom: undefined,
  authorisedUntil: new Date('2027-01-01T00:00:00Z'),
};
const NOW = new Date('2026-11-30T02:00:00Z');
const database = await testDatabase();
let running: StartedService;

beforeAll(async () => {
  running = await startService({
    schema: ConfigSchema,
    create: createService,
    overrides: { clock: () => NOW },
    env: {
      // No goods of these tests are listed at a platform.
      ...unanswered('GATEWAY_ADDRESS'),
      MONGODB_DATABASE: database.name,
      TOPIC_PREFIX: testTopicPrefix(),
      RAW_BODY_KEY: Buffer.alloc(32, 5).toString('base64'),
    },
  });
});
afterAll(() => running.stop());

const admin = () => running.client(DistributionAdminServiceClient);
const resolve = async (change: object = {}) => {
  const client = running.client(DistributionRegistryServiceClient);
  const lines = [{ ...line, ...change }];
  return (await client.call('resolveLines', { sellerId: SELLER, lines })).lines;
};

test('[F-A18] [F-A19] [F-A20] a line may be ordered when relation, shop and goods are there and good', async () => {
  const obstacle = async () => (await resolve())[0]?.obstacle;
  expect(await obstacle()).toBe('RELATION_MISSING');
  await admin().call('putRelation', { relation });
  expect(await obstacle()).toBe('SHOP_MISSING');
  const ended = new Date('2026-11-29T02:00:00Z');
  await admin().call('putOutShop', { shop: { ...shop, authorisedUntil: ended } });
  expect(await obstacle()).toBe('SHOP_EXPIRED');
  await admin().call('putOutShop', { shop });
  expect(await obstacle()).toBe('ITEM_MISSING');
  await admin().call('putOutItem', { item: { sellerId: SELLER, ...line } });
  expect(await resolve()).toEqual([
    {
      obstacle: '',
      message: '',
      supplierId: 'b2b-1',
      priceFen: 600n,
      postFeeFen: 9_200n,
      ownStock: false,
    },
  ]);
  expect((await resolve({ specId: 'ff' }))[0]?.obstacle).toBe('UNKNOWN_SPEC');
  // A shop of the same code elsewhere is another shop.
  expect((await resolve({ salesChannel: 'tm' }))[0]?.obstacle).toBe('SHOP_MISSING');
});

test('[field Z5] a stale relation is blocked with its reason, until it is put right', async () => {
  await admin().call('putRelation', { relation: { ...relation, staleReason: 'price changed' } });
  expect(await resolve()).toMatchObject([{ obstacle: 'RELATION_STALE', message: 'price changed' }]);
  await admin().call('putRelation', { relation });
  expect((await resolve())[0]?.obstacle).toBe('');
});

test('lists are paged; what is deleted is gone; odd rows are refused', async () => {
  for (const offerId of ['1', '2', '3']) {
    await admin().call('putRelation', { relation: { ...relation, sellerId: '7', offerId } });
  }
  const offers = async () => {
    const pages = pagesOf((token) =>
      admin().call('listRelations', { sellerId: '7', page: { size: 2, token } }),
    );
    return (await Array.fromAsync(pages)).flatMap(({ relations }) =>
      relations.map(({ offerId }) => offerId),
    );
  };
  expect(await offers()).toEqual(['1', '2', '3']);
  await admin().call('deleteRelation', { sellerId: '7', offerId: '2' });
  expect(await offers()).toEqual(['1', '3']);
  const gone = admin().call('deleteRelation', { sellerId: '7', offerId: '2' });
  await expect(gone).rejects.toMatchObject({ reason: 'UNKNOWN_RELATION' });
  const specs = [relation.specs[0], relation.specs[0]].flatMap((spec) => spec ?? []);
  const twice = admin().call('putRelation', { relation: { ...relation, specs } });
  await expect(twice).rejects.toMatchObject({ reason: 'SPEC_TWICE' });
  const page = { size: 10, token: '' };
  const shops = await admin().call('listOutShops', { sellerId: SELLER, page });
  expect(shops.shops).toEqual([shop]);
  const items = await admin().call('listOutItems', { sellerId: SELLER, page });
  expect(items.items).toMatchObject([{ outItemCode: line.outItemCode, offerId: line.offerId }]);
});
