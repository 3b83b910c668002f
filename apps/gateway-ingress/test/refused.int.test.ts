import { formatShanghai } from '@astrolabe/kernel';
import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { report, stockXml, storeXml, tradeJson } from './requests.ts';
import { KEYS, SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, push, qimen, send, sendMultipart, top } from './wire.ts';
import type { Answer, How } from './wire.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix() });
  await gateway.putKey({ appKey: 'off', enabled: false });
  await gateway.putKey({ appKey: 'hmac-only', signMethods: ['hmac-sha256'] });
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

const CREATE = 'taobao.qimen.store.create';
const INITIAL = 'taobao.qimen.storeinventory.iteminitial';
const ACCEPT = 'taobao.omniorder.store.accpeted';
const away = (minutes: number) => formatShanghai(new Date(Date.now() + minutes * 60_000));

/** Nothing of the request is left here or anywhere behind, and the answer is no server error. */
async function withoutTrace(call: () => Promise<Answer>): Promise<Answer> {
  const before = await gateway.stored();
  const answer = await call();
  expect(answer.status).toBeLessThan(500);
  expect(await gateway.stored()).toEqual(before);
  const { commands, reports, allocations } = gateway.peers;
  expect([...commands, ...reports, ...allocations]).toEqual([]);
  return answer;
}

const stores = async () =>
  (await gateway.catalog.call('listStores', { sellerId: SELLER, page: undefined })).stores.length;

describe('Qimen', () => {
  const create = (how: How = {}, xml: string | Buffer = storeXml()) =>
    qimen(gateway.url, CREATE, xml, how);
  const cases: [string, string, () => () => Promise<Answer>][] = [
    ['a wrong signature', 'isv.invalid-signature', () => create({ sign: 'A'.repeat(32) })],
    ['a signature of another length', 'isv.invalid-signature', () => create({ sign: 'AB' })],
    ['a signature that is no hex', 'isv.invalid-signature', () => create({ sign: '签名' })],
    ['eleven minutes ago', 'isv.invalid-timestamp', () => create({ timestamp: away(-11) })],
    ['eleven minutes ahead', 'isv.invalid-timestamp', () => create({ timestamp: away(11) })],
    ['a time that is none', 'isv.invalid-timestamp', () => create({ timestamp: 'now' })],
    [
      'an unknown key',
      'isv.invalid-app-key',
      () => create({ key: { appKey: '404', secret: 'x' } }),
    ],
    [
      'a key that is switched off',
      'isv.invalid-app-key',
      () => create({ key: { appKey: 'off', secret: 'secret' } }),
    ],
    [
      'a weaker method than the key allows',
      'isv.invalid-signature',
      () => create({ key: { appKey: 'hmac-only', secret: 'secret' }, method: 'md5' }),
    ],
    ['another seller', 'isv.permission-denied', () => create({ customerId: '99999' })],
    ['Tmall’s key', 'isv.permission-denied', () => create({ key: KEYS.tmall })],
    ['an operator as seller', 'isv.permission-denied', () => create({ customerId: '{"$ne":""}' })],
    ['no XML', 'XML_MALFORMED', () => create({}, '{"a":1}')],
    ['an empty body', 'XML_MALFORMED', () => create({}, '')],
    ['XML that does not close', 'XML_MALFORMED', () => create({}, '<request><storeCode>')],
    ['another root', 'XML_MALFORMED', () => create({}, '<response></response>')],
    ['an attribute', 'XML_MALFORMED', () => create({}, '<request a="1"></request>')],
    ['a table', 'XML_MALFORMED', () => create({ contentType: 'text/csv' }, 'a,b')],
    [
      'an external entity',
      'XML_DOCTYPE',
      () =>
        create({}, '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><request>&x;</request>'),
    ],
    [
      'a billion laughs',
      'XML_DOCTYPE',
      () =>
        create({}, '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><request>&b;</request>'),
    ],
    [
      'elements 1,500 deep',
      'XML_TOO_DEEP',
      () => create({}, `${'<request>'.repeat(1_500)}${'</request>'.repeat(1_500)}`),
    ],
    ['UTF-16', 'XML_NOT_UTF8', () => create({}, Buffer.from(`\uFEFF${storeXml()}`, 'utf16le'))],
    ['bytes that are no UTF-8', 'XML_NOT_UTF8', () => create({}, Buffer.from([0x3c, 0xff, 0xfe]))],
    [
      'a missing field',
      'isv.missing-parameter',
      () => create({}, storeXml().replace(/<storeName>.*<\/storeName>/, '')),
    ],
    [
      'an object where a text belongs',
      'isv.invalid-parameter',
      () => create({}, storeXml({ storeCode: '<a>1</a>' })),
    ],
    [
      'a seller in the body that is not the caller’s',
      'isv.invalid-parameter',
      () => qimen(gateway.url, INITIAL, stockXml([{ billNum: 'B-1' }], '99999')),
    ],
    [
      'a count of eleven minutes from now',
      'isv.invalid-parameter',
      () =>
        qimen(
          gateway.url,
          INITIAL,
          stockXml([{ billNum: 'B-1' }], SELLER, { type: 'WAREHOUSE', id: 'WH-01' }, away(11)),
        ),
    ],
    [
      'a method that nobody knows',
      'isv.invalid-method',
      () => qimen(gateway.url, 'taobao.qimen.store.explode', storeXml()),
    ],
    [
      'a method that every object inherits',
      'isv.invalid-method',
      () => qimen(gateway.url, 'constructor', storeXml()),
    ],
  ];
  test.each(cases)('%s is %s, and nothing is stored', async (_name, code, call) => {
    const before = await stores();
    const answer = await withoutTrace(call());
    expect(answer.status).toBe(200);
    expect(answer.type).toMatch(/^text\/xml/);
    expect(element(answer.text, 'flag')).toBe('failure');
    expect(element(answer.text, 'code')).toBe(code);
    expect(await stores()).toBe(before);
  });

  test('[O-9] itemstore.binding is unknown, itemstore.banding is not', async () => {
    const xml = '<request><actionType>ADD</actionType></request>';
    const code = async (method: string) =>
      element((await qimen(gateway.url, method, xml)()).text, 'code');
    expect(await code('taobao.qimen.itemstore.binding')).toBe('isv.invalid-method');
    expect(await code('taobao.qimen.itemstore.banding')).toBe('isv.missing-parameter');
  });

  test('nine minutes of clock difference are fine, either way', async () => {
    for (const minutes of [-9, 9]) {
      const asked = qimen(gateway.url, 'taobao.qimen.storecategory.get', '<request/>', {
        timestamp: away(minutes),
      });
      expect(element((await asked()).text, 'flag')).toBe('success');
    }
  });
});

