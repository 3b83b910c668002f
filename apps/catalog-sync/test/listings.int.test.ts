import { EVENTS, TOPICS, procurementSaidToMessage } from '@astrolabe/contracts';
import type { ListingTerms, OfferPrices } from '@astrolabe/contracts/catalog';
import { createMessaging } from '@astrolabe/messaging';
import type { Publisher } from '@astrolabe/messaging';
import {
  cleanUpWith,
  eventually,
  servers,
  testDatabase,
  testTopicPrefix,
} from '@astrolabe/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { detail, draft } from './offer-fixtures.ts';
import { isAbout, startPlatform } from './platform-world.ts';
import type { Asked, PlatformWorld } from './platform-world.ts';
import { logger, startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

let catalog: RunningCatalog;
let platform: PlatformWorld;
let publisher: Publisher;
let messages = 0n;

beforeAll(async () => {
  const database = await testDatabase();
  const topicPrefix = testTopicPrefix();
  platform = await startPlatform();
  catalog = await startCatalog(
    database.name,
    topicPrefix,
    undefined,
    { access: platform.access },
    platform.env,
  );
  const messaging = createMessaging({
    brokers: servers().kafkaBrokers.split(','),
    clientId: 'test',
    topicPrefix,
    logger,
    onFatal: (error) => {
      throw error;
    },
  });
  publisher = messaging.publisher();
  await messaging.component.start();
  cleanUpWith(async () => {
    await messaging.component.stop?.();
  });
});

const terms: ListingTerms = {
  buyerLoginId: 'bonlinetest003',
  supplierLoginId: 'supplier',
  mainUserId: '9007199254740993',
  operatorName: '星盘',
  firstCategory: '办公设备',
  secondCategory: '打印设备',
  thirdCategory: '激光打印机',
  materialCode: '',
  contractCode: 'HT-1',
  dueDays: 30,
  expiresAt: undefined,
  invoice: 'SPECIAL',
  payTypes: ['transbybank'],
  tradeType: 'payperiod',
  regions: ['110102'],
  firstCategoryId: '1',
  secondCategoryId: '2',
  thirdCategoryId: '3',
};
const prices = (agreementFen: bigint): OfferPrices => ({
  agreementFen,
  marketFen: 1200n,
  minimumMilli: 0n,
  taxRate: 13,
  untaxed: false,
  tiers: [{ fromMilli: 10_000n, rateBp: 9500 }],
  promotions: [],
});
const spec = (name: string, value: string) => ({ attributeId: '', name, valueId: '', value });

const put = (sellerId: string, sku: string, change: Parameters<typeof draft>[2]) =>
  catalog.offerAdmin.call('putOffer', {
    offer: draft(sellerId, sku, { prices: prices(1000n), ...change }),
  });
const listing = async (sellerId: string, cargoNo: string) =>
  (await catalog.offerAdmin.call('getListing', { sellerId, cargoNo })).listing;
/**
 * A listing of which nothing is sold yet: there is nothing to tell. Offers that come later are one change, and one call;
 * of offers that are there already the catalogue may hear once more afterwards, which is another call.
 */
const list = async (sellerId: string, cargoNo: string): Promise<void> => {
  await catalog.offerAdmin.call('putListing', { sellerId, cargoNo, terms });
  await eventually(async () => {
    expect(await listing(sellerId, cargoNo)).toMatchObject({ callState: '' });
  });
};
const offer = async (sellerId: string, platformGoodsId: string) => {
  const name = { goodsId: '', sku: '', platformGoodsId, platformSkuId: '', cargoNo: '' };
  return (await catalog.offers.call('getOffers', { sellerId, names: [name] })).offers[0]?.offer;
};
/** What the platform was asked of an article number. */
const askedOf = (cargoNo: string): Asked[] => platform.asked.filter((one) => isAbout(one, cargoNo));
/** Names that no earlier try of a test has used: what it left behind is none of the next one's business. */
let tries = 0;
const fresh = (): { sellerId: string; cargoNo: string; goodsId: string } => {
  tries += 1;
  return { sellerId: `S${tries}`, cargoNo: `cargo${tries}`, goodsId: `${5_000_000 + tries}` };
};
const made = (goodsId: string): string => `{"success":true,"data":${goodsId}}`;

const says = async (
  sellerId: string,
  goodsId: string,
  state: 'ON_SHELF' | 'OFF_SHELF' | 'DELETED',
) => {
  messages += 1n;
  const message = procurementSaidToMessage({
    sellerId,
    appKey: '1000000',
    messageId: `m${messages}`,
    bornAt: new Date(1_795_977_857_000 + Number(messages)),
    news: { kind: 'GOODS_STATUS_CHANGED', goodsId, state },
    raw: '{}',
  });
  const subject = `1688/${sellerId}/${goodsId}`;
  await publisher.publish(TOPICS.ingressProcurement, [
    {
      id: `said-${messages}`,
      type: EVENTS.procurementSaid.type,
      source: 'gateway-ingress',
      subject,
      sequence: messages,
      key: subject,
      time: new Date(),
      payload: EVENTS.procurementSaid.encode(message),
    },
  ]);
};

describe('goods of the procurement platform', () => {
  test('[P-A33] goods are made with an integer tax rate, prices as texts in yuan, and two attributes at most', async () => {
    const { sellerId, cargoNo } = fresh();
    const specs = [spec('颜色', '黑'), spec('规格', '大')];
    await expect(
      put(sellerId, '33-1', { cargoNo, specs: [...specs, spec('三', '三')] }),
    ).rejects.toMatchObject({ reason: 'TOO_MANY_DETAILS' });
    platform.answer(cargoNo, 'supplierCreateMallGoods', made('9007199254740993'));
    await list(sellerId, cargoNo);
    await put(sellerId, '33-1', { cargoNo, specs });
    await eventually(async () => {
      expect(await listing(sellerId, cargoNo)).toMatchObject({
        platformGoodsId: '9007199254740993',
        call: 'CREATE',
        callState: 'SUCCEEDED',
        skus: ['33-1'],
      });
    });
    const [creation, further] = askedOf(cargoNo);
    expect(further).toBeUndefined();
    expect(creation?.api).toBe('com.alibaba.procurement.supplierCreateMallGoods');
    expect(creation?.param).toMatchObject({
      cargoNo,
      needPublish: true,
      brandName: '星图',
      thirdCategoryName: '激光打印机',
      productName: '激光打印机',
      agreementParam: {
        taxRate: 13,
        priceType: 'taxPrice',
        quoteType: 'spec',
        invoiceRequire: 'vat',
        areaList: ['110102'],
        skuPriceParamList: [
          {
            outSkuId: '33-1',
            salePrice: '10.00',
            specAttributeList: [
              { skuName: '颜色', skuValue: '黑' },
              { skuName: '规格', skuValue: '大' },
            ],
          },
        ],
      },
    });
    // The goods are known by the platform's id from now on.
    expect(await offer(sellerId, '9007199254740993')).toMatchObject({ sku: '33-1' });
  });

  test('[X-A14] [X-A05] a lowered price is told to the platform, stands in the feed, and is what is answered', async () => {
    const { sellerId, cargoNo, goodsId } = fresh();
    // A platform that is away is told later; the same change may be sent again.
    platform.answer(cargoNo, 'supplierCreateMallGoods', made(goodsId));
    platform.answer(cargoNo, 'supplierModifyMallGoods', null);
    await list(sellerId, cargoNo);
    await put(sellerId, '14-1', { cargoNo });
    await eventually(async () => {
      expect(await listing(sellerId, cargoNo)).toMatchObject({ platformGoodsId: goodsId });
    });
    await catalog.offerAdmin.call('putPrices', {
      sellerId,
      prices: [{ sku: '14-1', prices: prices(900n) }],
    });
    await eventually(async () => {
      expect(await listing(sellerId, cargoNo)).toMatchObject({
        call: 'MODIFY',
        callState: 'SUCCEEDED',
      });
      expect(askedOf(cargoNo).at(-1)).toMatchObject({
        api: 'com.alibaba.procurement.supplierModifyMallGoods',
        param: {
          agreementParam: {
            skuPriceList: [{ outSkuId: '14-1', salePrice: '9.00' }],
            priceRangeList: [
              { moq: '1', salePrice: '9.00' },
              { moq: '10', salePrice: '8.55' },
            ],
          },
        },
      });
    });
    // The goods, the change that was cut off, and the one that repeats it.
    expect(askedOf(cargoNo)).toHaveLength(3);
    const { skus } = await catalog.offers.call('listModified', {
      sellerId,
      poolIds: [],
      size: 0,
      token: '',
    });
    expect(skus).toEqual(['14-1']);
    expect((await offer(sellerId, goodsId))?.prices?.agreementFen).toBe(900n);
  });

  test('[P-A32] what the platform says of its shelf decides there, deleted goods are off it, and an older word changes nothing', async () => {
    const { sellerId, cargoNo, goodsId } = fresh();
    // It may speak before the answer to our call is written down.
    await says(sellerId, goodsId, 'ON_SHELF');
    await put(sellerId, '32-1', { cargoNo, detail: detail('32-1') });
    platform.answer(cargoNo, 'supplierCreateMallGoods', made(goodsId));
    await catalog.offerAdmin.call('putListing', { sellerId, cargoNo, terms });
    const isOn = async (shelf: string, expected: boolean): Promise<void> => {
      await eventually(async () => {
        expect(await offer(sellerId, goodsId)).toMatchObject({
          platformShelf: shelf,
          onPlatformShelf: expected,
          onShelf: true,
        });
      });
    };
    await isOn('ON_SHELF', true);
    await says(sellerId, goodsId, 'DELETED');
    await isOn('DELETED', false);
    await says(sellerId, goodsId, 'ON_SHELF');
    await isOn('ON_SHELF', true);
    await says(sellerId, goodsId, 'OFF_SHELF');
    await isOn('OFF_SHELF', false);
    expect(await listing(sellerId, cargoNo)).toMatchObject({ shelf: 'OFF_SHELF' });
    const shelves = async (onlyDivergent: boolean, token = '') => {
      const page = { size: 1, token };
      return await catalog.client.call('listShelves', { sellerId, onlyDivergent, page });
    };
    await eventually(async () => {
      const taken = { cargoNo, wanted: true, shelf: 'OFF_SHELF', divergence: 'TAKEN_OFF' };
      expect(await shelves(true)).toMatchObject({ shelves: [taken] });
    });
    await says(sellerId, goodsId, 'ON_SHELF');
    await eventually(async () => expect((await shelves(true)).shelves).toEqual([]));
    const first = await shelves(false);
    expect(first.shelves).toMatchObject([{ cargoNo, shelf: 'ON_SHELF', divergence: '' }]);
    expect(await shelves(false, first.nextToken)).toMatchObject({ shelves: [], nextToken: '' });
  });

  test('[field W1] goods are off the shelf when the platform shows them so, whatever its receipt says', async () => {
    const { sellerId, cargoNo, goodsId } = fresh();
    platform.answer(cargoNo, 'supplierCreateMallGoods', made(goodsId));
    await list(sellerId, cargoNo);
    await put(sellerId, '18-1', { cargoNo });
    await eventually(async () => {
      expect(await listing(sellerId, cargoNo)).toMatchObject({ platformGoodsId: goodsId });
    });
    platform.answer(goodsId, 'supplierUnPublishGoods', '{"success":true}');
    platform.answer(
      goodsId,
      'getMallGoods',
      `{"success":true,"data":{"id":${goodsId},"goodsStatus":"new","subject":"x"}}`,
    );
    await catalog.offerAdmin.call('unpublishListing', { sellerId, cargoNo });
    await eventually(async () => {
      expect(await listing(sellerId, cargoNo)).toMatchObject({
        wanted: false,
        call: 'UNPUBLISH',
        callState: 'SUCCEEDED',
      });
    });
    const calls = askedOf(goodsId).map(({ api }) => api.split('.').at(-1));
    expect(calls).toEqual(['supplierUnPublishGoods', 'getMallGoods']);
  });

  test('goods whose creation has an unknown end are not made twice; they are known when somebody names their id', async () => {
    const { sellerId, cargoNo, goodsId } = fresh();
    platform.answer(cargoNo, 'supplierCreateMallGoods', null);
    await list(sellerId, cargoNo);
    await put(sellerId, '16-1', { cargoNo });
    await eventually(async () => {
      const found = await listing(sellerId, cargoNo);
      expect(found?.attempts).toBeGreaterThan(1);
      expect(found).toMatchObject({ callState: 'UNKNOWN', call: 'CREATE' });
    });
    expect(askedOf(cargoNo)).toHaveLength(1);
    await put(sellerId, '16-1', { cargoNo, platformGoodsId: goodsId });
    await eventually(async () => {
      expect(await listing(sellerId, cargoNo)).toMatchObject({
        platformGoodsId: goodsId,
        callState: 'SUCCEEDED',
      });
    });
    const apis = askedOf(cargoNo).map(({ api }) => api);
    expect(apis.filter((api) => api.endsWith('CreateMallGoods'))).toHaveLength(1);
  });
});
