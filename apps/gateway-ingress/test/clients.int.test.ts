import { testTopicPrefix } from '@astrolabe/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { OID, bandingXml, queryXml, report, stockXml, storeXml } from './requests.ts';
import { SELLER, startGateway } from './running-gateway.ts';
import type { Gateway } from './running-gateway.ts';
import { element, qimen, top } from './wire.ts';
import type { Answer, How } from './wire.ts';

/** What clients in use send beside the documents' own forms (docs/adr/0035). */
let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway({ topicPrefix: testTopicPrefix() });
  await qimen(gateway.url, 'taobao.qimen.store.create', storeXml())();
});
afterAll(() => gateway.stop());
beforeEach(() => gateway.peers.forget());

const ACCEPT = 'taobao.omniorder.store.accpeted';
const INITIAL = 'taobao.qimen.storeinventory.iteminitial';
const QUERY = 'taobao.qimen.store.query';
const ONE_STORE = '<request><storeId>1342</storeId></request>';

let calls = 0;
/** A report of its own each time: the same signed bytes would be answered from the record. */
const accept = (how: How = {}, business: Record<string, string> = {}): Promise<Answer> => {
  calls += 1;
  return top(gateway.url, ACCEPT, report({ operator: `员工${calls}`, ...business }), how)();
};
const served = { status: 200, text: expect.stringContaining('"code":"0"') as string };
const ask = (xml: string, how: How = {}, method = QUERY) => qimen(gateway.url, method, xml, how)();

describe('TOP', () => {
  test.each<[string, How]>([
    ['by GET', { by: 'GET' }],
    ['as parts with a file', { by: 'multipart' }],
    ['at a path with a slash', { pathEnd: '/' }],
    ['with the form as plain text', { contentType: 'text/plain' }],
    ['with no content type', { contentType: null }],
  ])('a call %s', async (_name, how) => {
    expect(await accept(how)).toMatchObject(served);
    expect(gateway.peers.reports).toMatchObject([
      { orderRef: { sellerId: SELLER }, operator: `员工${calls}` },
    ]);
  });

  test('what is kept of a GET is its query', async () => {
    const { inbound = 0 } = await gateway.stored();
    expect(await accept({ by: 'GET' })).toMatchObject(served);
    expect(await gateway.stored()).toMatchObject({ inbound: inbound + 1 });
    const kept = await gateway.database.db
      .collection<{ rawBody: { length(): number } }>('inbound')
      .findOne({}, { sort: { receivedAt: -1 } });
    expect(kept?.rawBody.length()).toBeGreaterThan(200);
  });

  test('a signature over everything that was sent, with empty parameters', async () => {
    const empty = { description: '', store_name: '' };
    expect(await accept({ signEmpty: true }, empty)).toMatchObject(served);
    // The documented digest leaves them out.
    expect(await accept({}, empty)).toMatchObject(served);
    const changed = await accept({ signEmpty: true, sign: 'A'.repeat(32) }, empty);
    expect(changed.text).toContain('"code":25');
  });

  test.each([
    [-9, 'served'],
    [9, 'served'],
    [-11, 31],
    [11, 31],
  ])('a timestamp in milliseconds, %i minutes away', async (minutes, ends) => {
    const timestamp = String(Date.now() + minutes * 60_000);
    const { text } = await accept({ timestamp });
    expect(text).toContain(ends === 'served' ? '"code":"0"' : `"code":${ends}`);
  });

  test('the digest covers the timestamp as it was sent', async () => {
    const timestamp = String(Date.now());
    const changed = await accept({ timestamp, sign: 'B'.repeat(64) });
    expect(changed.text).toContain('"code":25');
  });

  test('one structure in the place of a list', async () => {
    const one = JSON.stringify({ sub_oid: OID, status: 'STATUS_PAID' });
    expect(await accept({}, { sub_order_list: one })).toMatchObject(served);
    expect(gateway.peers.reports).toMatchObject([{ subOrderIds: [OID] }]);
  });

  test('a method in another case', async () => {
    const answer = await top(gateway.url, ACCEPT.toUpperCase(), report({ operator: '大写' }))();
    expect(answer.text).toContain('"omniorder_store_accpeted_response":{"code":"0"');
  });
});

