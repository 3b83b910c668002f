import { expect, test } from 'vitest';
import { isOfGoods, reasonOf } from './reason.ts';

test.each([
  [
    { code: 'MISSING', text: '' },
    { code: 'MISSING', text: '' },
  ],
  [
    { code: ' SHELF_EMPTY ', text: ' 二楼 ' },
    { code: 'SHELF_EMPTY', text: '二楼' },
  ],
  [
    { code: '', text: '货架上没有' },
    { code: 'OTHER', text: '货架上没有' },
  ],
  [
    { code: 'no code', text: 'at all' },
    { code: 'OTHER', text: 'no code at all' },
  ],
  [
    { code: 'X'.repeat(41), text: '' },
    { code: 'OTHER', text: 'X'.repeat(41) },
  ],
  [
    { code: 'OTHER', text: '字'.repeat(300) },
    { code: 'OTHER', text: '字'.repeat(200) },
  ],
  [{ code: ' ', text: '\n' }, undefined],
  [undefined, undefined],
])('%j is kept as %j', (said, kept) => {
  expect(reasonOf(said)).toEqual(kept);
  // What is kept is kept.
  expect(reasonOf(reasonOf(said))).toEqual(kept);
});

test('only what is said of goods says that they are not there', () => {
  const codes = ['MISSING', 'DAMAGED', 'MISCOUNTED', 'OUT_OF_STOCK', 'CLOSING', 'OTHER', 'ODD'];
  expect(codes.map((code) => isOfGoods({ code, text: '' }))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
