import { ImportKind, PromotionKind } from '@astrolabe/contracts/catalog';
import type { ImportedRow } from '@astrolabe/contracts/catalog';
import { testDatabase, testTopicPrefix } from '@astrolabe/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { draft } from './offer-fixtures.ts';
import { startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

let catalog: RunningCatalog;
beforeAll(async () => {
  catalog = await startCatalog((await testDatabase()).name, testTopicPrefix());
});

const HEADING = '商品编码,商品名称,协议价,市场价,上架,商品池,阶梯价';
const send = async (
  sellerId: string,
  text: string,
  {
    dryRun = false,
    firstRow = 0,
    kind = ImportKind.OFFERS,
  }: { dryRun?: boolean; firstRow?: number; kind?: ImportKind } = {},
): Promise<ImportedRow[]> => {
  const content = Buffer.from(text, 'utf8');
  const asked = { sellerId, kind, content, dryRun, firstRow };
  return (await catalog.offerAdmin.call('importRows', asked)).rows;
};
const offer = async (sellerId: string, sku: string) => {
  const name = { goodsId: '', sku, platformGoodsId: '', platformSkuId: '', cargoNo: '' };
  return (await catalog.offers.call('getOffers', { sellerId, names: [name] })).offers[0]?.offer;
};
const outcomes = (rows: ImportedRow[]): string[] =>
  rows.map(({ row, key, outcome }) => `${row} ${key} ${outcome}`);

describe('offers of a file', () => {
  const FILE = [
    HEADING,
    '00123,"打印机, 彩色 ""大""",1999.00,"2,199.00",是,A0101;A0102,10=95',
    '12345678901234567,"两行\n名称",10,12,否,,',
    '',
    '1.23457E+16,x,10,12,是,,',
    '00123,又一次,1,2,是,,',
    'bad,x,12元,,maybe,,5',
    'a b,x,1,2,是,,',
  ].join('\r\n');
  const EXPECTED = [
    '2 00123 CREATED',
    '3 12345678901234567 CREATED',
    '5  REFUSED',
    '6 00123 REFUSED',
    '7  REFUSED',
    '8 a b REFUSED',
  ];

  test('have a result per row; a dry run says the same and changes nothing', async () => {
    const sellerId = 'I1';
    expect(outcomes(await send(sellerId, FILE, { dryRun: true }))).toEqual(EXPECTED);
    expect(await offer(sellerId, '00123')).toBeUndefined();
    const rows = await send(sellerId, FILE);
    expect(outcomes(rows)).toEqual(EXPECTED);
    expect(rows.map(({ problems }) => problems.join('; '))).toMatchObject([
      expect.stringContaining('MISSING_BRAND'),
      expect.stringContaining('UNPUBLISHED'),
      expect.stringContaining('商品编码: a spreadsheet has rounded this number'),
      'row 2 has this SKU too',
      expect.stringMatching(/协议价: .*; 上架: .*; 阶梯价: /),
      expect.stringContaining('BAD_SKU'),
    ]);
    expect(await offer(sellerId, '00123')).toMatchObject({
      name: '打印机, 彩色 "大"',
      poolIds: ['A0101', 'A0102'],
      prices: {
        agreementFen: 199_900n,
        marketFen: 219_900n,
        tiers: [{ fromMilli: 10_000n, rateBp: 9_500 }],
      },
    });
    expect(await offer(sellerId, '12345678901234567')).toMatchObject({ name: '两行\n名称' });
  });

  test('again are the same offers, and what a file does not have stays as it is', async () => {
    const sellerId = 'I2';
    await catalog.offerAdmin.call('putOffer', { offer: draft(sellerId, '1') });
    const before = await offer(sellerId, '1');
    const prices = 'sku,agreementPrice,marketPrice\n1,9.90,12\n2,1,2';
    for (const dryRun of [true, false]) {
      expect(outcomes(await send(sellerId, prices, { dryRun, firstRow: 502 }))).toEqual([
        '502 1 CHANGED',
        '503 2 CREATED',
      ]);
    }
    const after = await offer(sellerId, '1');
    expect(after).toMatchObject({ goodsId: before?.goodsId, name: before?.name, onShelf: true });
    expect(after?.prices).toMatchObject({ agreementFen: 990n, marketFen: 1_200n, taxRate: 13 });
    for (const dryRun of [true, false]) {
      expect(outcomes(await send(sellerId, prices, { dryRun }))).toEqual([
        '2 1 UNCHANGED',
        '3 2 UNCHANGED',
      ]);
    }
    expect((await offer(sellerId, '1'))?.revision).toBe(after?.revision);
  });

  test('whose goods another offer has are refused, before and after', async () => {
    const sellerId = 'I3';
    const names = [{ key: { $case: 'outerId' as const, value: '9' } }];
    await catalog.offerAdmin.call('putOffer', { offer: draft(sellerId, '1', { names }) });
    for (const dryRun of [true, false]) {
      const [row] = await send(sellerId, 'sku,name\n9,x', { dryRun });
      expect(row).toMatchObject({
        outcome: 'REFUSED',
        problems: [expect.stringContaining('GOODS')],
      });
    }
  });

  test.each([
    ['sku,farbe\n1,x', /no such columns: farbe/],
    ['name\nx', /no column sku/],
    ['sku,name\n1,"x', /Quote/],
    ['', /no column sku/],
    [`sku\n${'1\n'.repeat(1_001)}`, /1,000 rows/],
  ])('that are no table of offers are refused whole: %#', async (text, message) => {
    await expect(send('I4', text)).rejects.toThrow(message);
  });
});

/** Sends a file three times, first as a dry run: what it says comes true, and then changes nothing. */
async function thrice(sellerId: string, kind: ImportKind, text: string): Promise<ImportedRow[]> {
  const foreseen = await send(sellerId, text, { kind, dryRun: true });
  expect(await send(sellerId, text, { kind })).toEqual(foreseen);
  const again = outcomes(await send(sellerId, text, { kind }));
  expect(again).toEqual(
    outcomes(foreseen).map((one) => one.replace(/CREATED|CHANGED/, 'UNCHANGED')),
  );
  return foreseen;
}
const problemsOf = (rows: ImportedRow[]): string[] =>
  rows.map(({ problems }) => problems.join('; '));

describe('promotions of a file', () => {
  const kind = ImportKind.PROMOTIONS;
  const HEADING = 'sku,promotionId,类型,price,quantity,appliedAt,startsAt,endsAt';
  const HOURS = '2099-11-29 10:00,2099-11-29 12:00';
  const promotions = async (sellerId: string, sku: string) =>
    (await offer(sellerId, sku))?.prices?.promotions ?? [];

  test('are judged by what the rows before them did, looked at and taken', async () => {
    const sellerId = 'P9';
    for (const sku of ['many', 'few']) {
      await catalog.offerAdmin.call('putOffer', { offer: draft(sellerId, sku) });
    }
    const row = (sku: string, id: number, from: number, to: number) =>
      `${sku},TG-${id},团购,800,20,,2099-11-29 ${from}:00,2099-11-29 ${to}:00`;
    // An offer has at most fifty; the fifty-first is refused wherever the file has it.
    const rows = await thrice(
      sellerId,
      kind,
      [
        HEADING,
        row('few', 1, 10, 12),
        ...Array.from({ length: 51 }, (_, n) => row('many', n, n % 20, (n % 20) + 1)),
        row('few', 2, 12, 14),
        row('few', 3, 11, 13),
        `few,TH-1,特惠,800,,,2099-11-29 11:00,2099-11-29 13:00`,
      ].join('\n'),
    );
    const told = outcomes(rows);
    expect(told.filter((one) => one.endsWith('REFUSED'))).toEqual(['53 many TG-50 REFUSED']);
    expect(told).toHaveLength(55);
    expect(rows[51]?.problems).toEqual([expect.stringContaining('TOO_MANY_PROMOTIONS')]);
    const few = rows.filter(({ key }) => key.startsWith('few '));
    expect(problemsOf(few)).toEqual(['', '', 'OVERLAPS: TG-1, TG-2', '']);
  });

  test('are judged by what the offer has, and in the offer as they are in the file', async () => {
    const sellerId = 'P1';
    await catalog.offerAdmin.call('putOffer', { offer: draft(sellerId, '00123') });
    await catalog.offerAdmin.call('putOffer', {
      offer: draft(sellerId, '2', { published: false }),
    });
    const rows = await thrice(
      sellerId,
      kind,
      [
        HEADING,
        `00123,TG-1,团购,800,20,2099-11-01,${HOURS}`,
        `00123,TH-1,特惠,"¥1,900.50",,,${HOURS}`,
        `2,TG-1,团购,1,5,,${HOURS}`,
        `00123,TG-1,团购,1,5,,${HOURS}`,
        `3,TG-1,团购,1,5,,${HOURS}`,
        `00123,A,团购,0,5,,${HOURS}`,
        '00123,B,团购,1,5,,2099-11-29 12:00,2099-11-29 12:00',
        '00123,C,特惠,1,,,2020-01-01,2020-01-02 00:00',
        `00123,D,,1,,,${HOURS}`,
        '00123,1E+16,特惠,x,,,2099-01-01,2099-01-02',
        `00123,,特惠,1,,,${HOURS}`,
      ].join('\n'),
    );
    expect(outcomes(rows)).toEqual([
      '2 00123 TG-1 CREATED',
      '3 00123 TH-1 CREATED',
      '4 2 TG-1 CREATED',
      '5 00123 TG-1 REFUSED',
      '6 3 TG-1 REFUSED',
      '7 00123 A REFUSED',
      '8 00123 B REFUSED',
      '9 00123 C REFUSED',
      '10 00123 D REFUSED',
      '11  REFUSED',
      '12 00123 REFUSED',
    ]);
    expect(problemsOf(rows)).toMatchObject([
      '',
      '',
      'UNPUBLISHED',
      'row 2 has this promotion too',
      expect.stringContaining('UNKNOWN_OFFER'),
      'BAD_AMOUNT: a promotion has a price',
      expect.stringContaining('BAD_SPAN'),
      expect.stringContaining('PROMOTION_OVER'),
      'MISSING_FIELD: a promotion has a type, a beginning and an end',
      expect.stringMatching(/promotionId: .*rounded.*; price: .*; endsAt: .*time of day/),
      expect.stringContaining('MISSING_FIELD'),
    ]);
    expect(await promotions(sellerId, '00123')).toMatchObject([
      {
        promotionId: 'TG-1',
        kind: PromotionKind.GROUP_BUY,
        priceFen: 80_000n,
        quantityMilli: 20_000n,
        appliedAt: new Date('2099-10-31T16:00:00Z'),
        startsAt: new Date('2099-11-29T02:00:00Z'),
        endsAt: new Date('2099-11-29T04:00:00Z'),
      },
      {
        promotionId: 'TH-1',
        kind: PromotionKind.SPECIAL,
        priceFen: 190_050n,
        appliedAt: undefined,
      },
    ]);
  });

  test('of which a file says a part keep the rest, and may be ended', async () => {
    const sellerId = 'P2';
    await catalog.offerAdmin.call('putOffer', { offer: draft(sellerId, '1') });
    await send(sellerId, `${HEADING}\n1,TG,团购,800,20,,${HOURS}`, { kind });
    const dearer = await thrice(sellerId, kind, 'sku,活动编号,团购价格\n1,TG,900');
    expect(outcomes(dearer)).toEqual(['2 1 TG CHANGED']);
    expect(await promotions(sellerId, '1')).toMatchObject([
      { priceFen: 90_000n, quantityMilli: 20_000n, kind: PromotionKind.GROUP_BUY },
    ]);
    const over = '开始时间,结束时间,sku,活动编号\n2020-01-01,2020-01-01 10:00,1,TG';
    expect(outcomes(await thrice(sellerId, kind, over))).toEqual(['2 1 TG CHANGED']);
    const { promotions: running } = await catalog.offers.call('listPromotions', {
      sellerId,
      kind: PromotionKind.UNSPECIFIED,
      sku: '1',
      page: undefined,
    });
    expect(running).toEqual([]);
  });
});

describe('accessories, warranties and pools of a file', () => {
  test('accessories keep what a file does not say, and name SKUs without an offer', async () => {
    const sellerId = 'A1';
    const kind = ImportKind.ACCESSORIES;
    await catalog.offerAdmin.call('putOffer', { offer: draft(sellerId, '00123') });
    const rows = await thrice(
      sellerId,
      kind,
      [
        '配件编号,名称,类型,参数,单价,适用商品',
        '007,键盘,配件,104 键,99,00123;00123',
        '008,安装,服务,,0,"00123,67890"',
        '007,又一次,配件,,1,',
        '009,,配件,,1,',
        '010,线,配件,,-1,',
      ].join('\n'),
    );
    expect(outcomes(rows)).toEqual([
      '2 007 CREATED',
      '3 008 CREATED',
      '4 007 REFUSED',
      '5 009 REFUSED',
      '6 010 REFUSED',
    ]);
    expect(problemsOf(rows)).toMatchObject([
      '',
      'UNKNOWN_OFFER: 67890',
      'row 2 has this accessory too',
      'MISSING_FIELD: a name is needed',
      expect.stringContaining('BAD_AMOUNT'),
    ]);
    expect(outcomes(await thrice(sellerId, kind, 'accessoryId,price\n007,88'))).toEqual([
      '2 007 CHANGED',
    ]);
    const asked = { sellerId, sku: '', page: undefined };
    const { accessories } = await catalog.offers.call('listAccessories', asked);
    expect(accessories).toEqual([
      {
        accessoryId: '007',
        name: '键盘',
        isService: false,
        parameters: '104 键',
        priceFen: 8_800n,
        skus: ['00123'],
      },
      {
        accessoryId: '008',
        name: '安装',
        isService: true,
        parameters: '',
        priceFen: 0n,
        skus: ['00123', '67890'],
      },
    ]);
  });

  test('warranties are sold in divisions alone, of today or before', async () => {
    const sellerId = 'A2';
    const rows = await thrice(
      sellerId,
      ImportKind.WARRANTIES,
      [
        'warrantyId,sku,name,content,price,regions',
        '01,00123,延保一年,上门,199,120221',
        '02,00123,延保两年,上门,299,120000;999999',
        '03,,延保三年,上门,299,',
      ].join('\n'),
    );
    expect(outcomes(rows)).toEqual(['2 01 CREATED', '3 02 REFUSED', '4 03 REFUSED']);
    expect(problemsOf(rows)).toMatchObject([
      'UNKNOWN_OFFER: 00123',
      'BAD_REGION_CODE: no division: 999999',
      expect.stringContaining('BAD_SKU'),
    ]);
    const asked = { sellerId, sku: '00123', areaId: '' };
    const { warranties } = await catalog.offers.call('listWarranties', asked);
    // 宁河县 is 宁河区 by now.
    expect(warranties).toMatchObject([
      { warrantyId: '01', priceFen: 19_900n, regionCodes: ['120117'] },
    ]);
  });

  test('pools have names; two imports of one at once end with one of the two', async () => {
    const sellerId = 'A3';
    const kind = ImportKind.POOLS;
    const rows = await thrice(sellerId, kind, 'poolId,name\n00101,台式计算机\n00102,\n');
    expect(outcomes(rows)).toEqual(['2 00101 CREATED', '3 00102 REFUSED']);
    const ways = await Promise.all(
      ['甲', '乙'].map((name) => send(sellerId, `poolId,name\n00103,${name}`, { kind })),
    );
    expect(
      ways
        .flat()
        .map(({ outcome }) => outcome)
        .toSorted(),
    ).toEqual(['CHANGED', 'CREATED']);
    const { pools } = await catalog.offers.call('listPools', { sellerId });
    expect(pools).toMatchObject([{ poolId: '00101', name: '台式计算机' }, { poolId: '00103' }]);
  });

  test('what the rows are of has to be said', async () => {
    await expect(send('A4', 'poolId\n1', { kind: ImportKind.UNSPECIFIED })).rejects.toThrow(
      /MISSING_FIELD/,
    );
    await expect(send('A4', 'sku,price\n1,2', { kind: ImportKind.POOLS })).rejects.toThrow(
      /no such columns: sku, price/,
    );
  });
});