describe('TOP', () => {
  const accept = (how: How = {}, business = report()) => top(gateway.url, ACCEPT, business, how);
  const cases: [string, number, () => () => Promise<Answer>][] = [
    ['a wrong signature', 25, () => accept({ sign: 'B'.repeat(64) })],
    ['a stale time', 31, () => accept({ timestamp: away(-11) })],
    ['an unknown key', 29, () => accept({ key: { appKey: '404', secret: 'x' } })],
    ['Tmall’s key', 11, () => accept({ key: KEYS.tmall })],
    ['an unknown method', 22, () => top(gateway.url, 'taobao.omniorder.store.accepted', report())],
    ['a missing field', 40, () => accept({}, { ...report(), store_id: '' })],
    ['an unknown type', 41, () => accept({}, report({ type: 'STORE' }))],
    ['lines that are no JSON', 41, () => accept({}, report({ sub_order_list: '[{' }))],
    ['a trade that is an operator', 41, () => accept({}, report({ tid: '{"$gt":""}' }))],
  ];
  test.each(cases)('%s is error %i, and nothing is stored', async (_name, code, call) => {
    const answer = await withoutTrace(call());
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ error_response: { code } });
  });

  test('[O-68] a shipment needs mail_no, logistic_id and logistic_company', async () => {
    const all = { logistic_id: '233324', logistic_company: '顺丰', mail_no: '2323232' };
    for (const name of Object.keys(all)) {
      const without = Object.fromEntries(Object.entries(all).filter(([key]) => key !== name));
      const consigned = 'taobao.omniorder.store.consigned';
      const answer = await withoutTrace(top(gateway.url, consigned, report(without)));
      expect(JSON.parse(answer.text)).toMatchObject({ error_response: { code: 40 } });
      expect(answer.text).toContain(name);
    }
  });

  test('who asks for XML gets XML', async () => {
    const answer = await withoutTrace(accept({ sign: 'B'.repeat(64), format: 'xml' }));
    expect(answer.type).toMatch(/^text\/xml/);
    expect(element(answer.text, 'code')).toBe('25');
  });

  const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
  test.each([
    ['a parameter sent twice', '', 'app_key=1&app_key=2'],
    ['a parameter in URL and form', '?app_key=1', 'app_key=1'],
    ['a broken escape', '', 'a=%E4%B8'],
    ['too many parameters', '', Array.from({ length: 1_001 }, (_, n) => `a${n}=`).join('&')],
  ])('%s is refused, in the format of the URL or the form', async (_name, query, body) => {
    const url = `${gateway.url}/router/rest`;
    const json = query === '' ? '?format=json' : `${query}&format=json`;
    const xml = await withoutTrace(() => send(url + query, body, FORM));
    expect([xml.status, element(xml.text, 'code')]).toEqual([200, '41']);
    const inUrl = await withoutTrace(() => send(url + json, body, FORM));
    const inForm = await withoutTrace(() => send(url + query, `${body}&format=json`, FORM));
    for (const { status, type, text } of [inUrl, inForm]) {
      expect([status, type]).toEqual([200, expect.stringMatching(/^application\/json/)]);
      expect(JSON.parse(text)).toMatchObject({ error_response: { code: 41 } });
    }
  });

  test('parts that cannot be read are refused in the format of the URL or a part', async () => {
    const url = `${gateway.url}/router/rest?format=json`;
    const bare = `${gateway.url}/router/rest`;
    const inPart = () => sendMultipart(bare, { format: 'json', tid: '1' }, 'tid');
    const twice = () =>
      sendMultipart(url, [
        ['tid', '1'],
        ['tid', '2'],
      ]);
    const both = () => sendMultipart(url, { tid: '1' }, 'tid');
    const many = () =>
      sendMultipart(
        url,
        Array.from({ length: 1_001 }, (_, n) => [`f${n}`, '']),
      );
    const type = 'multipart/form-data';
    const unnamed = () => send(url, 'x', { 'content-type': type });
    const cut = () =>
      send(url, '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n1', {
        'content-type': `${type}; boundary=b`,
      });
    for (const call of [twice, both, many, unnamed, cut, inPart]) {
      const answer = await withoutTrace(call);
      expect(answer.status).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ error_response: { code: 41 } });
    }
  });
});

