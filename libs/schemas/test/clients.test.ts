import { expect, test } from 'vitest';
import { reportAccepted, syncAllocation } from '../src/omni/index.ts';
import { bindItem, queryItemStores, queryStoreItems, syncOrderStatus } from '../src/qimen/index.ts';
import { decodeTmallPush } from '../src/tmall/index.ts';
import {
  FORM_FIELDS_MAX,
  decodeTopParams,
  parseForm,
  parseTopTimestamp,
} from '../src/top/index.ts';
import { flag, leaf } from '../src/wire/index.ts';

test('a timestamp is Shanghai text or milliseconds', () => {
  const instant = new Date('2016-01-01T04:00:00.123Z');
  expect(parseTopTimestamp(String(instant.getTime()))).toEqual({ ok: true, value: instant });
  expect(parseTopTimestamp('2016-01-01 12:00:00')).toEqual({
    ok: true,
    value: new Date('2016-01-01T04:00:00Z'),
  });
  const params = { method: 'm', app_key: '1', v: '2.0', sign: 'A', timestamp: '1451620800123' };
  expect(decodeTopParams(new Map(Object.entries(params)))).toMatchObject({
    value: { timestamp: instant },
  });
  for (const text of [
    '145162080012',
    '14516208001234',
    '1451620800',
    '-145162080012',
    '145162080012x',
  ]) {
    expect(parseTopTimestamp(text).ok).toBe(false);
  }
});

test.each([
  ['true', true],
  ['True', true],
  ['TRUE', true],
  ['False', false],
  ['false', false],
])('the flag %s', (text, value) => {
  expect(flag().decode(leaf('f', text), 'f')).toEqual({ ok: true, value });
});
test.each(['1', 'yes', 'Truely', ''])('%j is no flag', (text) => {
  expect(flag().decode(leaf('f', text), 'f').ok).toBe(false);
});

const SUB_ORDER = { sub_oid: '2', status: 'STATUS_PAID' };
const ALLOCATED = { store_id: '1', type: 'Store', tid: '1', sub_oid: '2', status: 'Allocated' };
const forms = <T>(one: T, name: string) => [one, [one], { [name]: one }, { [name]: [one] }];

test('one structure in the place of a list reads as a list of one', () => {
  const report = { tid: '1', store_id: '1', type: 'Store', operator: 'o' };
  for (const list of forms(SUB_ORDER, 'sub_order')) {
    const params = new Map(Object.entries({ ...report, sub_order_list: JSON.stringify(list) }));
    expect(reportAccepted.decodeRequest(params)).toMatchObject({
      value: { subOrders: [{ subOrderId: '2' }] },
    });
  }
  for (const list of forms(ALLOCATED, 'store_allocated')) {
    const allocation = {
      tid: '1',
      status: 'Allocated',
      store_allocated_list: JSON.stringify(list),
    };
    expect(syncAllocation.decodeRequest(new Map(Object.entries(allocation)))).toMatchObject({
      value: { allocations: [{ subOrderId: '2' }] },
    });
  }
  const bad = { ...report, sub_order_list: '{"sub_oid":"2"}' };
  expect(reportAccepted.decodeRequest(new Map(Object.entries(bad)))).toMatchObject({
    error: { subMsg: 'sub_order_list[0].status is required' },
  });
});

test('orders.order of a pushed trade may be one object', () => {
  const order = {
    oid: '2',
    num_iid: '3',
    num: 1,
    price: '1.00',
    payment: '1.00',
    status: 's',
    omni: 'True',
  };
  const trade = {
    tid: '1',
    seller_id: '9',
    seller_nick: 'n',
    status: 's',
    payment: '1.00',
    orders: { order },
  };
  const content = { tid: '1', seller_nick: 'n' };
  const push = { topic: 't', pub_time: '2016-09-22 10:00:00', content, trade };
  expect(decodeTmallPush(Buffer.from(JSON.stringify(push)))).toMatchObject({
    value: { push: { trade: { lines: [{ subOrderId: '2', omni: true }] } } },
  });
});

test.each(['storeId', 'long', 'string', 'integer'])('a list of ids as <%s> elements', (name) => {
  const ids = `<${name}>1342</${name}><${name}>123</${name}><remark>x</remark>`;
  const bound = `<request><actionType>ADD</actionType><itemId>1</itemId><storeIds>${ids}</storeIds></request>`;
  expect(bindItem.decodeRequest(Buffer.from(bound))).toMatchObject({
    value: { storeIds: ['1342', '123'] },
  });
});

test('the other lists of ids', () => {
  const ids = '<long>1</long><long>2</long>';
  const report =
    '<request><sellerCode>9</sellerCode><parentOrderCode>1</parentOrderCode>' +
    `<orderCodes>${ids}</orderCodes><status>X_SHOP_ALLOCATION</status><storeId>1</storeId>` +
    '<type>FAHUO</type><operator>o</operator><actionTime>2016-09-22 10:00:00</actionTime></request>';
  expect(syncOrderStatus.decodeRequest(Buffer.from(report))).toMatchObject({
    value: { subOrderIds: ['1', '2'] },
  });
  const answer = (name: string) =>
    Buffer.from(`<response><flag>success</flag><code>0</code><${name}>${ids}</${name}></response>`);
  expect(queryItemStores.decodeReply(answer('storeIds'))).toMatchObject({
    value: { value: { storeIds: ['1', '2'] } },
  });
  expect(queryStoreItems.decodeReply(answer('itemIds'))).toMatchObject({
    value: { value: { itemIds: ['1', '2'] } },
  });
});

test('a form has a bound', () => {
  const form = (fields: number) => Array.from({ length: fields }, (_, n) => `f${n}=`).join('&');
  expect(parseForm(form(FORM_FIELDS_MAX)).ok).toBe(true);
  expect(parseForm(form(FORM_FIELDS_MAX + 1))).toEqual({
    ok: false,
    error: 'FORM_TOO_MANY_FIELDS',
  });
});
