import { randomUUID } from 'node:crypto';
import { offerPricesFromMessage, placeToMessage } from '@astrolabe/contracts';
import { PromotionKind } from '@astrolabe/contracts/catalog';
import type { OfferDraft, OfferName, OfferPrices } from '@astrolabe/contracts/catalog';
import { offerPrice, parseShanghai } from '@astrolabe/kernel';
import { beforeAll, describe, expect, test } from 'vitest';
import { detail, draft } from './offer-fixtures.ts';
import { startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

let now = new Date('2026-11-22T01:00:00Z');
let catalog: RunningCatalog;

beforeAll(async () => {
  const name = `offers_${randomUUID().slice(0, 8)}`;
  catalog = await startCatalog(name, `${name}.`, undefined, { clock: () => now });
});

const newSeller = (): string => `S${randomUUID().slice(0, 8)}`;
const at = (text: string): Date => {
  const instant = parseShanghai(text);
  if (!instant.ok) throw new TypeError(text);
  return instant.value;
};
const named = (name: Partial<OfferName>): OfferName => ({
  goodsId: '',
  sku: '',
  platformGoodsId: '',
  platformSkuId: '',
  cargoNo: '',
  ...name,
});

const put = async (sellerId: string, sku: string, change: Partial<OfferDraft> = {}) => {
  const { offer } = await catalog.offerAdmin.call('putOffer', {
    offer: draft(sellerId, sku, change),
  });
  if (!offer) throw new TypeError('an offer that was put is answered');
  return offer;
};
const priced = (agreementFen: bigint, marketFen: bigint): OfferPrices => ({
  ...(draft('', '').prices as OfferPrices),
  agreementFen,
  marketFen,
});
const get = async (sellerId: string, ...names: Partial<OfferName>[]) =>
  (await catalog.offers.call('getOffers', { sellerId, names: names.map(named) })).offers;
const pool = (sellerId: string, poolId = 'A0101') =>
  catalog.offerAdmin.call('putPool', { sellerId, pool: { poolId, name: '打印设备' } });
const poolSkus = (sellerId: string, poolId = 'A0101') =>
  catalog.offers.call('listPoolSkus', { sellerId, poolId, size: 0, token: '' });

describe('shelf states', () => {
  test('[G-A11] goods without a brand are not shown, are off the shelf, and stand in the report', async () => {
    const sellerId = newSeller();
    await pool(sellerId);
    await put(sellerId, '12345');
    await put(sellerId, '12346', { detail: detail('12346', { brand: ' ' }) });
    expect((await poolSkus(sellerId)).skus).toEqual(['12345']);
    const [whole, lacking] = await get(sellerId, { sku: '12345' }, { sku: '12346' });
    expect(whole?.offer).toMatchObject({ onShelf: true, listed: true, obstacles: [] });
    expect(lacking?.offer).toMatchObject({
      onShelf: false,
      listed: false,
      obstacles: ['MISSING_BRAND'],
    });
    const asked = { sellerId, skus: ['12345', '12346'] };
    const { details, shelves } = await catalog.offers.call('getDetails', asked);
    expect(details.map(({ sku }) => sku)).toEqual(['12345']);
    expect(shelves).toEqual([{ onShelf: true, poolIds: ['A0101'] }]);
    await catalog.offerAdmin.call('setPublished', { sellerId, sku: '12345', published: false });
    const off = await catalog.offers.call('getDetails', asked);
    expect(off.shelves).toEqual([{ onShelf: false, poolIds: ['A0101'] }]);
    expect(details[0]?.introduction).toBe('<p>打印\t机</p>\u2028');
    const report = await catalog.offerAdmin.call('searchOffers', {
      sellerId,
      text: '',
      poolId: '',
      withFaults: true,
      page: undefined,
    });
    expect(report.offers.map(({ sku }) => sku)).toEqual(['12346']);
  });

  test('[G-A12] [G-A13] the agreement price may equal the market price, and not exceed it', async () => {
    const sellerId = newSeller();
    await put(sellerId, 'dear', { prices: priced(120_001n, 120_000n) });
    await put(sellerId, 'same', { prices: priced(120_000n, 120_000n) });
    const [dear, same] = await get(sellerId, { sku: 'dear' }, { sku: 'same' });
    expect(dear?.offer).toMatchObject({ onShelf: false, obstacles: ['AGREEMENT_ABOVE_MARKET'] });
    expect(same?.offer).toMatchObject({ onShelf: true });
  });

  test('[field S2] goods without a market price are off the shelf', async () => {
    const sellerId = newSeller();
    await put(sellerId, '1', { prices: priced(100_000n, 0n) });
    const [found] = await get(sellerId, { sku: '1' });
    expect(found?.offer).toMatchObject({ onShelf: false, obstacles: ['NO_MARKET_PRICE'] });
    expect(found?.offer?.onPlatformShelf).toBe(true);
  });

  test('[G-A14] a SKU that nobody knows fails nobody else', async () => {
    const sellerId = newSeller();
    await put(sellerId, '12345');
    const [known, unknown] = await get(sellerId, { sku: '12345' }, { sku: 'nope' });
    expect(known?.offer?.onShelf).toBe(true);
    expect(unknown).toMatchObject({ offer: undefined, reason: 'UNKNOWN_OFFER' });
  });

  test.each([
    '/img/1.jpg',
    'http://img.example.com/1.jpg',
    'https://localhost/1.jpg',
    'https://10.0.0.3/1.jpg',
  ])('[G-A15] a picture at %s is told nobody, and its goods are incomplete', async (address) => {
    const sellerId = newSeller();
    const good = 'https://img.example.com/2.jpg';
    await put(sellerId, '1', { detail: detail('1', { images: [address, good] }) });
    const [found] = await get(sellerId, { sku: '1' });
    expect(found?.offer).toMatchObject({ listed: false, obstacles: ['BAD_IMAGE_ADDRESS'] });
    const { images } = await catalog.offers.call('getImages', { sellerId, skus: ['1'] });
    expect(images[0]).toMatchObject({ images: [good] });
  });
});

describe('prices', () => {
  test('[G-A35] [G-A36] what an answer holds decides the price of a mode, quantity and instant', async () => {
    const sellerId = newSeller();
    const prices = { ...priced(100_000n, 120_000n), tiers: [{ fromMilli: 10_000n, rateBp: 9500 }] };
    await put(sellerId, '12345', { prices });
    await catalog.offerAdmin.call('putPromotion', {
      sellerId,
      promotion: {
        promotionId: 'T1',
        kind: PromotionKind.GROUP_BUY,
        sku: '12345',
        priceFen: 80_000n,
        quantityMilli: 100_000n,
        startsAt: at('2026-11-22 10:00:00'),
        endsAt: at('2026-11-22 12:00:00'),
        appliedAt: at('2026-11-01 00:00:00'),
      },
    });
    const [found] = await get(sellerId, { sku: '12345' });
    const known = offerPricesFromMessage(found?.offer?.prices);
    const price = (mode: 'GROUP_BUY' | 'TIER', quantityMilli: bigint, text: string) => {
      const one = offerPrice(known, { mode, quantityMilli, at: at(text) });
      return one.ok ? one.value.fen : one.error;
    };
    expect(price('GROUP_BUY', 1000n, '2026-11-22 09:59:59')).toBe('NO_PROMOTION');
    expect(price('GROUP_BUY', 1000n, '2026-11-22 10:00:00')).toBe(80_000n);
    expect(price('GROUP_BUY', 1000n, '2026-11-22 12:00:00')).toBe('NO_PROMOTION');
    expect(price('TIER', 9000n, '2026-11-22 10:00:00')).toBe(100_000n);
    expect(price('TIER', 10_000n, '2026-11-22 10:00:00')).toBe(95_000n);
    const page = { size: 10, token: '' };
    const { promotions } = await catalog.offers.call('listPromotions', {
      sellerId,
      kind: PromotionKind.UNSPECIFIED,
      sku: '',
      page,
    });
    expect(promotions).toMatchObject([{ promotionId: 'T1', sku: '12345', priceFen: 80_000n }]);
    const { skus } = await catalog.offers.call('listTierRates', { sellerId, page });
    expect(skus).toEqual([{ sku: '12345', tiers: [{ fromMilli: 10_000n, rateBp: 9500 }] }]);
  });

  test('[X-A05] one row of 1000 fen is what every name of the goods answers', async () => {
    const sellerId = newSeller();
    const { goodsId } = await catalog.admin.call('mapGoods', {
      sellerId,
      from: { key: { $case: 'itemSku', value: { itemId: '38562047', skuId: '0' } } },
      alias: { key: { $case: 'outerId', value: '6578902' } },
    });
    const offer = await put(sellerId, '6578902', {
      prices: priced(1000n, 1200n),
      cargoNo: 'cargo123',
      platformGoodsId: '5645673',
      platformSkuId: '76354678',
    });
    expect(offer.goodsId).toBe(goodsId);
    const found = await get(
      sellerId,
      { goodsId },
      { sku: '6578902' },
      { cargoNo: 'cargo123' },
      { platformGoodsId: '5645673', platformSkuId: '76354678' },
      {
        platformGoodsId: '5645673',
        platformSkuId: '76354678',
        cargoNo: 'cargo123',
        sku: '6578902',
      },
      // Younger ids than we know are passed over; those of other goods are not.
      { sku: '6578902', platformGoodsId: '9', platformSkuId: '' },
      { sku: '6578902', cargoNo: 'other' },
      { platformGoodsId: '5645673', platformSkuId: '1' },
      {},
    );
    expect(found.map((one) => one.offer?.prices?.agreementFen ?? one.reason)).toEqual([
      ...Array.from({ length: 6 }, () => 1000n),
      'UNKNOWN_OFFER',
      'NAMES_DIFFER',
      'UNKNOWN_OFFER',
    ]);
    const key = { $case: 'mallSku', value: '6578902' } as const;
    const { goods } = await catalog.client.call('resolveGoods', {
      sellerId,
      keys: [{ key }],
      createMissing: false,
      outerIds: [],
      storeIds: [],
    });
    expect(goods[0]?.goodsId).toBe(goodsId);
  });

  test('of a listing with two SKUs the article number alone names none', async () => {
    const sellerId = newSeller();
    await put(sellerId, 'a', { cargoNo: 'C1' });
    await put(sellerId, 'b', { cargoNo: 'C1' });
    const [both, one] = await get(sellerId, { cargoNo: 'C1' }, { cargoNo: 'C1', sku: 'b' });
    expect(both?.reason).toBe('SKU_REQUIRED');
    expect(one?.offer?.sku).toBe('b');
  });
});

describe('lists', () => {
  test('[G-A10] a pool of 2,500 SKUs is one page', async () => {
    const sellerId = newSeller();
    await pool(sellerId);
    const skus = Array.from({ length: 2500 }, (_one, index) => `0${100_000 + index}`);
    for (let from = 0; from < skus.length; from += 250) {
      await Promise.all(skus.slice(from, from + 250).map((sku) => put(sellerId, sku)));
    }
    const answer = await poolSkus(sellerId);
    expect(answer).toEqual({ skus, nextToken: '' });
    await expect(poolSkus(sellerId, 'none')).rejects.toMatchObject({ reason: 'UNKNOWN_POOL' });
    await pool(sellerId, 'empty');
    expect((await poolSkus(sellerId, 'empty')).skus).toEqual([]);
  });

  test('[G-A39] what is new and what was modified are two lists, and read again they are the same', async () => {
    const sellerId = newSeller();
    now = at('2026-11-21 08:00:00');
    await put(sellerId, '12345');
    now = at('2026-11-22 09:00:00');
    await put(sellerId, '67890');
    now = at('2026-11-22 09:30:00');
    await put(sellerId, '12345', { detail: detail('12345', { summary: '另一个' }) });
    // The same again is no change.
    now = at('2026-11-22 09:40:00');
    await put(sellerId, '12345', { detail: detail('12345', { summary: '另一个' }) });
    const span = { sellerId, from: at('2026-11-22 08:30:00'), until: at('2026-11-22 09:35:00') };
    const lists = async (poolIds: string[] = []) =>
      Promise.all(
        (['listNew', 'listModified'] as const).map(
          async (method) =>
            (await catalog.offers.call(method, { ...span, poolIds, size: 0, token: '' })).skus,
        ),
      );
    expect(await lists()).toEqual([['67890'], ['12345']]);
    // Of a pool that they are in, beside one that they are not in; and of the other alone.
    expect(await lists(['A0101', 'B'])).toEqual([['67890'], ['12345']]);
    expect(await lists(['B'])).toEqual([[], []]);
    // A later change of price alone is one as well, and takes nothing from the span before.
    now = at('2026-11-22 09:50:00');
    await catalog.offerAdmin.call('putPrices', {
      sellerId,
      prices: [
        { sku: '12345', prices: priced(99_900n, 120_000n) },
        { sku: '67890', prices: priced(99_900n, 120_000n) },
      ],
    });
    expect(await lists()).toEqual([['67890'], ['12345']]);
    now = at('2026-11-22 10:00:00');
    const { skus } = await catalog.offers.call('listModified', {
      sellerId,
      from: at('2026-11-22 09:45:00'),
      poolIds: [],
      size: 1,
      token: '',
    });
    expect(skus).toEqual(['12345']);
  });

  test('goods that were completed later are new when they are complete', async () => {
    const sellerId = newSeller();
    now = at('2026-11-22 09:00:00');
    await put(sellerId, '1', { detail: detail('1', { brand: '' }) });
    now = at('2026-11-22 11:00:00');
    await put(sellerId, '1');
    now = at('2026-11-22 12:00:00');
    const asked = { sellerId, from: at('2026-11-22 10:30:00'), poolIds: [], size: 0, token: '' };
    expect((await catalog.offers.call('listNew', asked)).skus).toEqual(['1']);
    expect((await catalog.offers.call('listModified', asked)).skus).toEqual([]);
  });

  test('offers are found by parts of their names and the beginnings of codes', async () => {
    const sellerId = newSeller();
    await put(sellerId, 'ab-00123', { detail: detail('ab-00123', { name: '华为Mate60 手机' }) });
    await put(sellerId, '00124', { detail: detail('00124', { name: '打印纸', brand: '星图' }) });
    const found = async (text: string): Promise<string[]> =>
      (
        await catalog.offerAdmin.call('searchOffers', {
          sellerId,
          text,
          poolId: '',
          withFaults: false,
          page: undefined,
        })
      ).offers.map(({ sku }) => sku);
    expect(await found('手机')).toEqual(['ab-00123']);
    expect(await found('ＭＡＴＥ')).toEqual(['ab-00123']);
    expect(await found('001')).toEqual(['00124', 'ab-00123']);
    expect(await found('印纸 星图')).toEqual(['00124']);
    expect(await found('.*')).toEqual([]);
    expect(await found('')).toEqual(['00124', 'ab-00123']);
  });

  test('accessories go with one SKU or all of them, warranties with SKU and region, ratings sum to 100', async () => {
    const sellerId = newSeller();
    await put(sellerId, '12345');
    const accessory = { name: '硒鼓', isService: false, parameters: 'XT', priceFen: 9900n };
    for (const [accessoryId, skus] of [
      ['P1', ['12345']],
      ['P2', ['777']],
    ] as const) {
      await catalog.offerAdmin.call('putAccessory', {
        sellerId,
        accessory: { ...accessory, accessoryId, skus: [...skus] },
      });
    }
    const accessories = async (sku: string) =>
      (
        await catalog.offers.call('listAccessories', { sellerId, sku, page: undefined })
      ).accessories.map(({ accessoryId }) => accessoryId);
    expect(await accessories('12345')).toEqual(['P1']);
    expect(await accessories('')).toEqual(['P1', 'P2']);
    await catalog.offerAdmin.call('putWarranty', {
      sellerId,
      warranty: {
        warrantyId: 'W1',
        sku: '12345',
        name: '延保一年',
        content: '上门',
        priceFen: 5000n,
        regionCodes: ['120000'],
      },
    });
    const warranties = async (areaId: string) =>
      (await catalog.offers.call('listWarranties', { sellerId, sku: '12345', areaId })).warranties
        .length;
    expect([await warranties('120102'), await warranties('110101'), await warranties('')]).toEqual([
      1, 0, 1,
    ]);
    await catalog.offerAdmin.call('putRating', {
      sellerId,
      sku: '12345',
      averageHundredths: 480,
      good: 1n,
      medium: 1n,
      bad: 1n,
    });
    const { ratings } = await catalog.offers.call('getRatings', { sellerId, skus: ['12345', '9'] });
    expect(ratings).toEqual([
      { sku: '12345', averageHundredths: 480, good: 34, medium: 33, bad: 33 },
    ]);
  });
});

describe('places', () => {
  test('[G-A33] a county is looked for in its own city, and has the id of the seller’s area', async () => {
    const sellerId = newSeller();
    await catalog.admin.call('putArea', {
      sellerId,
      areaId: '1000000',
      name: '河东区',
      places: [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })],
      regionCode: '120102',
    });
    const resolve = (province: string, city: string, code = '') =>
      catalog.offers.call('resolveRegion', { sellerId, province, city, county: '河东区', code });
    expect((await resolve('天津市', '天津市')).county).toMatchObject({
      code: '120102',
      areaId: '1000000',
    });
    expect((await resolve('山东省', '临沂市')).county).toMatchObject({
      code: '371312',
      areaId: '371312',
    });
    expect(await resolve('', '')).toMatchObject({ county: undefined, reason: 'AMBIGUOUS' });
    expect(await resolve('天津市', '', '1000000')).toMatchObject({ reason: '' });
    const below = async (parent: string) =>
      (await catalog.offers.call('listRegions', { sellerId, parent })).regions;
    expect(await below('')).toHaveLength(34);
    expect(await below('120000')).toMatchObject([{ code: '120100', name: '天津市' }]);
    const counties = await below('120100');
    expect(counties).toHaveLength(16);
    expect(counties).toContainEqual({
      code: '120102',
      name: '河东区',
      parentCode: '120100',
      areaId: '1000000',
    });
    // The same area answers to its division's code, and serves nothing beyond it.
    const area = (areaId: string) => catalog.client.call('getArea', { sellerId, areaId });
    expect(await area('120102')).toMatchObject({ served: true, name: '河东区' });
    expect(await area('990000')).toMatchObject({ served: false });
    expect(await area('120101')).toMatchObject({ served: false });
    // Whoever asks for anything above is told of the province's place too, and of the narrowest that serves.
    const above = (areaId: string) =>
      catalog.client.call('getArea', { sellerId, areaId, anywhereAbove: true });
    expect(await above('120101')).toMatchObject({ served: false });
    const places = [placeToMessage({ type: 'WAREHOUSE', id: 'WH-01' })];
    const put = (areaId: string, name: string, at: typeof places) =>
      catalog.admin.call('putArea', { sellerId, areaId, name, places: at });
    await put('120000', '天津市', places);
    await put('120101', '和平区', []);
    expect(await area('120101')).toMatchObject({ served: false, name: '和平区' });
    for (const code of ['120101', '120101001']) {
      expect(await above(code)).toMatchObject({ served: true, name: '天津市' });
    }
    expect(await above('120102')).toMatchObject({ served: true, name: '河东区' });
  });
});
