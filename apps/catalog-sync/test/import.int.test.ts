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
  { dryRun = false, firstRow = 0 } = {},
): Promise<ImportedRow[]> => {
  const content = Buffer.from(text, 'utf8');
  return (await catalog.offerAdmin.call('importOffers', { sellerId, content, dryRun, firstRow }))
    .rows;
};
const offer = async (sellerId: string, sku: string) => {
  const name = { goodsId: '', sku, platformGoodsId: '', platformSkuId: '', cargoNo: '' };
  return (await catalog.offers.call('getOffers', { sellerId, names: [name] })).offers[0]?.offer;
};
const outcomes = (rows: ImportedRow[]): string[] =>
  rows.map(({ row, sku, outcome }) => `${row} ${sku} ${outcome}`);

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
