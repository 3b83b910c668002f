import { expect, test } from 'vitest';
import type { Fulfilment, StatusEntry, Task } from './fulfilment.ts';
import { emptyFulfilment, newTask } from './fulfilment.ts';
import type { Parcel } from './shipping.ts';
import { deliveredAt, refundHours, refundSince, unknownSince } from './waiting.ts';

const REF = { channel: 'tmall', sellerId: '21230', number: '1' };
const at = (hour: number) => new Date(Date.UTC(2016, 8, 22, hour));
const entry = (status: StatusEntry['status'], hour: number): StatusEntry => ({
  status,
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
  happenedAt: at(hour),
  receivedAt: at(hour),
  operator: '',
  onTime: true,
});
const task = (change: Partial<Task>): Fulfilment => ({
  ...emptyFulfilment(REF),
  tasks: [
    {
      ...newTask({ subOrderId: 's', itemId: 'i', skuId: 'k', outerId: '', quantity: 1_000n }),
      ...change,
    },
  ],
});

test('a refund waits from when the store was asked until it has answered', () => {
  const asked = [entry('ACCEPTED', 1), entry('CANCEL_ASKED', 2)];
  const waiting = task({ status: 'CANCEL_ASKED', history: asked });
  expect(refundSince(waiting)).toEqual(at(2));
  expect(refundHours(waiting)).toEqual({ came: ['2016-09-22 10'], left: [] });
  const answered = task({
    status: 'CANCEL_AGREED',
    history: [...asked, entry('CANCEL_AGREED', 3)],
  });
  expect(refundSince(answered)).toBeNull();
  expect(refundHours(answered)).toEqual({ came: ['2016-09-22 10'], left: ['2016-09-22 11'] });
  expect(refundSince(emptyFulfilment(REF))).toBeNull();
});

test('a write is unknown since it was asked for, as long as nobody knows its end', () => {
  const parcel = (state: Parcel['tmall']['state'], hour: number): Parcel => ({
    id: 1,
    storeId: '1342',
    allocation: 1,
    subOrderIds: ['s'],
    company: 'SF',
    mailNo: 'SF1',
    operator: '',
    askedAt: at(hour),
    tmall: { state, attempts: 1, nextAt: null, problem: null },
    record: null,
    shippedAt: null,
  });
  const shipping = { orderRef: REF, dueAt: null };
  const parcels = [parcel('SUCCEEDED', 1), parcel('UNKNOWN', 3), parcel('UNKNOWN', 2)];
  expect(unknownSince({ ...shipping, parcels })).toEqual(at(2));
  expect(unknownSince({ ...shipping, parcels: parcels.slice(0, 1) })).toBeNull();
});

test('an order is delivered when all of it was signed for', () => {
  const sub = (signedAt: Date | null) => ({ subOrderId: 's', legs: [], signedAt });
  expect(deliveredAt({ subOrders: [sub(at(1)), sub(at(3)), sub(at(2))] })).toEqual(at(3));
  expect(deliveredAt({ subOrders: [sub(at(1)), sub(null)] })).toBeNull();
  expect(deliveredAt({ subOrders: [] })).toBeNull();
});
