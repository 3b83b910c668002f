import { describe, expect, test } from 'vitest';
import {
  attributes,
  code,
  codes,
  images,
  percent,
  pieces,
  text,
  tiers,
  truth,
  yuan,
} from './cells.ts';
import { rowReader } from './columns.ts';

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
    const reader = rowReader(['协议价 ', 'ＳＫＵ', '上架', '']);
    expect(reader.ok && reader.value('7', ['9.9', '001', '是'])).toMatchObject({
      value: {
        draft: {
          sellerId: '7',
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
    expect(rowReader(heading)).toEqual({ ok: false, error });
  });

  test('a row says of each column what is wrong, and of cells without one', () => {
    const reader = rowReader(['商品编码', '市场价']);
    expect(reader.ok && reader.value('7', ['1E+16', 'x', 'y'])).toMatchObject({
      error: [
        'the row has more cells than the heading',
        expect.stringContaining('商品编码: a spreadsheet has rounded'),
        '市场价: "x" is no amount in yuan, e.g. 1999.00',
      ],
    });
  });
});
