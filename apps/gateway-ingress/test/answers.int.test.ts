import { Order } from '@astrolabe/contracts/order';
import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { refusing } from './peers.ts';
import { bandingXml, queryXml, report, stockXml, storeXml, tradeJson } from './requests.ts';
import { startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, push, qimen, top } from './wire.ts';
import type { How } from './wire.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix() });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

const ACCEPT = 'taobao.omniorder.store.accpeted';
const PICKUP = 'taobao.omniorder.storecollect.query';

/** Asks for JSON without wrapper and element names. */
const SIMPLIFIED = { simplify: 'true' };

const answerOf = async (method: string, business: Record<string, string>, how: How = {}) =>
  (await top(gateway.url, method, business, how)()).text;

describe('taobao.trade.fullinfo.get', () => {
  /** Beyond 2^53, where the last digits of a double are others. */
  const TID = '4611686018427387001';
  const OID = '4611686018427387003';
  const read = (business: Record<string, string> = {}, how: How = {}) =>
    answerOf('taobao.trade.fullinfo.get', { fields: 'tid,orders', tid: TID, ...business }, how);

  beforeAll(async () => {
    const pushed = tradeJson({ tid: TID }).replace('2004574256073904', OID);
    expect((await push(gateway.url, pushed)()).text).toContain('"code":"0"');
  });

  test('JSON: lists under the names of their elements, ids as numbers and as texts', async () => {
    const text = await read();
    expect(JSON.parse(text)).toMatchObject({
      trade_fullinfo_get_response: {
        trade: { tid_str: TID, orders: { order: [{ oid_str: OID, num: 2 }] } },
        omni_lines: { omni_line: [{ oid_str: OID, order_state: 'WAITING' }] },
      },
    });
    expect(text).toContain(`"tid":${TID},`);
    expect(text).toContain(`"oid":${OID},`);
  });

  test('XML: the elements of a list once inside it', async () => {
    const text = await read({}, { format: 'xml' });
    expect(text).toContain(`<tid>${TID}</tid><tid_str>${TID}</tid_str>`);
    expect(text).toContain(`<orders><order><oid>${OID}</oid><oid_str>${OID}</oid_str>`);
    expect(text).toContain(`<omni_lines><omni_line><oid>${OID}</oid><oid_str>${OID}</oid_str>`);
  });

  test('simplified: no wrapper, and lists are arrays', async () => {
    expect(JSON.parse(await read(SIMPLIFIED))).toMatchObject({
      trade: { tid_str: TID, orders: [{ oid_str: OID, num: 2 }] },
      omni_lines: [{ oid_str: OID, order_state: 'WAITING' }],
      request_id: expect.stringMatching(/./),
    });
  });
});

describe('a trade that is read again', () => {
  const OID = '2004574256073904';
  const read = async (tid: string): Promise<{ num: number; state: string }> => {
    const answer = JSON.parse(
      await answerOf('taobao.trade.fullinfo.get', { fields: 'tid', tid, ...SIMPLIFIED }),
    );
    return { num: answer.trade.orders[0].num, state: answer.omni_lines[0].order_state };
  };
  const order = (version: bigint, state: string) =>
    Order.fromPartial({ version, state, lines: [{ subOrderId: OID, state }] });

  test('is confirmed by its versions, and what has changed is told at once', async () => {
    const tid = '4611686018427388001';
    const pushed = { tid, modified: '2016-09-22 10:00:01' };
    await push(gateway.url, tradeJson({ ...pushed, orders: [{ num: 2 }] }))();
    gateway.peers.order = order(4n, 'WAITING');
    expect(await read(tid)).toEqual({ num: 2, state: 'WAITING' });
    expect(await read(tid)).toEqual({ num: 2, state: 'WAITING' });
    expect(gateway.peers.ordersAsked.map(({ knownVersion }) => knownVersion)).toEqual([
      undefined,
      4n,
    ]);
    gateway.peers.order = order(5n, 'ALLOCATED');
    expect(await read(tid)).toEqual({ num: 2, state: 'ALLOCATED' });
    const changed = { tid, modified: '2016-09-22 10:00:02' };
    await push(gateway.url, tradeJson({ ...changed, orders: [{ num: 3 }] }))();
    expect(await read(tid)).toEqual({ num: 3, state: 'ALLOCATED' });
    expect(gateway.peers.ordersAsked.at(-1)?.knownVersion).toBe(5n);
    gateway.peers.order = null;
    expect((await read(tid)).state).toBe('WAITING');
  });
});

