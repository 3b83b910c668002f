import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireNode } from '../src/wire/index.ts';
import { GOV_METHODS, decodeGovParams, govBodyForm, govParam } from '../src/govmall/index.ts';

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
function params(contentType: string | undefined, body: string): WireNode {
  const result = decodeGovParams(contentType, bytes(body));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('what the field sends', () => {
  const { prices, stock, submit, select } = GOV_METHODS;
  const skus = (contentType: string | undefined, body: string) =>
    prices.decodeRequest(params(contentType, body));

  test.each([
    [FORM, 'sku=12345, 67890,,12345'],
    [FORM, 'sku=["12345",67890]'],
    ['application/json', '{"sku":[{"sku":12345},{"sku":"67890"}]}'],
    ['application/json', '[{"sku":12345},{"sku":"67890"}]'],
  ])('[field F1] the same two goods as %s %s', (contentType, body) => {
    expect(skus(contentType, body)).toEqual({ ok: true, value: { skus: ['12345', '67890'] } });
  });

  test('[field F1] zeros and case are part of a SKU; none is none', () => {
    expect(skus(FORM, 'sku=012345,ab-1,AB-1')).toEqual({
      ok: true,
      value: { skus: ['012345', 'ab-1', 'AB-1'] },
    });
    for (const body of ['', 'sku=', 'sku=,', 'sku=null', 'sku=[]']) {
      expect(skus(FORM, body)).toMatchObject({ error: { code: 'isv.missing-parameter' } });
    }
  });

  const ORDER = {
    yggc_order: 'M-1',
    sku: '[{"sku":"12345","num":3,"price":1000}]',
    name: '王𠮷',
    county: '河东区',
    address: '八纬路 1 号',
    mobile: '13000000000',
    payment: '1',
    order_price: '3000.00',
  };
  const order = (changes: Record<string, string>) =>
    submit.decodeRequest(params(FORM, new URLSearchParams({ ...ORDER, ...changes }).toString()));
  const lineWith = (fields: string) => order({ sku: `[{"sku":"12345",${fields}}]` });

  test('[field F2] a null that became a text is absent', () => {
    const read = order({ email: 'null', mode: 'null', zip: 'null', remark: '' });
    expect(read.ok && Object.keys(read.value)).not.toContain('email');
    expect(order({ yggc_order: 'null' })).toMatchObject({
      error: { message: 'yggc_order 为必填项' },
    });
  });

  test.each(['1000', '"1000.00"', '1000.0', '999.99999999999989', '1E3'])(
    '[field F3] a price of %s is 1000.00',
    (price) => {
      expect(lineWith(`"num":3,"price":${price}`)).toMatchObject({
        value: { lines: [{ priceFen: 100_000n }] },
      });
    },
  );

  test.each(['1000.005', '"1,000.00"', '"￥1000"', '-1'])(
    '[field F3] a price of %s is named, and is no business refusal',
    (price) => {
      const read = lineWith(`"num":3,"price":${price}`);
      expect(read.ok).toBe(false);
      if (read.ok) return;
      expect(read.error.message).toContain(price.replaceAll('"', ''));
      expect(read.error.message).not.toContain('价格不一致');
    },
  );

  test('[field F4] pieces are whole, above nothing, and written in many ways', () => {
    for (const num of ['"3"', '3', '3.0', '"3.0"']) {
      expect(lineWith(`"num":${num},"price":1`)).toMatchObject({
        value: { lines: [{ quantityMilli: 3_000n }] },
      });
    }
    for (const num of ['3.5', '-1', '0', '"三"']) {
      expect(lineWith(`"num":${num},"price":1`)).toMatchObject({
        error: { message: expect.stringMatching(/^sku\[0\]\.num /) as string },
      });
    }
  });

  test('[field F5] the body decides what it is, not its type', () => {
    expect(skus('application/x-www-form-urlencoded', '{"sku":"1"}')).toMatchObject({ ok: true });
    expect(skus('application/json', 'sku=1')).toMatchObject({ ok: true });
    expect(skus(undefined, 'sku=1')).toMatchObject({ ok: true });
    expect(govBodyForm(bytes('--x\r\nContent-Disposition'))).toBe('multipart');
  });

  test('[field F6] [field F7] a form reads the same, however many of its bytes are escaped', () => {
    const word = fc.string({
      unit: fc.constantFrom('a', '0', ' ', '+', '%', '市', '𠮷', '\uFEFF'),
    });
    fc.assert(
      fc.property(word, fc.array(fc.boolean(), { minLength: 200 }), (said, escapes) => {
        const escaped = Array.from(bytes(said), (byte) => `%${byte.toString(16).padStart(2, '0')}`);
        const isPlain = (byte: number): boolean => byte === 0x61 || byte === 0x30 || byte > 0x7f;
        const written = Array.from(bytes(said), (byte, at) =>
          isPlain(byte) && escapes[at] === true ? Buffer.of(byte) : bytes(escaped[at] ?? ''),
        );
        const read = decodeGovParams(FORM, Buffer.concat([bytes('x=b&v='), ...written]));
        const value = read.ok ? govParam(read.value, 'v') : undefined;
        const told = said.replace(/^\uFEFF/, '');
        expect(value).toBe(told.trim() === '' ? undefined : told);
      }),
    );
    // A broken escape, and escapes that are no UTF-8: of the whole form.
    expect(decodeGovParams(FORM, bytes('a=1&b=%4'))).toMatchObject({
      error: { code: 'FORM_MALFORMED' },
    });
    expect(params(FORM, 'a=%CC%EC&b=1+2').children.map(({ text: said }) => said)).toEqual([
      '天',
      '1 2',
    ]);
  });

  test('[field F6] GBK is read, and bytes that are no text are refused', () => {
    const gbk = Buffer.from([0xcc, 0xec, 0xbd, 0xf2, 0xca, 0xd0]);
    const escaped = [...gbk].map((byte) => `%${byte.toString(16)}`).join('');
    for (const body of [
      Buffer.concat([bytes('county='), gbk]),
      bytes(`county=${escaped}`),
      Buffer.concat([bytes('{"county":"'), gbk, bytes('"}')]),
    ]) {
      for (const type of [`${FORM.split(';')[0]};charset=GBK`, undefined]) {
        const read = decodeGovParams(type, body);
        expect(read.ok && govParam(read.value, 'county')).toBe('天津市');
      }
    }
    const neither = Buffer.concat([bytes('county='), Buffer.from([0xff, 0xfe, 0x80])]);
    expect(decodeGovParams(FORM, neither)).toMatchObject({ error: { code: 'NOT_A_TEXT' } });
  });

  test('[field F7] escapes and characters beyond the first plane come through', () => {
    const read = submit.decodeRequest(
      params(FORM, `${new URLSearchParams(ORDER).toString()}&remark=A+B%2BC%26D`),
    );
    expect(read).toMatchObject({ value: { remark: 'A B+C&D', name: '王𠮷' } });
  });

  test('[field E3] an order number in quotes, with blanks, as a number', () => {
    for (const body of [
      'order_id="202611290000123"',
      'order_id= 202611290000123 ',
      '{"order_id":202611290000123}',
    ]) {
      expect(select.decodeRequest(params(undefined, body))).toEqual({
        ok: true,
        value: { orderNo: '202611290000123' },
      });
    }
  });

  test('[field G6] the fourth level is passed over; a star and nothing are refused', () => {
    const area = (value: string) =>
      stock.decodeRequest(params(FORM, new URLSearchParams({ sku: '1', area: value }).toString()));
    const county = { province: '天津', city: '市辖区', county: '河东区' };
    for (const value of ['天津_市辖区_河东区_0', '天津_市辖区_河东区']) {
      expect(area(value)).toMatchObject({ value: { area: county } });
    }
    expect(area('天津__河东区')).toMatchObject({
      value: { area: { province: '天津', county: '河东区' } },
    });
    for (const value of ['*', '', '1_2', '天津_*_*', '1_2_3_4_5']) {
      expect(area(value).ok).toBe(false);
    }
  });

  test.each([
    [1_000n, '有货', 1],
    [0n, '无货', 0],
    [400n, '无货', 0],
    [12_500n, '有货', 12],
    [3_000_000_000_000n, '有货', 2_147_483_647],
  ])('[field S1] %s thousandths are %s, %s', (quantity, desc, num) => {
    const body = stock.encodeAnswer([{ sku: '1', quantity, areaId: '2' }]);
    expect(JSON.parse(body)).toMatchObject({ result: [{ desc, num }] });
  });

  test('[field S7] a payment or an invoice that nobody knows is named, never another one', () => {
    expect(order({ payment: '9' })).toMatchObject({
      error: { message: 'payment 9 不在取值范围 1、2、3、4、5、6 内' },
    });
    expect(order({ invoice_type: '4' })).toMatchObject({
      error: { message: 'invoice_type 4 不在取值范围 1、2、3 内' },
    });
  });

  test('[field S8] a tax number is read as it is registered', () => {
    expect(order({ invoice_org_code: ' 91120102301231e127 ' })).toMatchObject({
      value: { invoiceOrgCode: '91120102301231E127' },
    });
  });

  test('[field S9] a remark that is too long is cut with a note, an address of blanks refused', () => {
    const notes: string[] = [];
    const form = new URLSearchParams({ ...ORDER, remark: '字'.repeat(140) }).toString();
    const read = submit.decodeRequest(params(FORM, form), notes);
    expect(read.ok && read.value.remark).toBe('字'.repeat(100));
    expect(notes).toEqual(['remark is cut to 100 characters']);
    expect(order({ address: '   ' })).toMatchObject({ error: { message: 'address 为必填项' } });
    const json = JSON.stringify({ ...ORDER, phone: '', mobile: 13_000_000_000 });
    expect(submit.decodeRequest(params(undefined, json))).toMatchObject({
      value: { mobile: '13000000000' },
    });
  });
});