describe('Qimen', () => {
  test.each<[string, How]>([
    ['a form', { contentType: 'application/x-www-form-urlencoded' }],
    ['plain text', { contentType: 'text/plain;charset=UTF-8' }],
    ['none', { contentType: null }],
  ])('content type: %s', async (_name, how) => {
    expect(element((await ask(ONE_STORE, how)).text, 'storeCode')).toBe('S001');
  });

  test('a path with a slash, milliseconds, and a signature over an empty parameter', async () => {
    const how = { pathEnd: '/', timestamp: String(Date.now()) };
    expect(element((await ask(ONE_STORE, how)).text, 'storeCode')).toBe('S001');
    expect(element((await ask(ONE_STORE, { signEmpty: true })).text, 'storeCode')).toBe('S001');
    const late = await ask(ONE_STORE, { timestamp: String(Date.now() - 660_000) });
    expect(element(late.text, 'code')).toBe('isv.invalid-timestamp');
  });

  test('a document as .NET writes it, in every method that reads one', async () => {
    const root =
      '<request xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
      ' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns="http://example.com/qimen">';
    const dotNet = (xml: string) =>
      xml.replace('<request>', root).replace('</request>', '<remark xsi:nil="true" /></request>');
    expect(element((await ask(dotNet(ONE_STORE))).text, 'storeCode')).toBe('S001');
    const flagOf = async (method: string, xml: string) =>
      element((await ask(dotNet(xml), {}, method)).text, 'flag');
    expect(await flagOf(INITIAL, stockXml([{ billNum: 'NET-1' }]))).toBe('success');
    const asked = queryXml([{ place: '1342', skuId: '70001' }]);
    expect(await flagOf('taobao.qimen.storeinventory.itemquery', asked)).toBe('success');
    expect(await flagOf('taobao.qimen.storecategory.get', '<request></request>')).toBe('success');
  });

  test('store ids as the official SDK writes a list of numbers', async () => {
    const ids = bandingXml(['1342']).replaceAll(/(<\/?)storeId>/g, '$1long>');
    const bound = await ask(ids, {}, 'taobao.qimen.itemstore.banding');
    expect(element(bound.text, 'flag')).toBe('success');
  });

  test('lower-case names of later SDKs', async () => {
    const xml =
      `<request><sellerCode>${SELLER}</sellerCode><parentOrderCode>1</parentOrderCode>` +
      `<orderCodes><long>2</long></orderCodes><status>X_SHOP_ALLOCATION</status><storeId>1342</storeId>` +
      '<type>FAHUO</type><operator>o</operator><actionTime>2016-09-22 10:00:00</actionTime></request>';
    for (const method of ['taobao.qimen.orderstatus.update', 'taobao.qimen.orderStatus.sync']) {
      expect(element((await ask(xml, {}, method)).text, 'flag')).toBe('success');
    }
    expect(gateway.peers.reports).toMatchObject([{ subOrderIds: ['2'] }, { subOrderIds: ['2'] }]);
  });

  test('extensions beside lines, and a store without lines among others', async () => {
    const empty =
      '<store><warehouseType>STORE</warehouseType><warehouseId>123</warehouseId><storeInventories/></store>';
    const extra = '<remark>r</remark><extendProps><a>1</a></extendProps>';
    const xml = stockXml([{ billNum: 'X-1', skuId: '70002' }])
      .replace('<stores>', `<stores>${extra}${empty}`)
      .replace('</storeInventories>', `${extra}</storeInventories>${extra}`);
    const { text } = await ask(xml, {}, INITIAL);
    expect(element(text, 'flag')).toBe('success');
    const [command] = gateway.peers.commands;
    expect(command?.verb?.value).toMatchObject({ lines: [{ billNum: 'X-1' }] });
    const nothing = await ask(xml.replace(/<storeInventory>.*<\/storeInventory>/, ''), {}, INITIAL);
    expect(element(nothing.text, 'code')).toBe('isv.missing-parameter');
  });
});
