import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PromotionKind } from '@astrolabe/contracts/catalog';
import { GOV_INTERFACES } from '@astrolabe/schemas/govmall';
import { formatShanghai } from '@astrolabe/kernel';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { astrolabe } from '../src/command-line.ts';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { Mall } from '../src/mall.ts';
import { post } from '../src/wire.ts';

let harness: Harness;
const folder = mkdtempSync(join(tmpdir(), 'mall-files-'));
const opened: Mall[] = [];

beforeAll(async () => {
  harness = await startHarness({ apps: SERVICES });
});
afterAll(async () => {
  for (const mall of opened) mall.close();
  rmSync(folder, { recursive: true });
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

async function openMall(): Promise<Mall> {
  const mall = await Mall.open(harness);
  opened.push(mall);
  return mall;
}

test('[G-A41] [G-A06] [G-A09] each of the 27 interfaces answers in its form, and nothing without a token', async () => {
  const mall = await openMall();
  expect(new Set(GOV_INTERFACES.map(({ number }) => number)).size).toBe(27);
  for (const { number, path } of GOV_INTERFACES) {
    const url = `${harness.mallUrl}${path}`;
    expect((await fetch(url)).status, path).toBe(405);
    const { status, text } = await post(url, 'application/x-www-form-urlencoded', 'sku=12345');
    expect(status, path).toBe(200);
    const said = JSON.parse(text) as { success: unknown; desc: string; result?: unknown };
    expect(said.success, path).toBe(false);
    if (number !== '2.2') expect(said.desc, path).toContain('token_expired');
    expect(said.result, path).toBeUndefined();
  }
  const prices = await mall.call('prices', { sku: '12345' });
  expect(prices.text).toContain('"price":1000.00,"mall_price":1200.00');
});

test('[field D6] an account without goods and orders has an answer to everything', async () => {
  const mall = await openMall();
  const area = '1000000';
  const day = formatShanghai(new Date()).slice(0, 10);
  for (const method of ['images', 'ratings', 'prices', 'groupBuys', 'specials', 'tiers'] as const) {
    expect(await mall.ok(method, { sku: 'nope' }), method).toEqual([]);
  }
  expect(await mall.ok('accessories', { sku: 'nope' })).toEqual([]);
  expect(await mall.ok('accessoryRelations')).toEqual([]);
  expect(await mall.ok('warranties', { sku: 'nope', area })).toEqual([]);
  expect(await mall.ok('reconcile', { bdate: day, edate: day })).toMatchObject({ num: 0 });
  expect(await mall.ok('invoices', { order_id: '202611290000123' })).toMatchObject([
    { order_id: '202611290000123', invoice_state: 0 },
  ]);
  expect(await mall.ok('newSkus')).toEqual(['12345']);
});

test('[G-A08] what is shown of goods is one line, whatever was written', async () => {
  const mall = await openMall();
  const { text, result } = await mall.call('detail', { sku: '12345' });
  expect(text).not.toMatch(/[\r\n\t\u2028]|\\[nrt]|\\u2028/);
  expect(result).toMatchObject({
    sku: '12345',
    brand_name: '星图',
    introduction: '<p>台式机</p>',
    service: '三年质保上门服务',
    image_path: 'https://img.example.com/12345/main.jpg',
    energy_saving: true,
    imported: false,
    state: 1,
  });
  expect(await mall.ok('pools')).toEqual([{ id: 'A0101', name: '台式计算机' }]);
  expect((await mall.call('poolSkus', { catalog_id: 'A0199' })).success).toBe(false);
});

test('[G-A11] [G-A12] [G-A13] [G-A14] [G-A15] what is not whole or too dear is off the shelf', async () => {
  const mall = await openMall();
  await mall.offer('no-brand', '70002', { detail: { brand: '' } });
  await mall.offer('dear', '70003', { agreementFen: 120_001n, marketFen: 120_000n });
  await mall.offer('same', '70004', { agreementFen: 120_000n, marketFen: 120_000n });
  await mall.offer('relative', '70005', { detail: { images: ['/img/1.jpg'] } });
  const skus = ['12345', 'no-brand', 'dear', 'same', 'relative', 'nope'];
  expect(await mall.ok('shelfStates', { sku: skus.join(',') })).toEqual(
    skus.map((sku) => ({ sku, state: sku === '12345' || sku === 'same' ? 1 : 0 })),
  );
  const listed = (await mall.ok('poolSkus', { catalog_id: 'A0101' })) as string[];
  expect(listed).not.toContain('no-brand');
  expect((await mall.call('detail', { sku: 'no-brand' })).success).toBe(false);
  const images = await mall.ok('images', { sku: '12345,relative' });
  expect(JSON.stringify(images)).not.toContain('"/img');
  expect(images).toMatchObject([
    {
      sku: '12345',
      images: [
        { path: 'https://img.example.com/12345/1.jpg', order: 1 },
        { path: 'https://img.example.com/12345/2.jpg', order: 2 },
      ],
    },
    {},
  ]);
});

test('[G-A33] [field G1] [field G6] a county is found inside its own city, as the field writes it', async () => {
  const mall = await openMall();
  const provinces = (await mall.ok('provinces')) as Record<string, string>;
  const cities = (await mall.ok('cities', { id: provinces['天津市'] ?? '' })) as object;
  expect(Object.keys(cities)).toEqual(['天津市']);
  const counties = (await mall.ok('counties', { id: '120100' })) as Record<string, string>;
  expect(Object.keys(counties)).toHaveLength(16);
  expect(counties['河东区']).toBe('1000000');
  const linyi = (await mall.ok('counties', { id: '371300' })) as Record<string, string>;
  expect(linyi['河东区']).toBe('371312');
  for (const province of ['天津', '天津市']) {
    for (const city of ['天津市', '市辖区', '县', '']) {
      const area = `${province}_${city}_河东区_0`;
      const stock = await mall.ok('stock', { sku: '12345', area });
      expect(stock, area).toMatchObject([{ num: 99, area_id: '1000000' }]);
    }
  }
  const elsewhere = await mall.ok('stock', { sku: '12345', area: '山东省_临沂市_河东区' });
  expect(elsewhere).toMatchObject([{ num: 0, desc: '无货' }]);
  for (const area of ['河东区', '*', '']) {
    expect((await mall.call('stock', { sku: '12345', area })).success, area).toBe(false);
  }
});

test('[field G2] [field G4] [field G5] old names, names in several cities, codes that differ from names', async () => {
  const mall = await openMall();
  const areaOf = async (area: string): Promise<string> => {
    const [stock] = (await mall.ok('stock', { sku: '12345', area })) as { area_id: string }[];
    return stock?.area_id ?? '';
  };
  const places = {
    天津市__静海县: '120118',
    天津市__宁河县: '120117',
    天津市__蓟县: '120119',
    天津市__塘沽区: '120116',
    天津市_天津市_和平区: '120101',
    辽宁省_沈阳市_和平区: '210102',
  };
  for (const [area, code] of Object.entries(places)) expect(await areaOf(area), area).toBe(code);
  const several = await mall.call('stock', { sku: '12345', area: '和平区' });
  expect(several).toMatchObject({ status: 200, success: false });
  expect(several.desc).toMatch(/天津.*沈阳|沈阳.*天津/);
  const differ = await mall.order({ county: '120102', county_name: '和平区' });
  expect(differ).toMatchObject({ status: 200, success: false });
  const byCode = await mall.order({ county: '120102', county_name: '河东区' });
  expect(byCode, byCode.text).toMatchObject({ success: true });
});

test('[G-A34] accessories of all goods are asked for without a SKU; a price is not', async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  await mall.admin.offers.call('putAccessory', {
    sellerId,
    accessory: {
      accessoryId: 'K1',
      name: '键盘',
      isService: false,
      parameters: '104 键',
      priceFen: 9_900n,
      skus: ['12345'],
    },
  });
  const accessories = [{ id: 'K1', name: '键盘', type: 'accessory' }];
  expect(await mall.ok('accessoryRelations', { sku: '' })).toEqual([{ sku: '12345', accessories }]);
  expect(await mall.ok('accessories', { sku: '12345' })).toEqual([
    { sku: '12345', id: 'K1', type: 'accessory', name: '键盘', param: '104 键', price: 99 },
  ]);
  expect(await mall.call('prices', { sku: '' })).toMatchObject({ status: 200, success: false });
  await mall.admin.offers.call('putWarranty', {
    sellerId,
    warranty: {
      warrantyId: 'W1',
      sku: '12345',
      name: '延保一年',
      content: '上门',
      priceFen: 19_900n,
      regionCodes: ['120000'],
    },
  });
  const warranties = (area: string) => mall.ok('warranties', { sku: '12345', area });
  expect(await warranties('1000000')).toMatchObject([{ id: 'W1', name: '延保一年', price: 199 }]);
  expect(await warranties('山东省_临沂市_河东区')).toEqual([]);
  await mall.admin.offers.call('putRating', {
    sellerId,
    sku: '12345',
    averageHundredths: 480,
    good: 95n,
    medium: 3n,
    bad: 2n,
  });
  expect(await mall.ok('ratings', { sku: '12345' })).toEqual([
    { sku: '12345', average: 4.8, good: 95, medium: 3, bad: 2 },
  ]);
});

test('group buys, special offers and tiers are told with their times and quantities', async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  await mall.offer('12345', '70001', { tiers: [{ fromMilli: 10_000n, rateBp: 9_500 }] });
  const [startsAt, endsAt] = [new Date(Date.now() - 3_600_000), new Date(Date.now() + 3_600_000)];
  for (const [promotionId, kind, quantityMilli] of [
    ['G1', PromotionKind.GROUP_BUY, 20_000n],
    ['S1', PromotionKind.SPECIAL, 0n],
  ] as const) {
    await mall.admin.offers.call('putPromotion', {
      sellerId,
      promotion: {
        promotionId,
        kind,
        sku: '12345',
        priceFen: 80_000n,
        quantityMilli,
        appliedAt: startsAt,
        startsAt,
        endsAt,
      },
    });
  }
  const begin_date = formatShanghai(startsAt);
  const end_date = formatShanghai(endsAt);
  const shown = { sku: '12345', price: 800, apply_date: begin_date, begin_date, end_date };
  expect(await mall.ok('groupBuys', { sku: '12345' })).toEqual([{ ...shown, id: 'G1', num: 20 }]);
  expect(await mall.ok('specials', { sku: '12345' })).toEqual([{ ...shown, id: 'S1' }]);
  expect(await mall.ok('tiers', { sku: '12345' })).toEqual([
    { sku: '12345', tiers: [{ min_num: 10, rate: 0.95 }] },
  ]);
});

