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
import { startPlatform } from './platform-world.ts';
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
const list = (sellerId: string, cargoNo: string) =>
  catalog.offerAdmin.call('putListing', { sellerId, cargoNo, terms });
const listing = async (sellerId: string, cargoNo: string) =>
  (await catalog.offerAdmin.call('getListing', { sellerId, cargoNo })).listing;
const offer = async (sellerId: string, platformGoodsId: string) => {
  const name = { goodsId: '', sku: '', platformGoodsId, platformSkuId: '', cargoNo: '' };
  return (await catalog.offers.call('getOffers', { sellerId, names: [name] })).offers[0]?.offer;
};
/** What the platform was asked of an article number. */
const askedOf = (cargoNo: string): Asked[] =>
  platform.asked.filter(({ param }) => JSON.stringify(param).includes(`"${cargoNo}"`));

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
    const sellerId = 'S33';
    const specs = [spec('颜色', '黑'), spec('规格', '大')];
    await expect(
      put(sellerId, '33-1', { cargoNo: 'cargo33', specs: [...specs, spec('三', '三')] }),
    ).rejects.toMatchObject({ reason: 'TOO_MANY_DETAILS' });
    await put(sellerId, '33-1', { cargoNo: 'cargo33', specs });
    platform.answers.push('{"success":true,"data":9007199254740993}');
    await list(sellerId, 'cargo33');
    await eventually(async () => {
      expect(await listing(sellerId, 'cargo33')).toMatchObject({
        platformGoodsId: '9007199254740993',
        call: 'CREATE',
        callState: 'SUCCEEDED',
        skus: ['33-1'],
      });
    });
    const [made, further] = askedOf('cargo33');
    expect(further).toBeUndefined();
    expect(made?.api).toBe('com.alibaba.procurement.supplierCreateMallGoods');
    expect(made?.param).toMatchObject({
      cargoNo: 'cargo33',
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
    const sellerId = 'S14';
    await put(sellerId, '14-1', { cargoNo: 'cargo14' });
    platform.answers.push('{"success":true,"data":1414}');
    await list(sellerId, 'cargo14');
    await eventually(async () => {
      expect(await listing(sellerId, 'cargo14')).toMatchObject({ callState: 'SUCCEEDED' });
    });
    // A platform that is away is told later; the same change may be sent again.
    platform.answers.push(null);
    await catalog.offerAdmin.call('putPrices', {
      sellerId,
      prices: [{ sku: '14-1', prices: prices(900n) }],
    });
    await eventually(async () => {
      expect(await listing(sellerId, 'cargo14')).toMatchObject({
        call: 'MODIFY',
        callState: 'SUCCEEDED',
      });
    });
    const changes = platform.asked.filter(({ param }) => param['mallGoodsId'] === 1414);
    expect(changes.at(-1)).toMatchObject({
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
    const { skus } = await catalog.offers.call('listModified', { sellerId, size: 0, token: '' });
    expect(skus).toEqual(['14-1']);
    expect((await offer(sellerId, '1414'))?.prices?.agreementFen).toBe(900n);
  });

  test('[P-A32] what the platform says of its shelf decides there, deleted goods are off it, and an older word changes nothing', async () => {
    const sellerId = 'S32';
    // It may speak before the answer to our call is written down.
    await says(sellerId, '3232', 'ON_SHELF');
    await put(sellerId, '32-1', { cargoNo: 'cargo32', detail: detail('32-1') });
    platform.answers.push('{"success":true,"data":3232}');
    await list(sellerId, 'cargo32');
    const isOn = async (shelf: string, expected: boolean): Promise<void> => {
      await eventually(async () => {
        expect(await offer(sellerId, '3232')).toMatchObject({
          platformShelf: shelf,
          onPlatformShelf: expected,
          onShelf: true,
        });
      });
    };
    await isOn('ON_SHELF', true);
    await says(sellerId, '3232', 'DELETED');
    await isOn('DELETED', false);
    await says(sellerId, '3232', 'ON_SHELF');
    await isOn('ON_SHELF', true);
    await says(sellerId, '3232', 'OFF_SHELF');
    await isOn('OFF_SHELF', false);
    expect(await listing(sellerId, 'cargo32')).toMatchObject({ shelf: 'OFF_SHELF' });
  });

  test('[field W1] goods are off the shelf when the platform shows them so, whatever its receipt says', async () => {
    const sellerId = 'S18';
    await put(sellerId, '18-1', { cargoNo: 'cargo18' });
    platform.answers.push('{"success":true,"data":1818}');
    await list(sellerId, 'cargo18');
    await eventually(async () => {
      expect(await listing(sellerId, 'cargo18')).toMatchObject({ callState: 'SUCCEEDED' });
    });
    platform.answers.push(
      '{"success":true}',
      '{"success":true,"data":{"id":1818,"goodsStatus":"new","subject":"x"}}',
    );
    await catalog.offerAdmin.call('unpublishListing', { sellerId, cargoNo: 'cargo18' });
    await eventually(async () => {
      expect(await listing(sellerId, 'cargo18')).toMatchObject({
        wanted: false,
        call: 'UNPUBLISH',
        callState: 'SUCCEEDED',
      });
    });
    expect(platform.asked.slice(-2).map(({ api }) => api)).toEqual([
      'com.alibaba.procurement.supplierUnPublishGoods',
      'alibaba.caigou.mall.getMallGoods',
    ]);
  });

  test('goods whose creation has an unknown end are not made twice; they are known when somebody names their id', async () => {
    const sellerId = 'S16';
    await put(sellerId, '16-1', { cargoNo: 'cargo16' });
    platform.answers.push(null);
    await list(sellerId, 'cargo16');
    await eventually(async () => {
      const found = await listing(sellerId, 'cargo16');
      expect(found?.attempts).toBeGreaterThan(1);
      expect(found).toMatchObject({ callState: 'UNKNOWN', call: 'CREATE' });
    });
    expect(askedOf('cargo16')).toHaveLength(1);
    await put(sellerId, '16-1', { cargoNo: 'cargo16', platformGoodsId: '1616' });
    await eventually(async () => {
      expect(await listing(sellerId, 'cargo16')).toMatchObject({
        platformGoodsId: '1616',
        callState: 'SUCCEEDED',
      });
    });
    const apis = askedOf('cargo16').map(({ api }) => api);
    expect(apis.filter((api) => api.endsWith('CreateMallGoods'))).toHaveLength(1);
  });
});