describe('trade push', () => {
  const cases: [string, string, () => () => Promise<Answer>][] = [
    [
      'a wrong signature',
      'isv.invalid-signature',
      () => push(gateway.url, tradeJson(), { sign: 'C'.repeat(32) }),
    ],
    [
      'a stale time',
      'isv.invalid-timestamp',
      () => push(gateway.url, tradeJson(), { timestamp: away(-11) }),
    ],
    [
      'a key that is not Tmall’s',
      'isv.permission-denied',
      () => push(gateway.url, tradeJson(), { key: KEYS.pos }),
    ],
    [
      'a seller that Tmall’s key has not',
      'isv.permission-denied',
      () => push(gateway.url, tradeJson({ seller: '99999' })),
    ],
    ['a missing tid', 'isv.', () => push(gateway.url, tradeJson().replaceAll('"tid"', '"x"'))],
    [
      'a number in exponents',
      'isv.',
      () => push(gateway.url, tradeJson().replace('":2,', '":1e9,')),
    ],
    ['broken JSON', 'JSON', () => push(gateway.url, '{"topic":')],
    ['a poisoned prototype', 'JSON', () => push(gateway.url, '{"__proto__":{"topic":"x"}}')],
    ['an empty body', 'JSON', () => push(gateway.url, '')],
  ];
  test.each(cases)('%s is %s…, and nothing is stored', async (_name, code, call) => {
    const answer = await withoutTrace(call());
    expect(answer.status).toBe(200);
    const told = JSON.parse(answer.text) as { code: string; message: string };
    expect(told.code.slice(0, code.length)).toBe(code);
    expect(told.message).not.toBe('');
  });
});

describe('what the channels’ clients never get to', () => {
  const TYPES = new Map([
    ['/router/qimen/service', 'text/xml'],
    ['/router/rest', 'application/x-www-form-urlencoded'],
    ['/tmall/push', 'application/json'],
  ]);
  const FORMS = new Map([
    ['/router/qimen/service', /^<.*<flag>failure/],
    ['/router/rest', /^<.*<error_response/],
    ['/router/rest/?format=json', /^{"error_response":/],
    ['/tmall/push', /^{"code":"isv\./],
  ]);
  test.each([...FORMS])('%s: 405, 413 and 415 in the caller’s own form', async (path, form) => {
    const url = `${gateway.url}${path}`;
    const type = { 'content-type': TYPES.get(path.replace(/\/?\?.*/, '')) ?? '' };
    const put = await withoutTrace(() => send(url, '', {}, 'PUT'));
    const long = await withoutTrace(() => send(url, 'x'.repeat(300_000), type));
    const squeezed = await withoutTrace(() =>
      send(url, 'x', { ...type, 'content-encoding': 'gzip' }),
    );
    const all = [put, long, squeezed];
    expect(all.map((answer) => answer.status)).toEqual([405, 413, 415]);
    for (const answer of all) expect(answer.text).toMatch(form);
  });

  test.each(['/router/rest', '/router/rest?format=json', '/tmall/push'])(
    '%s: another content type is 415 in the caller’s own form',
    async (path) => {
      const url = `${gateway.url}${path}`;
      const answer = await withoutTrace(() => send(url, 'x', { 'content-type': 'text/csv' }));
      expect([answer.status, answer.text]).toEqual([
        415,
        expect.stringMatching(FORMS.get(path.replace('rest?', 'rest/?')) ?? /^$/),
      ]);
    },
  );

  test('an unknown path is 404', async () => {
    expect((await send(`${gateway.url}/router`, '', {})).status).toBe(404);
  });
});
