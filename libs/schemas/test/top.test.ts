import { describe, expect, test } from 'vitest';
import {
  QIMEN_VERSIONS,
  decodeTopParams,
  decodeTopReply,
  encodeTopError,
  encodeTopReply,
  parseForm,
  printForm,
  topError,
  topErrorClass,
  topFormat,
  topResponseName,
} from '../src/top/index.ts';
import { leaf, objectNode } from '../src/wire/index.ts';

const given = {
  method: 'taobao.omniorder.store.accpeted',
  app_key: '12345678',
  timestamp: '2016-01-01 12:00:00',
  v: '2.0',
  sign_method: 'md5',
  sign: 'ABCD',
};
const params = (changes: Record<string, string>) =>
  new Map(Object.entries({ ...given, ...changes }));

describe('public parameters', () => {
  test('are read, with XML as the default format and Shanghai time', () => {
    expect(decodeTopParams(params({}))).toEqual({
      ok: true,
      value: {
        method: 'taobao.omniorder.store.accpeted',
        appKey: '12345678',
        timestamp: new Date('2016-01-01T04:00:00Z'),
        format: 'xml',
        signMethod: 'md5',
        sign: 'ABCD',
      },
    });
    expect(decodeTopParams(params({ format: 'json', session: 's' }))).toMatchObject({
      ok: true,
      value: { format: 'json', session: 's' },
    });
  });

  test.each([
    ['method', '', 21],
    ['app_key', '', 28],
    ['timestamp', '', 30],
    ['timestamp', '2016-01-01T12:00:00', 31],
    ['v', '', 32],
    ['v', '1.0', 33],
    ['format', 'yaml', 23],
    ['sign', '', 24],
  ])('%s = %j is error %d', (name, value, code) => {
    expect(decodeTopParams(params({ [name]: value }))).toMatchObject({ error: { code } });
  });

  test('Qimen has version 1.0 and names the seller', () => {
    const result = decodeTopParams(params({ v: '1.0', customerId: 'c1' }), QIMEN_VERSIONS);
    expect(result).toMatchObject({ ok: true, value: { customerId: 'c1' } });
  });

  test('the format of a refusal is known even when nothing else is', () => {
    expect(topFormat(new Map([['format', 'JSON']]))).toBe('json');
    expect(topFormat(new Map([['format', 'yaml']]))).toBe('xml');
  });

  test('only JSON is simplified', () => {
    const asked = (format: string, simplify: string) => topFormat(params({ format, simplify }));
    expect(asked('json', 'true')).toBe('simplified');
    expect(asked('json', 'True')).toBe('simplified');
    expect(asked('json', 'false')).toBe('json');
    expect(asked('xml', 'true')).toBe('xml');
  });
});

describe('replies', () => {
  const method = 'alibaba.omni.saas.order.create';
  const answer = objectNode('', [leaf('trade_no', '10309483976732423', 'number')]);
  const error = topError('businessError', 'isv.invalid-parameter', '非法参数');

  test('the wrapper drops the taobao prefix only', () => {
    expect(topResponseName('taobao.omniorder.store.refuse')).toBe(
      'omniorder_store_refuse_response',
    );
    expect(topResponseName(method)).toBe('alibaba_omni_saas_order_create_response');
  });

  test('a number beyond 2^53 keeps its digits in JSON', () => {
    expect(encodeTopReply(method, 'json', answer, 'r')).toBe(
      '{"alibaba_omni_saas_order_create_response":{"trade_no":10309483976732423,"request_id":"r"}}',
    );
  });

  test('errors are printed as the documents show them', () => {
    expect(encodeTopError(error, 'xml', 'r')).toBe(
      '<?xml version="1.0" encoding="utf-8"?><error_response><code>50</code>' +
        '<msg>Remote service error</msg><sub_code>isv.invalid-parameter</sub_code>' +
        '<sub_msg>非法参数</sub_msg><request_id>r</request_id></error_response>',
    );
    expect(encodeTopError(error, 'json', 'r')).toBe(
      '{"error_response":{"code":50,"msg":"Remote service error",' +
        '"sub_code":"isv.invalid-parameter","sub_msg":"非法参数","request_id":"r"}}',
    );
  });

  test('simplified answers lose their wrapper, errors keep it: readers look for it', () => {
    expect(encodeTopReply(method, 'simplified', answer, 'r')).toBe(
      '{"trade_no":10309483976732423,"request_id":"r"}',
    );
    expect(encodeTopError(error, 'simplified', 'r')).toBe(encodeTopError(error, 'json', 'r'));
  });

  test.each(['xml', 'json'] as const)('are read by their content: %s', (format) => {
    const good = Buffer.from(encodeTopReply(method, format, answer, 'r'));
    const read = decodeTopReply(method, good);
    expect(read).toMatchObject({ ok: true, value: { kind: 'answer' } });
    const bad = decodeTopReply(method, Buffer.from(encodeTopError(error, format, 'r')));
    expect(bad).toEqual({ ok: true, value: { kind: 'error', error } });
  });

  test.each(['', '{}', '[]', 'Bad Gateway', '<html/>', '{"a":{},"b":{}}'])(
    '%j is no reply',
    (body) => {
      expect(decodeTopReply(method, Buffer.from(body)).ok).toBe(false);
    },
  );

  test('the sub code decides before the code', () => {
    expect(topErrorClass(error)).toBe('CALLER');
    expect(topErrorClass(topError('remoteServiceError', 'isp.remote-service-timeout'))).toBe(
      'SERVER',
    );
    expect(topErrorClass(topError('appCallLimited'))).toBe('PLATFORM');
    expect(topErrorClass(topError('invalidArguments'))).toBe('CALLER');
  });
});

describe('forms', () => {
  test('are printed and read back', () => {
    const fields = new Map([
      ['name', '满100减10元 &=+%'],
      ['empty', ''],
      ['json', '[{"a":1.0}]'],
    ]);
    expect(parseForm(Buffer.from(printForm(fields)))).toEqual({ ok: true, value: fields });
  });

  test('a repeated name and a broken escape are refused', () => {
    expect(parseForm('a=1&a=2')).toEqual({ ok: false, error: 'FORM_REPEATED_FIELD' });
    expect(parseForm('a=%E4%B8')).toEqual({ ok: false, error: 'FORM_MALFORMED' });
    expect(parseForm(Buffer.from([0x61, 0x3d, 0xff]))).toEqual({
      ok: false,
      error: 'FORM_MALFORMED',
    });
  });
});
