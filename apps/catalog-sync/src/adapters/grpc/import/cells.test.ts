import { describe, expect, test } from 'vitest';
import {
  attributes,
  code,
  codes,
  end,
  images,
  instant,
  oneOf,
  percent,
  pieces,
  text,
  tiers,
  truth,
  yuan,
} from './cells.ts';
import { ACCESSORY_FORM, POOL_FORM, PROMOTION_FORM, WARRANTY_FORM } from './further-columns.ts';
import { rowReader } from './heading.ts';
import type { Form } from './heading.ts';
import { OFFER_FORM } from './offer-columns.ts';

describe('cells', () => {
  test.each(['00123', '12345678901234567', '="00123"', ' 00123\t', '1E5', '3E-7'])(
    'a code keeps its digits: %s',
    (cell) => {
      expect(code(cell)).toMatchObject({ ok: true, value: cell.trim().replace(/^="|"$/g, '') });
    },
  );

  test.each(['1.23457E+16', '1E+16', '1.2345678901234568e+16'])(
    'a number that a spreadsheet has rounded is refused: %s',
    (cell) => {
      expect(code(cell)).toMatchObject({ ok: false });
      expect(text(cell)).toMatchObject({ ok: true });
    },
  );

  test('a formula that failed is refused wherever it stands', () => {
    for (const read of [text, code, yuan, truth])
      expect(read('#REF!')).toMatchObject({ ok: false });
  });

  test('amounts are decimals, with the signs that people write', () => {
    const fen = ['10', '10.5', '¥1,234.56', '￥ 3', ''].map((cell) => yuan(cell));
    expect(fen).toMatchObject([1_000n, 1_050n, 123_456n, 300n, 0n].map((value) => ({ value })));
    for (const cell of ['12,5', '0.001', '1e3', '十元', '--']) {
      expect(yuan(cell), cell).toMatchObject({ ok: false });
    }
    expect(pieces('2.5')).toMatchObject({ value: 2_500n });
    expect([percent('13'), percent('13%'), percent('13.0 ％')]).toMatchObject([
      { value: 13 },
      { value: 13 },
      { value: 13 },
    ]);
    expect([percent('0.13'), percent('101')]).toMatchObject([{ ok: false }, { ok: false }]);
  });

  test.each([
    ['2026-11-29 10:00', '2026-11-29T02:00:00Z'],
    ['2026/11/29 9:05', '2026-11-29T01:05:00Z'],
    ['2026年11月9日 09:05:07', '2026-11-09T01:05:07Z'],
    ['2026-11-29', '2026-11-28T16:00:00Z'],
    ['2026-11-29T23:59:59', '2026-11-29T15:59:59Z'],
  ])('times are those of Shanghai: %s', (cell, expected) => {
    expect(instant(cell)).toMatchObject({ value: new Date(expected) });
  });

  test('what is no time is refused, and an end that is a day alone', () => {
    for (const cell of ['2026-02-29', '2026-11-29 24:00', '29.11.2026', '46355.5', '明天']) {
      expect(instant(cell), cell).toMatchObject({ ok: false });
    }
    expect(end('2026-11-29')).toMatchObject({ error: expect.stringContaining('time of day') });
    expect(end('2026-11-29 00:00')).toMatchObject({ value: new Date('2026-11-28T16:00:00Z') });
    expect([instant(''), end(' ')]).toMatchObject([{ value: null }, { value: null }]);
  });

  test('one of a few words', () => {
    const read = oneOf<'A' | null>(null, new Map([['甲', 'A']]));
    expect([read('甲'), read('')]).toMatchObject([{ value: 'A' }, { value: null }]);
    expect(read('乙')).toMatchObject({ error: '"乙" is none of 甲' });
  });

  test('lists', () => {
    expect(codes('A0101，A0102; A0103')).toMatchObject({ value: ['A0101', 'A0102', 'A0103'] });
    expect(images('https://a.cn/1.jpg?a=1,2;3\nhttps://a.cn/2.jpg')).toMatchObject({
      value: ['https://a.cn/1.jpg?a=1,2;3', 'https://a.cn/2.jpg'],
    });
    expect(attributes('颜色=黑；接口：USB=C')).toMatchObject({
      value: [
        { name: '颜色', value: '黑' },
        { name: '接口', value: 'USB=C' },
      ],
    });
    expect(attributes('黑')).toMatchObject({ ok: false });
    expect(tiers('10=95;100=90.5%')).toMatchObject({
      value: [
        { fromMilli: 10_000n, rateBp: 9_500 },
        { fromMilli: 100_000n, rateBp: 9_050 },
      ],
    });
    expect(tiers('10=95;x=90')).toMatchObject({ ok: false });
  });
});

