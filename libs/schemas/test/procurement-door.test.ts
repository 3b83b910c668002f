import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MessageToPrint } from '../src/procurement/index.ts';
import {
  decodeMessage,
  decodePrecheck,
  decodePrecheckVerdict,
  encodeMessage,
  encodePrecheck,
  encodePrecheckVerdict,
} from '../src/procurement/index.ts';

const vectors = JSON.parse(
  readFileSync(new URL('./vectors/procurement.json', import.meta.url), 'utf8'),
) as Record<'precheck' | 'created' | 'cancelled', string>;

const line = {
  mallGoodsId: 5645673,
  skuId: 76354678,
  cargoNo: 'cargo123',
  outSkuId: '6578902',
  price: 10,
  buyAmount: 10,
};
const whole = {
  buyerLoginId: 'bonlinetest003',
  submitOrderItemParam: [line],
  addressCode: '110102',
};
const precheck = (change: object) => decodePrecheck(JSON.stringify({ ...whole, ...change }));
const precheckLine = (change: object) =>
  precheck({ submitOrderItemParam: [{ ...line, ...change }] });
const reasonOf = (read: ReturnType<typeof decodePrecheck>) => (read.ok ? 'none' : read.error);

describe('the pre-check', () => {
  test('the document’s sample is read, and printed as the same text', () => {
    const read = decodePrecheck(vectors.precheck);
    expect(read).toEqual({
      ok: true,
      value: {
        buyerLoginId: 'bonlinetest003',
        lines: [
          {
            mallGoodsId: '5645673',
            skuId: '76354678',
            cargoNo: 'cargo123',
            outSkuId: '6578902',
            price: '10',
            amount: '10',
          },
        ],
        regionCode: '110102',
      },
    });
    expect(read.ok && encodePrecheck(read.value)).toBe(vectors.precheck);
  });

  test.each(['10', '10.0', '10.00', '10.000', '1E+1', '"10.0"', '"10"'])(
    '[field S1] a price of %s is 10 yuan',
    (price) => {
      const read = decodePrecheck(vectors.precheck.replace('"price":10', `"price":${price}`));
      expect(read.ok && read.value.lines[0]?.price).toBe('10');
    },
  );

  test('[field S2] no digit of a price is lost, nor of a quantity', () => {
    const text = vectors.precheck
      .replace('"price":10', '"price":10.0000000000000001')
      .replace('"buyAmount":10', '"buyAmount":2.5001');
    expect(decodePrecheck(text)).toMatchObject({
      value: { lines: [{ price: '10.0000000000000001', amount: '2.5001' }] },
    });
  });

  test.each(['9007199254740993', '"9007199254740993"'])('an id of %s keeps its digits', (given) => {
    const text = vectors.precheck.replace('5645673', given);
    expect(decodePrecheck(text)).toMatchObject({
      value: { lines: [{ mallGoodsId: '9007199254740993' }] },
    });
  });

  test.each(Object.keys(line))('[A.3.1] a line without %s is refused by that name', (name) => {
    for (const value of [undefined, null, '']) {
      expect(reasonOf(precheckLine({ [name]: value }))).toBe(
        `submitOrderItemParam[0].${name} is required`,
      );
    }
  });

  test.each(Object.keys(whole))('[A.3.1] a request without %s is refused by that name', (name) => {
    expect(reasonOf(precheck({ [name]: undefined }))).toBe(`${name} is required`);
  });

  test.each([
    [{ price: -1 }, 'submitOrderItemParam[0].price must not be negative'],
    [{ price: 'ten' }, 'submitOrderItemParam[0].price must be a number'],
    [{ buyAmount: 0 }, 'submitOrderItemParam[0].buyAmount must be positive'],
    [{ skuId: 1.5 }, 'submitOrderItemParam[0].skuId must be digits'],
    [{ skuId: '9223372036854775808' }, 'submitOrderItemParam[0].skuId is beyond 2^63 - 1'],
    [{ cargoNo: 'x'.repeat(101) }, 'submitOrderItemParam[0].cargoNo is longer than 100'],
    [{ outSkuId: { a: 1 } }, 'submitOrderItemParam[0].outSkuId must be a single value'],
  ])('a line of %j is refused', (change, reason) =>
    expect(reasonOf(precheckLine(change))).toBe(reason),
  );

  test.each([
    [{ addressCode: '11010' }, 'addressCode must be a region of 6, 9 or 12 digits'],
    [{ submitOrderItemParam: [] }, 'submitOrderItemParam has too few entries'],
    [{ submitOrderItemParam: {} }, ''],
    [{ submitOrderItemParam: Array.from({ length: 501 }, () => line) }, 'has more than 500'],
  ])('a request of %j is refused', (change, reason) => {
    const read = precheck(change);
    expect(read.ok).toBe(false);
    expect(reasonOf(read)).toContain(reason);
  });

  test('[field S4] a line that refers to another one is refused, never left out', () => {
    const read = precheck({ submitOrderItemParam: [line, { $ref: '$.submitOrderItemParam[0]' }] });
    expect(reasonOf(read)).toBe('submitOrderItemParam[1].mallGoodsId is required');
  });

  test('the deprecated spelling has the plural, goodsId, texts and no region', () => {
    const { mallGoodsId: goodsId, ...rest } = line;
    const old = {
      buyerLoginId: 'bonlinetest003',
      submitOrderItemParams: [{ ...rest, goodsId, price: '10.0', buyAmount: '10' }],
    };
    const read = decodePrecheck(JSON.stringify(old));
    expect(read).toMatchObject({
      ok: true,
      value: { lines: [{ mallGoodsId: '5645673', price: '10' }] },
    });
  });

  test('no JSON, half a JSON, no object', () => {
    for (const text of ['', 'x', '{"buyerLoginId":', '[]', '"{}"', '{"a":1,"a":2']) {
      expect(decodePrecheck(text).ok).toBe(false);
    }
  });

  test('answers: success is the call, data the verdict', () => {
    const refused = { kind: 'refused', code: 'PRICE_MISMATCH', message: 'cargo123' } as const;
    const failed = { kind: 'failed', code: 'SIGN_INVALID', message: '' } as const;
    const read = (text: string) => decodePrecheckVerdict(Buffer.from(text));
    expect(JSON.parse(encodePrecheckVerdict({ kind: 'passed' }))).toEqual({
      success: true,
      data: true,
    });
    expect(JSON.parse(encodePrecheckVerdict(refused))).toEqual({
      success: true,
      data: false,
      resultCode: 'PRICE_MISMATCH',
      message: 'cargo123',
    });
    expect(JSON.parse(encodePrecheckVerdict(failed))).toMatchObject({
      success: false,
      data: false,
      resultCode: 'SIGN_INVALID',
    });
    for (const verdict of [refused, failed]) {
      expect(read(encodePrecheckVerdict(verdict))).toEqual(verdict);
    }
    expect(read('{"success":true}')?.kind).toBe('refused');
    expect(read('{"success":false,"data":true}')?.kind).toBe('failed');
    expect(read('<html>')).toBeNull();
    const long = encodePrecheckVerdict({ ...refused, message: `${'字'.repeat(499)}😀` });
    expect(read(long)?.message).toBe('字'.repeat(499));
  });
});

