import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  SALES_CHANNELS,
  decodeCrate,
  decodeCrateReply,
  decodeLookupReply,
  encodeCrate,
  encodeCrateReply,
  encodeLookupReply,
} from '../src/fenxiao/index.ts';

const text = readFileSync(new URL('./vectors/fenxiao.json', import.meta.url), 'utf8');
const vectors = JSON.parse(text) as {
  request: { addressParam: object; cargoParamList: object[]; encryptOutOrderInfo: object };
  success: { data: object };
  failure: object;
};
const { request: sample } = vectors;
const [cargo = {}] = sample.cargoParamList;

const read = (change: object = {}) => decodeCrate(JSON.stringify({ ...sample, ...change }));
const withAddress = (change: object) =>
  read({ addressParam: { ...sample.addressParam, ...change } });
const withLine = (change: object) => read({ cargoParamList: [{ ...cargo, ...change }] });
const reply = (value: unknown) => decodeCrateReply(Buffer.from(JSON.stringify(value), 'utf8'));

describe('request_data', () => {
  test('the document’s sample is read, and printed as the same document', () => {
    const result = read();
    expect(result).toMatchObject({
      ok: true,
      value: {
        notes: [],
        request: {
          outOrderId: 'bxg-1003',
          receiver: { province: '上海', city: '上海市', area: '浦东新区', address: '东方路200号' },
          lines: [{ offerId: '902719378311', quantityMilli: 1_000n, salesChannel: 'thyny' }],
          downstream: { encrypted: true, orderNo: '2510738042301603488' },
        },
      },
    });
    expect(result.ok && JSON.parse(encodeCrate(result.value.request))).toEqual(sample);
  });

  test('[F-A21] encryptOrder is the text "true", and the oaid keeps every byte', () => {
    const oaid = '+a/b==Zz+ x';
    for (const encryptOrder of ['true', true]) {
      const result = read({
        encryptOutOrderInfo: { ...sample.encryptOutOrderInfo, encryptOrder, oaid },
      });
      const printed = result.ok ? encodeCrate(result.value.request) : '';
      expect(printed).toContain('"encryptOrder":"true"');
      expect(printed).toContain(`"oaid":"${oaid}"`);
    }
    expect(read({ encryptOutOrderInfo: { ...sample.encryptOutOrderInfo, oaid: '' } })).toEqual({
      ok: false,
      error: 'encryptOutOrderInfo.oaid is required when the order is encrypted',
    });
  });

  test.each([0, -1, 1.5, '1.5', 1_000_000_000])('[F-A22] quantity %s is refused', (quantity) => {
    const result = withLine({ quantity });
    expect(result.ok ? '' : result.error).toMatch(/^cargoParamList\[0\]\.quantity must be/);
  });

  test('[F-A23] a channel that is not in the list is refused, with the list', () => {
    const result = withLine({ channel: 'taobao' });
    const message = result.ok ? '' : result.error;
    for (const channel of SALES_CHANNELS) expect(message).toContain(channel);
  });

  test('[F-A24] an address of 201 characters is refused; a message of 501 is cut, with a note', () => {
    expect(withAddress({ address: '路'.repeat(201) }).ok).toBe(false);
    expect(withAddress({ address: '路'.repeat(200) }).ok).toBe(true);
    const cut = read({ message: '字'.repeat(501) });
    expect(cut.ok && cut.value.request.message).toBe('字'.repeat(500));
    expect(cut.ok && cut.value.notes).toEqual(['message is cut to 500 characters']);
  });

  test('[field F6] units of UTF-16 count; an empty town is none', () => {
    expect(withAddress({ address: `${'路'.repeat(198)}😀`, townText: '' }).ok).toBe(true);
    expect(withAddress({ address: `${'路'.repeat(199)}😀` }).ok).toBe(false);
    const half = read({ message: `${'字'.repeat(499)}😀` });
    expect(half.ok && half.value.request.message).toBe('字'.repeat(499));
  });

  test('[field F1] a numeric specId is refused; goods without specifications have no such key', () => {
    expect(withLine({ specId: '70001' }).ok).toBe(false);
    const plain = withLine({ specId: '' });
    expect(plain.ok && encodeCrate(plain.value.request)).not.toContain('specId');
  });

  test('[field F3] a masked name and a mobile with an extension stay as they are', () => {
    const given = { fullName: '张*', mobile: '13800000000-1234' };
    const result = withAddress(given);
    expect(result.ok && result.value.request.receiver).toMatchObject(given);
  });

  test('[field F4] a landline of words is left out when there is a mobile, and refused without one', () => {
    const result = withAddress({ phone: '无' });
    expect(result.ok && result.value.request.receiver.phone).toBeUndefined();
    expect(withAddress({ phone: '无', mobile: '' }).ok).toBe(false);
    expect(withAddress({ phone: '', mobile: '' }).ok).toBe(false);
    expect(withAddress({ phone: '021-88889999', mobile: '' }).ok).toBe(true);
  });

  test('[field F5] the region goes as text alone', () => {
    const result = withAddress({ addressId: 1, districtCode: '310115' });
    const printed = result.ok ? encodeCrate(result.value.request) : 'x';
    expect(printed).not.toMatch(/addressId|districtCode/);
  });
});

