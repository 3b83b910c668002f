import { expect, test } from 'vitest';
import type { Line, Order } from '../api.ts';
import { picksOf } from './pick-list.tsx';

const line = (subOrderId: string, outerId: string, change: Partial<Line> = {}): Line => ({
  subOrderId,
  itemId: '9001',
  skuId: '70001',
  outerId,
  title: '羊毛大衣',
  spec: '颜色:黑;尺码:M',
  picture: '',
  quantityMilli: '1000',
  attributes: [],
  ...change,
});

const order = (number: string, lines: Line[]): Order => ({
  key: number,
  orderRef: { channel: 'tmall', sellerId: '21230', number },
  allocation: 1,
  status: 'ACCEPTED',
  pickup: false,
  toldAt: null,
  logistics: null,
  shipping: null,
  history: [],
  lines,
});

test('pieces of the same goods are fetched once, for all orders; gifts of their own stay apart', () => {
  const picks = picksOf([
    order('1', [line('11', 'COAT-M'), line('12', 'HAT', { quantityMilli: '1500' })]),
    order('2', [line('21', 'COAT-M', { quantityMilli: '2000' })]),
    order('3', [line('31', 'COAT-M', { attributes: [['gift', 'SCARF']] })]),
    order('4', [line('41', 'COAT-M', { spec: '颜色:黑;尺码:L' })]),
  ]);
  expect(
    picks.map(({ line: { outerId, spec }, milli, orders }) => [
      outerId,
      spec,
      milli,
      orders.map(({ number }) => number),
    ]),
  ).toEqual([
    ['COAT-M', '颜色:黑;尺码:M', 3_000n, ['1', '2']],
    ['HAT', '颜色:黑;尺码:M', 1_500n, ['1']],
    ['COAT-M', '颜色:黑;尺码:M', 1_000n, ['3']],
    ['COAT-M', '颜色:黑;尺码:L', 1_000n, ['4']],
  ]);
});
