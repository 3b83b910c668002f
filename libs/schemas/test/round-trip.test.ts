import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OrderStatus } from '../src/index.ts';
import {
  BILL_TYPES,
  ORDER_STATUS_CODES,
  adjustItems,
  allocate,
  bindItem,
  createStore,
  decodeTmallPush,
  encodeTmallPush,
  getAllocation,
  initialiseGoods,
  notifyRefund,
  queryItems,
  queryStore,
  reportConsigned,
  statusRule,
  syncAllocation,
  syncOrderStatus,
  updateItems,
} from '../src/index.ts';

/** Texts that survive only with right escaping; blank ones count as absent and are left out. */
const word = (maxLength = 20) =>
  fc
    .oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: Math.min(maxLength, 20) }),
      fc.constantFrom('007', '1.10', ']]>', '<a>&amp;', '"\'', 'a\r\nb', '门店'),
    )
    .filter((text) => text.trim() !== '' && Array.from(text).length <= maxLength);
/** A code has no white space around it and no line breaks. */
const code = (maxLength = 20) =>
  word(maxLength)
    .map((text) => text.replace(/[\t\r\n\v\f]/g, '_').trim())
    .filter((text) => text !== '');
const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);
const instant = fc
  .integer({ min: Date.UTC(2010, 0), max: Date.UTC(2090, 0) })
  .map((ms) => new Date(ms - (ms % 1000)));
const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
const milli = (min: number) =>
  fc.integer({ min, max: 999_999_999 }).map((pieces) => BigInt(pieces) * 1000n);
const fen = fc.bigInt({ min: 0n, max: 10n ** 12n });
const kind = fc.constantFrom('CERTAIN' as const, 'SHARED' as const);
const bill = code(50).map((text) => text.replaceAll(',', ';'));
const place = fc.record({
  type: fc.constantFrom('STORE' as const, 'WAREHOUSE' as const),
  id: code(50),
});

/** A record whose members beside `needed` may be absent. */
const shape = <T, K extends keyof T & string>(
  members: { [P in keyof T]: fc.Arbitrary<T[P]> },
  needed: readonly K[],
) => fc.record(members, { requiredKeys: [...needed], noNullPrototype: true });
const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: 1, maxLength: 4 });

const shopGoods = shape({ itemId: id, outerId: code(50), skuId: id }, ['itemId', 'outerId']);
const stockGoods = shape({ goodsId: id, outerId: code(50) }, ['goodsId']);
const profile = shape(
  {
    storeCode: code(50),
    shopId: id,
    companyName: word(50),
    storeName: word(50),
    storeType: fc.constantFrom('NORMAL' as const, 'MALL_SHOP' as const),
    mainCategory: id,
    startTime: clock,
    endTime: clock,
    address: shape(
      {
        region: word(),
        province: word(),
        city: word(),
        area: word(),
        town: word(),
        detail: word(),
        countryCode: word(),
      },
      ['province', 'city', 'area', 'detail'],
    ),
    status: fc.constantFrom('HOLD' as const, 'CLOSE' as const, 'NORMAL' as const),
    description: word(),
    keeper: shape({ name: word(), tel: word(), mobile: word(), fax: word(), zipCode: word() }, [
      'tel',
      'mobile',
    ]),
    remark: word(),
  },
  [
    'storeCode',
    'companyName',
    'storeName',
    'storeType',
    'mainCategory',
    'startTime',
    'endTime',
    'address',
    'keeper',
  ],
);

type Outcome<T> = { ok: true; value: T } | { ok: false };
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

function roundTrips<T>(
  value: fc.Arbitrary<T>,
  encode: (value: T) => string,
  decode: (body: Buffer) => Outcome<unknown>,
  expected: (value: T) => unknown = (same) => same,
): void {
  fc.assert(
    fc.property(value, (sent) => {
      expect(decode(bytes(encode(sent)))).toEqual({ ok: true, value: expected(sent) });
    }),
    { numRuns: 200 },
  );
}

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
    const status: fc.Arbitrary<OrderStatus> = fc.constantFrom(...ORDER_STATUS_CODES);
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

