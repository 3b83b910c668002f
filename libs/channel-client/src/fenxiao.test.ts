import type { HttpClient, HttpRequest } from '@astrolabe/http';
import { signFw199 } from '@astrolabe/signing';
import { describe, expect, test } from 'vitest';
import { crateOrder, fenxiaoForm, lookUpOrder, outcomeOf, secondsAhead } from './fenxiao.ts';
import { createPauses } from './pauses.ts';

const ACCESS = {
  baseUrl: 'http://127.0.0.1:1',
  appId: '32432143214214',
  sellerNick: 'b2b-1624961122',
  secret: 'topsecret',
  lookupPath: '',
  retryCodes: ['1003'],
  failCodes: ['1001'],
};
const NOW = new Date('2021-10-07T14:58:42.999Z');
const DATA = '{"flow":"fenxiao","outOrderId":"bxg-1003"}';

const formOf = (data: string): URLSearchParams =>
  new URLSearchParams(fenxiaoForm(ACCESS, data, NOW));
const verdict = (body: unknown) =>
  outcomeOf(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), ACCESS);

describe('the form', () => {
  test('[F-A01] [F-A04] five fields; seconds as ten digits, rounded down', () => {
    const form = formOf(DATA);
    expect([...form.keys()].toSorted()).toEqual(
      ['appid', 'request_data', 'seller_nick', 'sign', 'timestamp'].toSorted(),
    );
    expect(form.get('timestamp')).toBe('1633618722');
  });

  test('[F-A02] [F-A03] one byte more is another signature, over the bytes that are sent', () => {
    const at = new Date(1_633_618_722_000);
    const form = new URLSearchParams(fenxiaoForm(ACCESS, DATA, at));
    expect(form.get('sign')).toBe('a1ad39d7acfb34df10956f09564e2286');
    const other = DATA.replace('"flow":', '"flow": ');
    const changed = new URLSearchParams(fenxiaoForm(ACCESS, other, at));
    expect(changed.get('sign')).not.toBe(form.get('sign'));
    expect(changed.get('request_data')).toBe(other);
  });

  test('[F-A05] a signature over the decoded values is that of the form, Chinese and plus included', () => {
    const form = formOf('{"provinceText":"上海","oaid":"a+b/c="}');
    const { sign, ...params } = Object.fromEntries(form);
    expect(signFw199({ params, secret: 'topsecret' })).toBe(sign);
    expect(form.get('request_data')).toContain('a+b/c=');
  });
});

