import { FULFILMENT_STATUSES } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { statusRule } from '../src/omni/index.ts';
import {
  BILL_TYPES,
  adjustItems,
  bindItem,
  createStore,
  initialiseGoods,
  queryItems,
  queryStore,
  syncOrderStatus,
  updateItems,
} from '../src/qimen/index.ts';
import {
  bill,
  code,
  id,
  instant,
  kind,
  milli,
  place,
  profile,
  roundTrips,
  shape,
  shopGoods,
  some,
  stockGoods,
  word,
} from './arbitraries.ts';

describe('Qimen', () => {
  test('store.create', () => {
    roundTrips(profile, createStore.encodeRequest, createStore.decodeRequest);
  });

  test('store.query reply', () => {
    roundTrips(
      profile.map((value) => ({ flag: 'success' as const, code: '', message: '', value })),
      queryStore.encodeReply,
      queryStore.decodeReply,
    );
  });

  test('itemstore.banding', () => {
    const binding = shape(
      {
        action: fc.constantFrom('ADD' as const, 'DELETE' as const),
        itemId: id,
        storeIds: some(id),
        remark: word(),
      },
      ['action', 'itemId', 'storeIds'],
    );
    roundTrips(binding, bindItem.encodeRequest, bindItem.decodeRequest);
  });

  const upload = <T extends { billNum: string }>(line: fc.Arbitrary<T>) =>
    fc.record(
      {
        userId: id,
        operationTime: instant,
        stores: some(fc.record({ place, lines: some(line) }, { noNullPrototype: true })),
      },
      { noNullPrototype: true },
    );
  const received = <T extends { billNum: string }>(
    sent: { stores: { lines: T[] }[] } & object,
  ) => ({
    ...sent,
    stores: sent.stores.map((store) => ({
      ...store,
      lines: store.lines.map((value) => ({ billNum: value.billNum, result: { ok: true, value } })),
    })),
  });

  test('storeinventory.initial', () => {
    const line = fc.record({ billNum: bill, goods: stockGoods, kind, quantity: milli(0) });
    roundTrips(
      upload(line),
      initialiseGoods.encodeRequest,
      initialiseGoods.decodeRequest,
      received,
    );
  });

  test('storeinventory.itemupdate', () => {
    const line = shape(
      {
        billNum: bill,
        billType: fc.constantFrom(...BILL_TYPES),
        goods: shopGoods,
        kind,
        delta: milli(-999_999_999),
        finalQuantity: milli(-5),
      },
      ['billNum', 'billType', 'goods', 'kind', 'delta'],
    );
    roundTrips(upload(line), updateItems.encodeRequest, updateItems.decodeRequest, received);
  });

  test('storeinventory.itemquery reply', () => {
    const counted = fc.record({
      goods: shopGoods,
      quantities: fc.array(fc.record({ kind, quantity: milli(-5) }), { maxLength: 2 }),
    });
    const stores = fc.array(fc.record({ place, goods: some(counted) }), { maxLength: 3 });
    roundTrips(
      stores.map((found) => ({
        flag: 'success' as const,
        code: '0',
        message: '',
        value: { stores: found },
      })),
      queryItems.encodeReply,
      queryItems.decodeReply,
    );
  });

  test('storeinventory.itemadjust', () => {
    const move = fc.record({
      billNum: bill,
      tradeId: code(50),
      subOrderId: code(50),
      target: place,
      goods: shopGoods,
      kind,
      quantity: milli(1),
    });
    const request = fc.record({ userId: id, operationTime: instant, move });
    roundTrips(request, adjustItems.encodeRequest, adjustItems.decodeRequest);
  });

  test('orderStatus.sync', () => {
    const status = fc.constantFrom(...FULFILMENT_STATUSES);
    const report = fc
      .record({
        sellerId: id,
        tradeId: id,
        subOrderIds: some(id),
        storeId: id,
        status,
        operator: word(),
        actionTime: instant,
      })
      .map((value) => {
        const flow = statusRule(value.status).flows[0];
        return flow === undefined ? value : { ...value, flow };
      });
    roundTrips(report, syncOrderStatus.encodeRequest, syncOrderStatus.decodeRequest);
  });
});