test("what a seller's files say of pools, promotions, accessories and warranties is what the mall reads", async () => {
  const mall = await openMall();
  const { sellerId } = mall.actor.seller;
  await mall.offer('00123', '70002', { poolIds: ['00101'] });
  const imported = async (kind: string, rows: readonly string[]) => {
    const file = join(folder, `${kind}-${sellerId}.csv`);
    writeFileSync(file, `\uFEFF${rows.join('\r\n')}\r\n`);
    const words = ['catalog', 'import', file, '--kind', kind, '--seller', sellerId];
    const looked = await astrolabe<object>(harness.stack, ...words);
    const done = await astrolabe<object>(harness.stack, ...words, '--apply');
    expect(done.lines, done.told).toEqual(looked.lines);
    return done;
  };
  const pools = await imported('pools', ['品目池编号,品目池名称', '00101,笔记本电脑']);
  expect(pools).toMatchObject({ code: 0, lines: [{ row: 2, key: '00101', outcome: 'CREATED' }] });
  expect(await mall.ok('pools')).toContainEqual({ id: '00101', name: '笔记本电脑' });
  expect(await mall.ok('poolSkus', { catalog_id: '00101' })).toEqual(['00123']);

  const [begin, end] = ['2026-01-01 10:00', '2099-12-31 12:00'];
  const promotions = await imported('promotions', [
    '商品编码,活动编号,类型,活动价,团购数量,申请日期,开始时间,结束时间',
    `00123,12345678901234567,团购,800.00,20,2025-12-01,${begin},${end}`,
    `00123,TH-1,特惠,850,,,${begin},${end}`,
    `00123,1.23457E+16,特惠,850,,,${begin},${end}`,
  ]);
  expect(promotions).toMatchObject({
    code: 3,
    lines: [
      { key: '00123 12345678901234567', outcome: 'CREATED' },
      { key: '00123 TH-1', outcome: 'CREATED' },
      { row: 4, outcome: 'REFUSED' },
    ],
  });
  const dates = { begin_date: `${begin}:00`, end_date: `${end}:00` };
  expect(await mall.ok('groupBuys', { sku: '00123' })).toMatchObject([
    { ...dates, sku: '00123', id: '12345678901234567', price: 800, num: 20 },
  ]);
  expect(await mall.ok('specials', { sku: '00123' })).toMatchObject([
    { ...dates, id: 'TH-1', price: 850 },
  ]);

  const accessories = ['配件编号,名称,类型,参数,单价,适用商品', '007,键盘,配件,104 键,99,00123'];
  expect((await imported('accessories', accessories)).code).toBe(0);
  expect(await mall.ok('accessories', { sku: '00123' })).toEqual([
    { sku: '00123', id: '007', type: 'accessory', name: '键盘', param: '104 键', price: 99 },
  ]);
  const warranties = ['延保编号,商品编码,名称,内容,价格,地区', '01,00123,延保一年,上门,199,120000'];
  expect((await imported('warranties', warranties)).code).toBe(0);
  const sold = (area: string) => mall.ok('warranties', { sku: '00123', area });
  expect(await sold('1000000')).toMatchObject([{ id: '01', name: '延保一年', price: 199 }]);
  expect(await sold('山东省_临沂市_河东区')).toEqual([]);
  expect((await imported('warranties', ['延保编号,价格', '02,1'])).code).toBe(1);
});

test('[G-A39] changed goods are in 2.23 and new ones are not, and reading takes nothing away', async () => {
  const mall = await openMall();
  const begin = formatShanghai(new Date());
  await mall.offer('67890', '70002');
  await mall.offer('12345', '70001', { detail: { name: '台式计算机 二代' } });
  for (let read = 0; read < 2; read += 1) {
    // A span begins a minute before the time that it is asked for, when 12345 was new.
    expect(await mall.ok('newSkus', { begin })).toEqual(['12345', '67890']);
    expect(await mall.ok('modifiedSkus', { begin })).toEqual(['12345']);
  }
  const yesterday = formatShanghai(new Date(Date.now() - 86_400_000)).slice(0, 10);
  for (const day of [yesterday, yesterday.replaceAll('-', '')]) {
    expect(await mall.ok('newSkus', { begin: day, end: day })).toEqual([]);
  }
});
