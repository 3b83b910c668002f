import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { WireNode } from '../src/wire/index.ts';
import {
  TOKEN_EXPIRED,
  accessTokenOf,
  decodeGovParams,
  decodeGovReply,
  decodeGovTokenReply,
  decodeGovTokenRequest,
  encodeGovReply,
  encodeGovTokenGrant,
  encodeGovTokenRequest,
  govParam,
} from '../src/govmall/index.ts';

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
function params(contentType: string | undefined, body: string): WireNode {
  const result = decodeGovParams(contentType, bytes(body));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('replies', () => {
  test('success is a boolean, the text one line without control characters, values too', () => {
    const text = encodeGovReply({
      success: true,
      desc: 'a\r\nb\t',
      result: { html: '<p>\u2028x\ufeff</p>\u0000', price: 12n, list: [1, true, null] },
    });
    expect(text).toBe(
      '{"success":true,"desc":"ab","result":{"html":"<p>x</p>","price":12,"list":[1,true,null]}}',
    );
  });

  test('no value can bring a control character out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const text = encodeGovReply({ success: false, desc: value, result: [value] });
        const { result } = JSON.parse(text) as { result: string[] };
        for (const shown of [text, result[0]]) {
          // oxlint-disable-next-line no-control-regex -- the characters that the document forbids
          expect(shown).not.toMatch(/[\u0000-\u001f\u2028\u2029\ufeff]/);
        }
        expect(decodeGovReply(bytes(text)).ok).toBe(true);
      }),
    );
  });

  test('a fraction or an unsafe number is a bug, not a reply', () => {
    expect(() => encodeGovReply({ success: true, result: 0.1 })).toThrow(/safe integer/);
  });
});

describe('parameters', () => {
  test('a form and a JSON object say the same', () => {
    const form = params(FORM, 'access_token=t1&sku=12345');
    const json = params('application/json', '{"access_token":"t1","sku":12345}');
    for (const node of [form, json]) {
      expect(accessTokenOf(node)).toBe('t1');
      expect(govParam(node, 'sku')).toBe('12345');
      expect(govParam(node, 'area')).toBeUndefined();
    }
  });

  test('token is an alias, access_token comes first', () => {
    expect(accessTokenOf(params(FORM, 'token=a'))).toBe('a');
    expect(accessTokenOf(params(FORM, 'token=a&access_token=b'))).toBe('b');
    expect(accessTokenOf(params(undefined, 'sku=1'))).toBeUndefined();
  });

  test('a broken form is refused', () => {
    expect(decodeGovParams('application/json', bytes('{"a":')).ok).toBe(false);
    expect(decodeGovParams(FORM, bytes('a=%')).ok).toBe(false);
    expect(decodeGovParams(FORM, bytes('a=1&a=2')).ok).toBe(false);
  });
});

describe('token', () => {
  const request = {
    username: 'tjzfcg',
    timestamp: '2026-11-22 10:00:00',
    sign: 'ddde1eca2749b81fae7cde8769b2f454',
  };

  test('the request round-trips as a form and is read from JSON', () => {
    const form = encodeGovTokenRequest(request);
    expect(decodeGovTokenRequest(params(FORM, form))).toEqual({ ok: true, value: request });
    const json = params('application/json', JSON.stringify(request));
    expect(decodeGovTokenRequest(json)).toEqual({ ok: true, value: request });
    expect(decodeGovTokenRequest(params(FORM, 'username=x'))).toEqual({
      ok: false,
      error: { code: 'isv.missing-parameter', message: 'timestamp 为必填项' },
    });
  });

  test('the grant stands at the top and in result', () => {
    const grant = { accessToken: 'abc', expiresAt: new Date('2026-11-23T14:00:00Z') };
    const text = encodeGovTokenGrant(grant);
    expect(JSON.parse(text)).toEqual({
      success: true,
      desc: '',
      result: { access_token: 'abc', expires_at: '2026-11-23 22:00:00' },
      access_token: 'abc',
      expires_at: '2026-11-23 22:00:00',
    });
    expect(decodeGovTokenReply(bytes(text))).toEqual({ ok: true, value: grant });
  });

  test.each(['UTC', 'America/New_York'])(
    '[field K2] its end is told in Beijing’s time in %s',
    (zone) => {
      const before = process.env['TZ'];
      process.env['TZ'] = zone;
      try {
        const expiresAt = new Date('2026-11-23T14:00:05Z');
        const text = encodeGovTokenGrant({ accessToken: 'abc', expiresAt });
        expect(text).toContain('"expires_at":"2026-11-23 22:00:05"');
      } finally {
        if (before === undefined) delete process.env['TZ'];
        else process.env['TZ'] = before;
      }
    },
  );

  test('a refusal carries its reason', () => {
    const text = encodeGovReply({ success: false, desc: TOKEN_EXPIRED });
    expect(decodeGovTokenReply(bytes(text))).toEqual({ ok: false, error: 'token_expired' });
  });
});