describe('open API 2.0', () => {
  const tradeStatus = fc.constantFrom(
    'NOT_PAID' as const,
    'PAID' as const,
    'REFUNDED' as const,
    'SUCCEEDED' as const,
  );
  const subOrders = some(fc.record({ subOrderId: id, status: tradeStatus }));
  const allocationStatus = fc.constantFrom(
    'WAITING' as const,
    'ALLOCATED' as const,
    'FAILED' as const,
  );
  const allocatedMembers = {
    place,
    placeName: word(),
    tradeId: id,
    subOrderId: id,
    status: allocationStatus,
    description: word(),
  };
  const neededOfAllocated = ['place', 'tradeId', 'subOrderId', 'status'] as const;

  /** Lines are of their trade, and the status is that of a line. */
  const consistent = <
    T extends {
      tradeId: string;
      status: 'WAITING' | 'ALLOCATED' | 'FAILED';
      allocations: readonly { tradeId: string; status: 'WAITING' | 'ALLOCATED' | 'FAILED' }[];
    },
  >(
    value: T,
  ): T => ({
    ...value,
    status: value.allocations[0]?.status ?? value.status,
    allocations: value.allocations.map((line) => ({ ...line, tradeId: value.tradeId })),
  });

  test('allocate and its answer', () => {
    const request = shape({ tradeId: id, sellerId: id, sellerNick: word() }, [
      'tradeId',
      'sellerId',
    ]);
    roundTrips(request, allocate.encodeRequest, allocate.decodeRequest);
    const answer = fc.record({ appKeys: some(id) });
    roundTrips(
      answer.map((value) => ({ ok: true as const, message: '', value })),
      allocate.encodeReply,
      allocate.decodeReply,
    );
    const failure = fc.record({ code: id, message: word() });
    roundTrips(
      failure.map((value) => ({ ok: false as const, ...value })),
      allocate.encodeReply,
      allocate.decodeReply,
    );
  });

  test('allocatedinfo.get answer', () => {
    const answer = fc.record({
      tradeId: id,
      status: allocationStatus,
      allocations: fc.array(shape(allocatedMembers, neededOfAllocated), { maxLength: 3 }),
    });
    roundTrips(
      answer.map((value) => ({ ok: true as const, message: '', value: consistent(value) })),
      getAllocation.encodeReply,
      getAllocation.decodeReply,
    );
  });

  test('customer.refund', () => {
    const notice = fc.record({ tradeId: id, subOrders });
    roundTrips(notice, notifyRefund.encodeRequest, notifyRefund.decodeRequest);
  });

  test('allocatedinfo.sync as a form', () => {
    const attributes = fc.dictionary(fc.constantFrom('gift', 'batch', '赠品'), word(), {
      noNullPrototype: true,
    });
    const report = shape(
      {
        tradeId: id,
        status: allocationStatus,
        message: word(),
        allocations: fc.array(shape({ ...allocatedMembers, attributes }, neededOfAllocated), {
          maxLength: 3,
        }),
      },
      ['tradeId', 'status', 'allocations'],
    );
    fc.assert(
      fc.property(report.map(consistent), (value) => {
        const fields = syncAllocation.encodeRequest(value);
        expect(syncAllocation.decodeRequest(fields)).toEqual({ ok: true, value });
      }),
    );
  });

  test('store.consigned as a form, its answer as XML and JSON', () => {
    const report = shape(
      {
        tradeId: id,
        place,
        operator: word(),
        subOrders,
        logisticId: code(),
        logisticCompany: word(),
        mailNo: code(),
        description: word(),
      },
      ['tradeId', 'place', 'operator', 'subOrders', 'logisticId', 'logisticCompany', 'mailNo'],
    );
    fc.assert(
      fc.property(report, (value) => {
        const fields = reportConsigned.encodeRequest(value);
        expect(reportConsigned.decodeRequest(fields)).toEqual({ ok: true, value });
      }),
    );
    const reply = fc.oneof(
      fc.record({ ok: fc.constant(true as const), message: word(), value: fc.constant({}) }),
      fc.record({ ok: fc.constant(false as const), code: id, message: word() }),
    );
    for (const format of ['xml', 'json'] as const) {
      roundTrips(
        reply,
        (value) => reportConsigned.encodeReply(value, format, 'r-1'),
        reportConsigned.decodeReply,
      );
    }
  });
});

test('Tmall trade push', () => {
  const line = shape(
    {
      subOrderId: id,
      itemId: id,
      skuId: id,
      outerId: code(),
      title: word(),
      quantity: milli(1),
      price: fen,
      totalFee: fen,
      payment: fen,
      status: word(),
      refundStatus: word(),
      omni: fc.boolean(),
    },
    ['subOrderId', 'itemId', 'quantity', 'price', 'payment', 'status', 'omni'],
  );
  const trade = shape(
    {
      tradeId: id,
      sellerId: id,
      sellerNick: word(),
      buyerOpenUid: word(),
      status: word(),
      paidAt: instant,
      payment: fen,
      postFee: fen,
      receiverState: word(),
      receiverCity: word(),
      receiverDistrict: word(),
      receiverAddress: word(),
      lines: some(line),
    },
    ['tradeId', 'sellerId', 'sellerNick', 'status', 'payment', 'postFee', 'lines'],
  );
  const push = fc.record({ topic: word(), publishedAt: instant, trade }).map((message) => ({
    ...message,
    content: { tradeId: message.trade.tradeId, sellerNick: message.trade.sellerNick },
  }));
  roundTrips(push, encodeTmallPush, decodeTmallPush, (sent) => ({ push: sent, notes: [] }));
});
