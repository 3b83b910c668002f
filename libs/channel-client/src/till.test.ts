import type { HttpClient, HttpRequest } from '@astrolabe/http';
import { parseForm } from '@astrolabe/schemas/top';
import type { TillRequest } from '@astrolabe/schemas/top';
import { signTop, verifyTop } from '@astrolabe/signing';
import { afterEach, describe, expect, test } from 'vitest';
import { createTillTrade, readTillReply, tillForm } from './till.ts';

/** The document's request as it is signed (catalogue 0.3). */
const SEED = {
  app_key: '12345678',
  session: 'test-session',
  timestamp: '2016-01-01 12:00:00',
  format: 'json',
  v: '2.0',
  method: 'alibaba.omni.saas.order.create',
  goods_details: '[{"goods_id":"GD00001","price":"100","quantity":"10.0","id_type":"ITEM_SKU"}]',
  buyer_id: '79284721321',
  buyer_id_type: 'TAOBAO',
  store_id: '1047384',
  device: 'POS',
  device_no: 'POS001',
  operator_id: '5436457654',
  pay_channel: 'ALIPAY',
  coupon_infos: '[{"name":"满100减10元","discount":100,"option_id":"YH9527"}]',
  store_id_type: 'PLACE',
  request_no: 'REQ-3436967',
};

const signed = (method: 'md5' | 'hmac' | 'hmac-sha256') =>
  signTop({ params: { ...SEED, sign_method: method }, secret: 'helloworld', method });

describe('the signature of the document’s request', () => {
  test('[T-A01] md5', () => {
    expect(signed('md5')).toBe('50C406A5A878C2DC6FCA2BFD99CA5DD9');
  });

  test('[T-A02] hmac and hmac-sha256', () => {
    expect(signed('hmac')).toBe('5B612D3B9C720CAB4D475F87BB1C6424');
    expect(signed('hmac-sha256')).toBe(
      '63402E17D027DC76CD1AB1A2017552692CAA3A51DD35381239CC6243BEFE1E15',
    );
  });

  test('[T-A03] foo, bar, foo_bar and foobar are sorted by bytes: bar2foo1foo_bar3foobar4', () => {
    const params = { foo: '1', bar: '2', foo_bar: '3', foobar: '4' };
    const sign = signTop({ params, secret: 'helloworld', method: 'md5' });
    expect(sign).toBe('5AAF1C690262A24768F5478B084C2C8A');
  });
});

const REQUEST: TillRequest = {
  goods: [
    {
      goods: { kind: 'ITEM', itemId: '600530677643', skuId: '' },
      priceFen: 100n,
      quantity: '10.0',
    },
    {
      goods: { kind: 'ITEM', itemId: '600530677643', skuId: '4103' },
      priceFen: 199n,
      quantity: '0.335',
    },
    { goods: { kind: 'CODE', code: 'GD00001' }, priceFen: 0n, quantity: '1' },
  ],
  coupons: [{ name: '满100减10元', discountFen: 100n, optionId: 'YH9527' }],
  buyerKind: 'MEMBER',
  payment: 'CARD',
  storeKind: 'OWN',
  storeId: '0012',
  requestNo: 'REQ-3436967',
};

const ACCESS = {
  platformUrl: 'https://gw.example',
  session: 'test-session',
  top: { appKey: '12345678', secret: 'helloworld' },
};

/** A transport that shows what is sent, and answers with bytes. */
function answering(body: string, sent: HttpRequest[] = []): HttpClient {
  return {
    request: async (request) => {
      sent.push(request);
      return { status: 200, headers: {}, body: Buffer.from(body, 'utf8') };
    },
    close: async () => {},
  };
}

async function sentForm(now: string): Promise<ReadonlyMap<string, string>> {
  const sent: HttpRequest[] = [];
  const deps = { http: answering('', sent), clock: () => new Date(now) };
  await createTillTrade(deps, ACCESS, tillForm(REQUEST));
  const form = parseForm(Buffer.from(String(sent[0]?.body), 'utf8'));
  if (!form.ok) throw new Error('No form');
  return form.value;
}

