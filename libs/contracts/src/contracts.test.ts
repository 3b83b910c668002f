import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { Place } from './common.ts';
import { ALL_TOPICS, EVENTS, placeFromMessage, placeToMessage } from './index.ts';

test('an event keeps ids and 64-bit numbers beyond 2^53', () => {
  const payload = EVENTS.orderShipped.encode({
    orderRef: tmallOrder('21230', '41171611600046273'),
    lines: [
      {
        subOrderId: '41171611600046274',
        goodsId: 'g',
        quantityMilli: 9_007_199_254_740_993n,
        paymentFen: 9_007_199_254_740_995n,
      },
    ],
    place: placeToMessage({ type: 'STORE', id: '1342' }),
    shippedAt: new Date(1_474_509_600_123),
    logisticCompany: '顺丰',
    mailNo: '2323232',
    postFeeFen: 0n,
    paidAt: undefined,
  });
  const back = EVENTS.orderShipped.decode(payload);
  expect(back.orderRef?.number).toBe('41171611600046273');
  expect(back.lines[0]?.quantityMilli).toBe(9_007_199_254_740_993n);
  expect(back.shippedAt?.getTime()).toBe(1_474_509_600_123);
  expect(placeFromMessage(back.place)).toEqual({ type: 'STORE', id: '1342' });
});

test('event types and topic names are unique', () => {
  const types = Object.values(EVENTS).map((event) => event.type);
  expect(new Set(types).size).toBe(types.length);
  expect(new Set(ALL_TOPICS.map((topic) => topic.name)).size).toBe(ALL_TOPICS.length);
});

test('a value that a newer version added to an enum is printed as its number, not thrown at', () => {
  const newer = Place.encode({ type: 99 as never, id: '7' }).finish();
  expect(Place.toJSON(Place.decode(newer))).toEqual({ type: 99, id: '7' });
  expect(Place.toJSON(Place.decode(Place.encode({ type: 1, id: '7' }).finish()))).toEqual({
    type: 'PLACE_TYPE_STORE',
    id: '7',
  });
});