describe('answers', () => {
  test('[F-A06] [F-A07] the number of the order keeps every digit, as text and as number', () => {
    const asNumber = JSON.stringify(vectors.success).replace(/"(4356409609904969811)"/, '$1');
    for (const body of [JSON.stringify(vectors.success), asNumber]) {
      expect(decodeCrateReply(Buffer.from(body))).toMatchObject({
        code: '0',
        data: { orderId: '4356409609904969811', totalFen: 9_800n, postFeeFen: 9_200n },
      });
    }
  });

  test('[F-A10] [F-A26] data null, HTML and half a document', () => {
    expect(reply({ code: 1001, message: '签名错误', data: null })).toEqual({
      code: '1001',
      message: '签名错误',
      traceId: '',
      data: null,
    });
    const html = `<html>${'x'.repeat(5_000)}`;
    const unread = decodeCrateReply(Buffer.from(html));
    expect('raw' in unread && unread.raw).toBe(html.slice(0, 200));
    expect(decodeCrateReply(Buffer.from('{"code":0,'))).toHaveProperty('raw');
  });

  test('[field N4] [field N5] data as plain words or as JSON text, amounts in each form', () => {
    expect(reply({ code: '0', data: '操作成功' })).toMatchObject({ code: '0', data: null });
    const inner = JSON.stringify({ success: 'true', orderId: '11', postFee: '9200' });
    expect(reply({ code: 0, data: inner })).toMatchObject({
      data: { success: true, orderId: '11', postFeeFen: 9_200n, totalFen: null },
    });
    const asText = '{"code":0,"data":{"postFee":9200.0,"totalSuccessAmount":null}}';
    expect(decodeCrateReply(Buffer.from(asText))).toMatchObject({
      data: { postFeeFen: 9_200n, totalFen: null },
    });
  });

  test('ours are those of the document, and read back', () => {
    const order = { orderId: '4356409609904969811', amountFen: 9_800n, postFeeFen: 9_200n };
    const single = encodeCrateReply({ kind: 'created', orders: [order] });
    expect(JSON.parse(single)).toEqual(vectors.success);
    const several = encodeCrateReply({
      kind: 'created',
      orders: [order, { ...order, orderId: '12' }],
    });
    expect(reply(JSON.parse(several))).toMatchObject({
      data: { orderId: '', totalFen: 19_600n, postFeeFen: null, orders: [{}, { orderId: '12' }] },
    });
    const rejected = encodeCrateReply({ kind: 'rejected', code: 'SPEC_NO_EXIST', message: 'x' });
    expect(JSON.parse(rejected)).toMatchObject({
      code: 0,
      data: { code: 'SPEC_NO_EXIST', success: false },
    });
    const refused = encodeCrateReply({ kind: 'refused', code: 1001, message: '签名错误' });
    expect(JSON.parse(refused)).toMatchObject({ code: 1001, data: null });
  });
});

describe('the list of orders', () => {
  const look = (value: unknown) => decodeLookupReply(Buffer.from(JSON.stringify(value)));

  test.each([
    {},
    { success: true },
    { result: null },
    { result: [] },
    { code: 1001, message: 'x' },
  ])('[field U1] %j says nothing', (value) => expect(look(value).kind).toBe('failed'));

  test('[field U1] an empty list that counts itself 0 is none', () => {
    expect(look({ result: [], totalRecord: 0 })).toEqual({ kind: 'none' });
    expect(decodeLookupReply(Buffer.from(encodeLookupReply([])))).toEqual({ kind: 'none' });
  });

  test('[field U3] [field R2] numbers as text win, amounts are yuan, a cancelled order shows', () => {
    const rows = [
      '{"result":[{"baseInfo":{"id":58218860900000944,"idOfStr":"58218860900000941",',
      '"status":"cancel","totalAmount":98.00,"shippingFee":"92.00"}}],"totalRecord":1}',
    ];
    expect(decodeLookupReply(Buffer.from(rows.join('')))).toEqual({
      kind: 'found',
      orders: [
        {
          orderId: '58218860900000941',
          isCancelled: true,
          amountFen: 9_800n,
          postFeeFen: 9_200n,
        },
      ],
    });
  });
});
