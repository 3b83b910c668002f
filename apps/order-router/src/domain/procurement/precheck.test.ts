import { expect, test } from 'vitest';
import { precheck } from './precheck.ts';
import type { PrecheckLine, PrecheckOffer, PrecheckWorld } from './precheck.ts';

const LINE: PrecheckLine = {
  mallGoodsId: '5645673',
  skuId: '76354678',
  cargoNo: 'cargo123',
  outSkuId: '6578902',
  priceYuan: '10',
  quantity: '10',
};
const OFFER: PrecheckOffer = {
  goodsId: 'g1',
  isOnShelf: true,
  prices: { agreementFen: 1_000n, minimumMilli: 0n, tiers: [], promotions: [] },
};

type Said = { readonly line: number; readonly code: string };

function said(
  lines: readonly Partial<PrecheckLine>[],
  world: Partial<PrecheckWorld> = {},
): readonly Said[] {
  const all = lines.map((line) => ({ ...LINE, ...line }));
  const found = precheck(all, {
    offers: all.map(() => OFFER),
    free: new Map([['g1', 10_000n]]),
    regionCode: '110102',
    isServed: true,
    now: new Date('2026-11-29T00:00:00Z'),
    ...world,
  });
  return found.map(({ line, code }) => ({ line, code }));
}

test.each([
  ['[P-A01] [P-A04] as published', [{}], []],
  ['[P-A04] more digits', [{ priceYuan: '10.000' }], []],
  ['[P-A02] another price', [{ priceYuan: '9.99' }], ['PRICE_MISMATCH']],
  ['[field S2] beyond the fen', [{ priceYuan: '10.0000000000000001' }], ['PRICE_MISMATCH']],
  ['[P-A03] more than there is', [{ quantity: '11' }], ['STOCK_NOT_ENOUGH']],
  ['[P-A07] without a cargo number', [{ cargoNo: '' }], ['PARAM_INVALID']],
  ['no quantity', [{ quantity: '0' }], ['PARAM_INVALID']],
  ['a tenth of a thousandth', [{ quantity: '1.0001' }], ['PARAM_INVALID']],
] as const)('%s', (_, lines, codes) => {
  expect(said(lines).map(({ code }) => code)).toEqual(codes);
});

test('[P-A05] decimals of a stock of 2.5', () => {
  const free = new Map([['g1', 2_500n]]);
  expect(said([{ quantity: '2.5' }], { free })).toEqual([]);
  expect(said([{ quantity: '2.5001' }], { free })).toEqual([{ line: 0, code: 'STOCK_NOT_ENOUGH' }]);
});

test('[P-A06] lines of the same goods share their stock', () => {
  const both = said([{ quantity: '6' }, { quantity: '6' }]);
  expect(both.map(({ code }) => code)).toEqual(['STOCK_NOT_ENOUGH', 'STOCK_NOT_ENOUGH']);
});

test('[P-A08] a region that nobody serves', () => {
  expect(said([{}], { isServed: false })).toEqual([{ line: -1, code: 'ADDRESS_NOT_SUPPORTED' }]);
  const wordsFor = (regionCode: string) =>
    precheck([LINE], {
      offers: [OFFER],
      free: new Map([['g1', 10_000n]]),
      regionCode,
      isServed: false,
      now: new Date('2026-11-29T00:00:00Z'),
    }).map(({ message }) => message);
  expect(wordsFor('110102001000')).toEqual(['该地区不支持配送']);
  expect(wordsFor('110104')).toEqual(['该地区不支持配送']);
  expect(wordsFor('999999')).toEqual(['地区代码999999不存在']);
});

test('[P-A09] one bad line of two: the whole fails, and it alone is named', () => {
  const mixed = said([{ quantity: '1' }, { quantity: '1', priceYuan: '9' }]);
  expect(mixed).toEqual([{ line: 1, code: 'PRICE_MISMATCH' }]);
});

test('goods off the shelf, unknown ones, and the price of a tier', () => {
  const off = { ...OFFER, isOnShelf: false };
  expect(said([{}], { offers: [off] })).toEqual([{ line: 0, code: 'SKU_OFF_SHELF' }]);
  expect(said([{}], { offers: [null] })).toEqual([{ line: 0, code: 'SKU_NOT_FOUND' }]);
  const tiers = [{ fromMilli: 10_000n, rateBp: 9_500 }];
  const tiered = { ...OFFER, prices: { ...OFFER.prices, tiers, minimumMilli: 2_000n } };
  const offers = [tiered];
  expect(said([{ priceYuan: '9.5' }], { offers })).toEqual([]);
  expect(said([{ priceYuan: '9.5', quantity: '9' }], { offers })).toEqual([
    { line: 0, code: 'PRICE_MISMATCH' },
  ]);
  expect(said([{ quantity: '1' }], { offers })).toEqual([{ line: 0, code: 'PARAM_INVALID' }]);
});