describe('headings', () => {
  test('in Chinese or in English, in any order and width', () => {
    const reader = rowReader(OFFER_FORM, ['协议价 ', 'ＳＫＵ', '上架', '']);
    expect(reader.ok && reader.value(['9.9', '001', '是'])).toMatchObject({
      value: {
        draft: {
          published: true,
          detail: { sku: '001' },
          prices: { agreementFen: 990n },
        },
        fields: new Set(['agreementFen', 'sku', 'published']),
      },
    });
  });

  test.each([
    [['sku', '颜料'], 'no such columns: 颜料'],
    [['sku', '商品编码'], 'columns that are there twice: sku'],
    [['协议价'], 'there is no column sku (商品编码)'],
  ])('%j: %s', (heading, error) => {
    expect(rowReader(OFFER_FORM, heading)).toEqual({ ok: false, error });
  });

  test('a row says of each column what is wrong, and of cells without one', () => {
    const reader = rowReader(OFFER_FORM, ['商品编码', '市场价']);
    expect(reader.ok && reader.value(['1E+16', 'x', 'y'])).toMatchObject({
      error: [
        'the row has more cells than the heading',
        expect.stringContaining('商品编码: a spreadsheet has rounded'),
        '市场价: "x" is no amount in yuan, e.g. 1999.00',
      ],
    });
  });
});

describe('what goes with offers', () => {
  const first = <D>(form: Form<D>, heading: string, row: string) => {
    const reader = rowReader(form, heading.split(','));
    return reader.ok ? reader.value(row.split(',')) : reader;
  };

  test('promotions', () => {
    const heading = '商品编码,活动编号,类型,活动价,团购数量,申请日期,开始时间,结束时间';
    const row = '00123,TG-01,团购,800.00,20,2026-11-20,2026-11-29 10:00,2026/11/29 12:00';
    expect(first(PROMOTION_FORM, heading, row)).toMatchObject({
      value: {
        draft: {
          sku: '00123',
          promotionId: 'TG-01',
          kind: 'GROUP_BUY',
          priceFen: 80_000n,
          quantityMilli: 20_000n,
          appliedAt: new Date('2026-11-19T16:00:00Z'),
          startsAt: new Date('2026-11-29T02:00:00Z'),
          endsAt: new Date('2026-11-29T04:00:00Z'),
        },
      },
    });
    expect(first(PROMOTION_FORM, 'sku,promotionId,kind', '1,2,秒杀')).toMatchObject({
      error: [expect.stringContaining('"秒杀" is none of 团购, 特惠')],
    });
    // What the file does not say is not said of the promotion.
    expect(first(PROMOTION_FORM, 'sku,promotionId', '1,2')).toMatchObject({
      value: { draft: { sku: '1', promotionId: '2' } },
    });
  });

  test('accessories', () => {
    const heading = '配件编号,名称,配件或服务,参数,单价,适用商品';
    expect(first(ACCESSORY_FORM, heading, '007,安装,服务,,99,00123；67890')).toMatchObject({
      value: {
        draft: {
          accessoryId: '007',
          name: '安装',
          isService: true,
          parameters: '',
          priceFen: 9_900n,
          skus: ['00123', '67890'],
        },
      },
    });
  });

  test('warranties and pools', () => {
    const heading = '延保编号,商品编码,服务名称,服务内容,价格,地区编码';
    expect(
      first(WARRANTY_FORM, heading, '001,00123,延保一年,上门,199,120000 110000'),
    ).toMatchObject({
      value: {
        draft: {
          warrantyId: '001',
          sku: '00123',
          priceFen: 19_900n,
          regionCodes: ['120000', '110000'],
        },
      },
    });
    expect(first(POOL_FORM, 'poolId,品目池名称', '00101,台式计算机')).toMatchObject({
      value: { draft: { poolId: '00101', name: '台式计算机' } },
    });
  });

  test('further names of goods say what each is; one that a spreadsheet has rounded is none', () => {
    const heading = 'sku,其他编码';
    expect(
      first(OFFER_FORM, heading, '1,商家编码=007；item=9001/70001;Item=9002;货号=C-1'),
    ).toMatchObject({
      value: {
        draft: {
          names: [
            { key: { $case: 'outerId', value: '007' } },
            { key: { $case: 'itemSku', value: { itemId: '9001', skuId: '70001' } } },
            { key: { $case: 'itemSku', value: { itemId: '9002', skuId: '' } } },
            { key: { $case: 'cargoNo', value: 'C-1' } },
          ],
        },
      },
    });
    for (const cell of ['A-1', 'colour=A', 'outerId=1.23457E+16']) {
      expect(first(OFFER_FORM, heading, `1,${cell}`)).toMatchObject({
        error: [expect.stringContaining('no list of names of goods')],
      });
    }
  });

  test('without their own columns are refused', () => {
    expect([
      first(PROMOTION_FORM, 'sku', ''),
      first(ACCESSORY_FORM, 'name', ''),
      first(WARRANTY_FORM, 'sku', ''),
      first(POOL_FORM, 'sku', ''),
    ]).toEqual([
      { ok: false, error: 'there is no column promotionId (活动编号)' },
      { ok: false, error: 'there is no column accessoryId (配件编号)' },
      { ok: false, error: 'there is no column warrantyId (延保编号)' },
      { ok: false, error: 'no such columns: sku' },
    ]);
  });
});