describe('what goes out', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  test.each(['UTC', 'America/New_York', 'Asia/Tokyo'])('[T-A24] GMT+8 in %s', async (name) => {
    process.env['TZ'] = name;
    const form = await sentForm('2016-01-01T04:00:00Z');
    expect(form.get('timestamp')).toBe('2016-01-01 12:00:00');
  });

  test('[T-A25] [T-A16] [T-A20] signed as it is read: Chinese as it is, an absent buyer nowhere', async () => {
    const form = await sentForm('2016-01-01T04:00:00Z');
    expect(verifyTop({ params: form, secrets: ['helloworld'] })).toBe(true);
    expect(form.has('buyer_id')).toBe(false);
    expect(JSON.parse(form.get('coupon_infos') ?? '')).toEqual([
      { name: '满100减10元', discount: 100, option_id: 'YH9527' },
    ]);
    expect(JSON.parse(form.get('goods_details') ?? '')).toEqual([
      { goods_id: '600530677643_0', id_type: 'ITEM_SKU', price: '100', quantity: '10.0' },
      { goods_id: '600530677643_4103', id_type: 'ITEM_SKU', price: '199', quantity: '0.335' },
      { goods_id: 'GD00001', id_type: 'CUSTOM', price: '0', quantity: '1' },
    ]);
    expect(form.get('format')).toBe('json');
  });
});

const read = (text: string) => readTillReply(Buffer.from(text, 'utf8'));
const SAME = { tradeNo: '10309483976732423', totalFen: 10_000n, payFen: 9_000n };

describe('what comes back', () => {
  test('[T-A06] JSON: 17 digits stay 17 digits', () => {
    const text =
      '{"alibaba_omni_saas_order_create_response":{"trade_no":10309483976732423,"total_amount":10000,"actual_pay_fee":9000}}';
    expect(read(text)).toEqual({ ok: true, value: SAME });
  });

  test('[T-A07] [T-A28] XML is read as XML, whatever was asked for', () => {
    const text = `<alibaba_omni_saas_order_create_response>
        <trade_no>10309483976732423</trade_no>
        <total_amount>10000</total_amount>
        <actual_pay_fee>9000</actual_pay_fee>
    </alibaba_omni_saas_order_create_response>`;
    expect(read(text)).toEqual({ ok: true, value: SAME });
  });

  const json = (error: object): string => JSON.stringify({ error_response: error });

  test.each([
    [
      '[T-A08] 50 with isv',
      {
        code: 50,
        msg: 'Remote service error',
        sub_code: 'isv.invalid-parameter',
        sub_msg: '非法参数',
      },
      'refused',
      '非法参数',
    ],
    ['"15" with isv (A4)', { code: '15', msg: 'm', sub_code: 'isv.x' }, 'refused', 'm'],
    [
      '[T-A09] 15 with isp',
      { code: 15, msg: 'm', sub_code: 'isp.remote-service-timeout' },
      'repeatable',
      'm',
    ],
    ['[T-A10] 7', { code: 7, msg: 'App Call Limited' }, 'busy', 'App Call Limited'],
    ['7 by its name', { code: 50, msg: 'm', sub_code: 'isv.app-call-limited' }, 'busy', 'm'],
    ['25', { code: 25, msg: 'Invalid Signature' }, 'blocked', 'Invalid Signature'],
    [
      '[T-A11] 27',
      { code: 27, msg: 'Invalid Session', sub_code: 'isv.session-expired' },
      'blocked',
      'Invalid Session',
    ],
    ['31', { code: 31, msg: 'Invalid Timestamp' }, 'blocked', 'Invalid Timestamp'],
    ['40 without a sub code', { code: 40, msg: 'm' }, 'refused', 'm'],
    ['50 without a sub code (A4)', { code: 50, msg: 'm' }, 'unknown', 'm'],
    ['10', { code: 10, msg: 'm' }, 'unknown', 'm'],
    [
      'a number used before (T-G3)',
      { code: 50, msg: 'm', sub_code: 'isv.duplicate-request' },
      'repeated',
      'm',
    ],
  ])('[T-A12] %s', (_, error, kind, message) => {
    expect(read(json(error))).toMatchObject({ ok: false, error: { kind, message } });
  });

  const answer = (fields: string) => `{"alibaba_omni_saas_order_create_response":{${fields}}}`;

  test.each([
    '<html><body>200</body></html>',
    '{"alibaba_omni_saas_order_cre',
    '',
    answer('"trade_no":0'),
    answer('"trade_no":""'),
    answer('"total_amount":10000'),
    answer('"trade_no":10309483976732423.5'),
    '{"alibaba_omni_other_response":{"trade_no":1}}',
  ])('what is no trade proves nothing (A4): %s', (text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { kind: 'unknown' } });
  });

  test.each([
    ['"trade_no":"10309483976732423","actual_pay_fee":"880"', { payFen: 880n }],
    ['"trade_no":10309483976732423,"actual_pay_fee":0', { payFen: 0n }],
    ['"trade_no":10309483976732423,"actual_pay_fee":"8.80"', {}],
    ['"trade_no":10309483976732423', {}],
  ])('a trade stands whatever its amounts look like (A5): %s', (fields, amounts) => {
    expect(read(answer(fields))).toEqual({
      ok: true,
      value: { tradeNo: SAME.tradeNo, ...amounts },
    });
  });
});
