import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOmnichannelPairs, writeOmnichannelPairs } from './omnichannel-param.ts';

/** The real one of catalogue A.3. */
const SAMPLE =
  'orderType:STORE_DELIVER,everStoreAllocated:1,allocationCode:127876895,RDCompanyCode:null,' +
  'targetCode:123456789,acceptExpirationTime:2017/07/31-15:07:35,subOrderCode:41171611600046272,' +
  'targetType:STORE,RDTime:2017-07-31 15:07:34,targetStoreOuterId:20000019,orderState:X_SHOP_HANDLED;';

test('the real sample is read with its times, and written back as it was', () => {
  const read = readOmnichannelPairs(SAMPLE);
  expect(read.unread).toEqual([]);
  expect(read.subOrders).toHaveLength(1);
  const pairs = new Map(read.subOrders[0]);
  expect(pairs.get('acceptExpirationTime')).toBe('2017/07/31-15:07:35');
  expect(pairs.get('RDTime')).toBe('2017-07-31 15:07:34');
  expect(pairs.get('subOrderCode')).toBe('41171611600046272');
  expect(pairs.get('orderState')).toBe('X_SHOP_HANDLED');
  expect(writeOmnichannelPairs(read.subOrders)).toBe(SAMPLE);
});

test('sub-orders are told apart, with and without the last semicolon', () => {
  const two = 'subOrderCode:1,targetCode:华东:A;subOrderCode:2,targetCode:';
  const expected = [
    [
      ['subOrderCode', '1'],
      ['targetCode', '华东:A'],
    ],
    [
      ['subOrderCode', '2'],
      ['targetCode', ''],
    ],
  ];
  expect(readOmnichannelPairs(two)).toEqual({ subOrders: expected, unread: [] });
  expect(readOmnichannelPairs(`${two};`)).toEqual({ subOrders: expected, unread: [] });
  expect(readOmnichannelPairs('')).toEqual({ subOrders: [], unread: [] });
});

test.each([
  ['a value with a comma', 'a:1,b;', [[['a', '1,b']]], []],
  ['a comma at the end', 'a:1,;', [[['a', '1']]], []],
  ['a plain text', 'tb_o2o', [], ['tb_o2o']],
  ['a plain text among others', 'tb_o2o;a:1', [[['a', '1']]], ['tb_o2o']],
  ['no key', 'a:1,:2', [[['a', '1']]], [':2']],
])('%s: what can be read is read, the rest is named', (_, param, subOrders, unread) => {
  expect(readOmnichannelPairs(param)).toEqual({ subOrders, unread });
});

test('what was written is read again, whatever the values', () => {
  const key = fc.stringMatching(/^[A-Za-z]{1,20}$/);
  const value = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[,;]/g, ':'));
  const subOrder = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(fc.array(subOrder, { maxLength: 5 }), (subOrders) => {
      const read = readOmnichannelPairs(writeOmnichannelPairs(subOrders));
      expect(read).toEqual({ subOrders, unread: [] });
    }),
  );
});