describe('messages', () => {
  const read = (text: string) => {
    const message = decodeMessage(text);
    if (!message.ok) throw new Error(message.error);
    return message.value;
  };
  const changed = (change: object) =>
    decodeMessage(JSON.stringify({ ...(JSON.parse(vectors.created) as object), ...change }));

  test('[0.3] the golden message', () => {
    expect(read(vectors.created)).toEqual({
      messageId: '5528020370',
      bornAt: new Date(1_572_867_144_980),
      memberId: 'b2b-3081850159d0afc',
      type: 'CAIGOU_SELLER_VIEW_MSG_BUYER_REQUISITION_CREATE_SUCCESS',
      said: {
        kind: 'REQUISITION_CREATED',
        data: { requisitionId: '123456', requisitionNo: 'PR20261122001', title: '办公用品' },
      },
      notes: [],
    });
  });

  test('[field M3] numbers as text; the id has all its digits', () => {
    expect(read(vectors.cancelled)).toMatchObject({
      messageId: '5528020370',
      bornAt: new Date(1_572_867_144_980),
      said: {
        kind: 'ORDER_CANCELLED',
        data: { orderId: '123456789012345678', orderCode: 'PO 1+1' },
      },
    });
  });

  test('[field V1] [field V2] a message is known by the text of its id', () => {
    const withId = (id: string) => read(vectors.created.replace('5528020370', id)).messageId;
    expect(withId('"5528020370"')).toBe(withId('5528020370'));
    expect(withId('9007199254740993')).not.toBe(withId('9007199254740992'));
    const uuid = '56cd6f1f-49eb-4d92-9b87-c746327b26c4';
    expect(withId(`"${uuid}"`)).toBe(uuid);
  });

  test('[field V3] [field V4] data as text, an id in it as text', () => {
    const data = JSON.stringify({ requisitionId: '123456' });
    expect(changed({ data })).toMatchObject({
      value: { said: { kind: 'REQUISITION_CREATED', data: { requisitionId: '123456' } } },
    });
  });

  test('[field V5] members that nobody needs are passed over', () => {
    const more = { extraInfo: { $ref: '$.data' }, bizKey: 'x', topicGroup: 'y', appKey: 1 };
    expect(changed(more)).toMatchObject({ ok: true, value: { notes: [] } });
    const odd = changed({ data: { requisitionId: 123456, title: { a: 1 } } });
    expect(odd).toMatchObject({
      ok: true,
      value: { notes: ['data.title must be a single value: left out'] },
    });
  });

  test('[field V6] a test of the channel, a type never seen', () => {
    const tested = { type: 'SYSTEM_TEST_PLATFORM', data: 'x', userInfo: undefined };
    expect(changed(tested)).toMatchObject({ value: { said: { kind: 'TEST' }, memberId: '' } });
    expect(changed({ type: 'CAIGOU_SELLER_VIEW_MSG_NEW' })).toMatchObject({
      value: { said: { kind: 'OTHER' }, type: 'CAIGOU_SELLER_VIEW_MSG_NEW' },
    });
  });

  test('[field Q4] a replayed entry is named by topicGroup and topicName', () => {
    const { type, ...rest } = JSON.parse(vectors.cancelled) as Record<string, unknown>;
    const replayed = { ...rest, topicGroup: 'CAIGOU', topicName: String(type).slice(7) };
    expect(read(JSON.stringify(replayed)).said.kind).toBe('ORDER_CANCELLED');
  });

  test.each([
    [{ msgId: undefined }, 'msgId is required'],
    [{ msgId: 'x'.repeat(101) }, 'msgId is longer than 100'],
    [{ userInfo: '' }, 'userInfo is required'],
    [{ data: null }, 'data must be an object'],
    [{ data: 'x' }, 'data must be an object'],
    [{ data: {} }, 'data.requisitionId is required'],
    [{ data: { requisitionId: 1.5 } }, 'data.requisitionId must be digits'],
  ])('%j is refused: %s', (change, error) => expect(changed(change)).toEqual({ ok: false, error }));

  const head = { messageId: '9', bornAt: new Date(1_572_867_144_980), memberId: 'b2b-1' };
  const big = '9007199254740993';
  test.each<MessageToPrint>([
    { ...head, kind: 'REQUISITION_CREATED', data: { requisitionId: big, title: 't' } },
    { ...head, kind: 'REQUISITION_REJECTED', data: { requisitionId: big } },
    {
      ...head,
      kind: 'ORDER_CREATED',
      data: { orderId: big, orderCode: 'PO1', status: 'AWAITS_SUPPLIER', creatorUserId: '7' },
    },
    { ...head, kind: 'ORDER_CANCELLED', data: { orderId: big } },
    { ...head, kind: 'RECEIPT_CHANGED', data: { receiptId: big, action: 'CONFIRM' } },
    { ...head, kind: 'SETTLEMENT_CHANGED', data: { settlementId: big, action: 'EDIT' } },
    { ...head, kind: 'GOODS_STATUS_CHANGED', data: { mallGoodsId: big, status: 'DELETED' } },
  ])('$kind is printed and read back', (message) => {
    const { messageId, bornAt, memberId, kind, data } = message;
    const printed = encodeMessage(message);
    expect(printed).toContain(`:${big}`);
    expect(read(printed)).toMatchObject({ messageId, bornAt, memberId, said: { kind, data } });
  });

  test.each(['wait_supplier_confirm', 'approved', 'a word never seen'])(
    'message 5 with status %s: the detail decides, so a strange word is no reason to refuse',
    (status) => {
      const type = 'CAIGOU_SELLER_VIEW_MSG_PROCUREMENT_CREATE_ORDER_ACTION';
      const data = { procurementOrderId: 1, status };
      expect(changed({ type, data })).toMatchObject({ ok: true, value: { said: {} } });
    },
  );

  test.each([
    ['new', 'OFF_SHELF'],
    ['published', 'ON_SHELF'],
    ['deleted', 'DELETED'],
  ])('message 19: %s is %s', (goodsStatus, status) => {
    const type = 'CAIGOU_SELLER_VIEW_MSG_MALL_GOODS_STATUS_CHANGE';
    const data = { id: 5_645_673, supplierName: 's', goodsStatus, subject: 't' };
    expect(changed({ type, data })).toMatchObject({
      value: { said: { data: { mallGoodsId: '5645673', status } } },
    });
    expect(changed({ type, data: { ...data, goodsStatus: 'x' } }).ok).toBe(false);
  });
});