describe('simplified answers of methods with a code of their own', () => {
  test('a report that was taken has its code at the top', async () => {
    const text = await answerOf(ACCEPT, report({ operator: '简', ...SIMPLIFIED }));
    expect(JSON.parse(text)).toMatchObject({ code: '0' });
    expect(gateway.peers.reports).toHaveLength(1);
  });

  test('a refusal is an error_response with the code as sub code', async () => {
    gateway.peers.before = refusing('UNKNOWN_TRADE');
    const refused = { error_response: { code: 50, sub_code: 'UNKNOWN_TRADE' } };
    const business = report({ operator: '拒', ...SIMPLIFIED });
    expect(JSON.parse(await answerOf(ACCEPT, business))).toMatchObject(refused);
    expect(gateway.peers.reports).toEqual([]);
    const wrapped = await answerOf(ACCEPT, report({ operator: '拒' }));
    expect(JSON.parse(wrapped)).toMatchObject({
      omniorder_store_accpeted_response: { code: 'UNKNOWN_TRADE' },
    });
  });

  test.each([
    ['at the door', { sign: 'A'.repeat(64) }, report(SIMPLIFIED), ACCEPT, 25],
    ['of the parameters', {}, { ...report(SIMPLIFIED), tid: 'x' }, ACCEPT, 41],
    ['of the parameters of another method', {}, SIMPLIFIED, PICKUP, 40],
    ['of an unknown method', {}, SIMPLIFIED, 'taobao.nothing.get', 22],
  ])('a refusal %s keeps its error_response', async (_name, how, business, method, code) => {
    const text = await answerOf(method, business, how);
    expect(JSON.parse(text)).toMatchObject({ error_response: { code } });
  });

  test('XML is not simplified', async () => {
    const text = await answerOf(ACCEPT, report({ operator: 'X', ...SIMPLIFIED }), {
      format: 'xml',
    });
    expect(text).toContain('<omniorder_store_accpeted_response><code>0</code>');
  });
});

describe('Qimen', () => {
  test('every answer says flag, code and message first', async () => {
    const store = '<storeId>1342</storeId>';
    const calls: [string, string][] = [
      ['store.create', storeXml()],
      ['itemstore.banding', bandingXml(['1342'])],
      ['storecategory.get', '<request/>'],
      ['store.query', `<request>${store}</request>`],
      ['itemstore.query', '<request><itemId>9001</itemId></request>'],
      ['storeitem.query', `<request>${store}</request>`],
      ['storeinventory.iteminitial', stockXml([{ billNum: 'Q-1' }])],
      ['storeinventory.itemupdate', stockXml([{ billNum: 'Q-2', billType: 'TAOBAO_EXCLUDED' }])],
      ['storeinventory.itemquery', queryXml([{ place: '1342', skuId: '70001' }])],
      ['store.delete', `<request>${store}</request>`],
    ];
    for (const [method, xml] of calls) {
      const { text } = await qimen(gateway.url, `taobao.qimen.${method}`, xml)();
      expect(text, method).toContain('<response><flag>success</flag><code>0</code><message/>');
    }
  });

  test('a store that is read has its record beside them; an unknown one is a failure', async () => {
    await qimen(gateway.url, 'taobao.qimen.store.create', storeXml({ storeCode: 'S002' }))();
    const ask = async (id: string) => {
      const xml = `<request><storeId>${id}</storeId></request>`;
      return (await qimen(gateway.url, 'taobao.qimen.store.query', xml)()).text;
    };
    const found = await ask('123');
    expect(element(found, 'flag')).toBe('success');
    expect(element(found, 'storeCode')).toBe('S002');
    expect(found).not.toContain('<storeId>');
    const missing = await ask('404404');
    expect(element(missing, 'flag')).toBe('failure');
    expect(element(missing, 'code')).toBe('UNKNOWN_STORE');
    expect(element(missing, 'message')).not.toBe('');
  });
});