describe('what an answer says', () => {
  const data = (value: object) => ({ code: 0, message: 'ok', data: value });

  test('[F-A11] [field N2] several orders: their sum, or nothing where one is not known', () => {
    const ids = { success: true, orderId: '', mutilOrders: [{ orderId: '11' }, { orderId: '12' }] };
    expect(verdict(data(ids))).toMatchObject({
      kind: 'created',
      orders: [{ orderId: '11' }, { orderId: '12' }],
      totalFen: null,
    });
    const items = [
      { orderId: '105581700010628640', orderAmmount: 4_848_000, postFee: 48_000 },
      { orderId: '12', orderAmmount: 2_000, postFee: 0 },
    ];
    expect(verdict(data({ success: true, mutilOrders: items }))).toMatchObject({
      totalFen: 4_850_000n,
      postFeeFen: 48_000n,
    });
  });

  test('[F-A11b] [field N3] what was not taken beside what was', () => {
    const items = [{ orderId: '11' }, { success: false, resultCode: 'SPEC_NO_EXIST' }];
    expect(verdict(data({ success: true, orderId: '', mutilOrders: items }))).toMatchObject({
      kind: 'created',
      orders: [{ orderId: '11' }],
      refused: [{ index: 1, code: 'SPEC_NO_EXIST' }],
    });
    const failedOfferList = [{ offerId: 902719378311, errorCode: '500_004' }];
    expect(verdict(data({ success: true, orderId: '11', failedOfferList }))).toMatchObject({
      kind: 'created',
      refused: [{ index: null, offerId: '902719378311', code: '500_004' }],
    });
  });

  test.each([
    ['[F-A08] goods', data({ success: false, code: 'SPEC_NO_EXIST' }), 'rejected'],
    ['[field N7] stock', data({ success: false, code: '500_004' }), 'rejected'],
    ['[field N7] minimum', data({ success: false, code: '500_005' }), 'rejected'],
    ['[field N7] mixed batch', data({ success: false, code: '500_006' }), 'rejected'],
    ['[F-G4] a code never seen', data({ success: false, code: 'X' }), 'surfaced'],
    ['[F-A12] success without an order', data({ success: true, mutilOrders: [] }), 'unknown'],
    ['[field N1] refused with an order', data({ success: false, orderId: '87' }), 'unknown'],
    ['no verdict', data({ orderId: '87' }), 'unknown'],
    ['an item that says nothing', data({ success: true, mutilOrders: [{}] }), 'unknown'],
    ['[F-A10] a code that fails', { code: 1001, message: '签名错误', data: null }, 'failed'],
    ['[field N6] a code never seen', { code: 1007, message: 'odd', data: null }, 'unknown'],
    ['a code to repeat after', { code: 1003, message: 'later' }, 'later'],
    ['a refusal with an order', { code: 1001, data: { orderId: '8' } }, 'unknown'],
    ['[field N4] no data', { code: 0, message: 'ok', data: null }, 'unknown'],
    ['[field N4] plain words', { code: 0, data: '操作成功' }, 'unknown'],
    ['no code', { data: { success: true, orderId: '1' } }, 'unknown'],
    ['[F-A26] HTML', '<html>502 Bad Gateway</html>', 'unknown'],
  ])('%s', (_, body, kind) => expect(verdict(body).kind).toBe(kind));
});

test.each([
  ['Thu, 07 Oct 2021 14:59:45 GMT', 62],
  ['Thu, 07 Oct 2021 14:58:42 GMT', -1],
  ['yesterday', null],
  [undefined, null],
])('[field section 1] a gateway whose answer is of %s is %s seconds ahead', (date, seconds) => {
  expect(secondsAhead(date, NOW)).toBe(seconds);
});

const TOO_MANY = { status: 429, headers: { 'retry-after': '2' }, body: Buffer.alloc(0) };
const MADE = {
  status: 200,
  headers: {},
  body: Buffer.from('{"code":0,"message":"ok","data":{"success":true,"orderId":"11"}}'),
};

test('[field section 1] [field A1] after 429 every order of the application waits, and no other one does', async () => {
  let now = 0;
  const heard: HttpRequest[] = [];
  const http: HttpClient = {
    ...({} as HttpClient),
    request: async (request) => {
      heard.push(request);
      return heard.length === 1 ? TOO_MANY : MADE;
    },
  };
  const deps = { http, clock: () => NOW, pauses: createPauses(() => now) };
  expect(await crateOrder(deps, ACCESS, DATA)).toMatchObject({
    kind: 'withheld',
    afterMs: 2_000,
    code: 'HTTP_429',
  });
  now = 500;
  expect(await crateOrder(deps, ACCESS, DATA)).toMatchObject({
    kind: 'withheld',
    afterMs: 1_500,
    code: 'RATE_LIMITED',
  });
  expect(await lookUpOrder(deps, ACCESS, 'bxg-1003')).toMatchObject({ kind: 'failed' });
  expect(heard).toHaveLength(1);
  const other = { ...ACCESS, appId: '7' };
  expect(await crateOrder(deps, other, DATA)).toMatchObject({ kind: 'created' });
  now = 2_000;
  expect(await crateOrder(deps, ACCESS, DATA)).toMatchObject({ kind: 'created' });
  expect(heard).toHaveLength(3);
});
