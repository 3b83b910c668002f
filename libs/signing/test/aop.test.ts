import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { signAop, verifyAop, verifyAopPush } from '../src/index.ts';

type Texts = Record<string, string>;
type Vector = { name: string; params: Texts; expected: string };

const vectors = JSON.parse(
  readFileSync(new URL('./vectors/aop.json', import.meta.url), 'utf8'),
) as readonly Vector[];
const named = (name: string): Vector => {
  const vector = vectors.find((one) => one.name === name);
  if (!vector) throw new Error(`no vector ${name}`);
  return vector;
};

const SECRET = 'test123';
const pushed = named('pushed message');
const precheck = named('SPI form field');
const hmac = (secret: string, text: string) =>
  createHmac('sha1', secret).update(text).digest('hex').toUpperCase();

const push = (params: Texts, secrets: readonly string[] = [SECRET]) =>
  verifyAopPush({ field: 'message', params, secrets });
const signedPush = { ...pushed.params, _aop_signature: pushed.expected };

const key = fc.string({ minLength: 1, maxLength: 4, unit: fc.constantFrom('a', 'b', 'A', '_') });
const value = fc.string({ maxLength: 8, unit: 'grapheme' });
const params = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true });

describe('what is sorted', () => {
  test('[X-SIG-2] key and value are joined first, so a key that prefixes another comes second', () => {
    const sent = { order: 'x', orderId: '1' };
    expect(signAop({ params: sent, secret: SECRET })).toBe(hmac(SECRET, 'orderId1orderx'));
    expect(signAop({ params: sent, secret: SECRET })).not.toBe(hmac(SECRET, 'orderxorderId1'));
  });

  test('[X-SIG-2] law: the base is the path and the joined texts by code unit, in whatever order they came', () => {
    fc.assert(
      fc.property(params, fc.constantFrom('', 'param2/1/a/b/1'), (sent, urlPath) => {
        const texts = Object.entries(sent).map(([name, text]) => name + text);
        const base = urlPath + texts.toSorted((a, b) => (a < b ? -1 : Number(a > b))).join('');
        const path = urlPath === '' ? {} : { urlPath };
        for (const pairs of [Object.entries(sent), Object.entries(sent).toReversed()]) {
          expect(signAop({ ...path, params: pairs, secret: SECRET })).toBe(hmac(SECRET, base));
        }
      }),
    );
  });

  test('[X-SIG-4] law: a signature that stands among the parameters is not signed', () => {
    fc.assert(
      fc.property(params, value, (sent, old) => {
        const again = { ...sent, _aop_signature: old };
        expect(signAop({ params: again, secret: SECRET })).toBe(
          signAop({ params: sent, secret: SECRET }),
        );
      }),
    );
  });
});

describe('what 1688 pushes', () => {
  test('the one field of a message, the one field of the pre-check', () => {
    expect(push(signedPush)).toBe(true);
    const params = { ...precheck.params, _aop_signature: precheck.expected };
    const given = { params, secrets: [SECRET] };
    expect(verifyAopPush({ ...given, field: 'coopSubmitOrderParam' })).toBe(true);
    expect(verifyAopPush({ ...given, field: 'message' })).toBe(false);
  });

  test('[field M4] an address with a parameter: signed over the message alone, or over both', () => {
    const both = named('a message and a parameter of its address');
    const alone = named('a message with numbers as text');
    expect(push({ ...both.params, _aop_signature: both.expected })).toBe(true);
    expect(push({ ...both.params, _aop_signature: alone.expected })).toBe(true);
    expect(push({ ...both.params, tenant: '8', _aop_signature: both.expected })).toBe(false);
    expect(push({ tenant: '7', _aop_signature: hmac(SECRET, 'tenant7') })).toBe(false);
  });

  test('[field M5] lower case, the signature first, a further signed field', () => {
    const { message = '' } = pushed.params;
    const lower = pushed.expected.toLowerCase();
    expect(push({ _aop_signature: lower, message })).toBe(true);
    const signature = hmac(SECRET, `extra1message${message}`);
    expect(push({ _aop_signature: signature, message, extra: '1' })).toBe(true);
    expect(push({ _aop_signature: signature, message, extra: '2' })).toBe(false);
  });

  test('[field S3] a pre-check with a timestamp is signed over both', () => {
    const { params: sent, expected } = named('SPI with a timestamp');
    const given = { params: { ...sent, _aop_signature: expected }, secrets: [SECRET] };
    expect(verifyAopPush({ ...given, field: 'coopSubmitOrderParam' })).toBe(true);
  });

  test('[P-G1] a path is signed when it is given, and not otherwise', () => {
    const urlPath = 'param2/1/cn.alibaba.open/precheck/1000000';
    const { message = '' } = pushed.params;
    const withPath = { message, _aop_signature: hmac(SECRET, `${urlPath}message${message}`) };
    const given = { field: 'message', params: withPath, secrets: [SECRET] };
    expect(verifyAopPush({ ...given, urlPath })).toBe(true);
    expect(verifyAopPush(given)).toBe(false);
  });

  test('a field that came twice, no field, no signature, no secret', () => {
    const twice = [...Object.entries(signedPush), ['message', '{}']] as const;
    expect(verifyAopPush({ field: 'message', params: twice, secrets: [SECRET] })).toBe(false);
    expect(push({ _aop_signature: hmac(SECRET, '') })).toBe(false);
    expect(push(pushed.params)).toBe(false);
    expect(push({ ...pushed.params, _aop_signature: 'ZZ' })).toBe(false);
    expect(push(signedPush, [])).toBe(false);
    expect(push(signedPush, [''])).toBe(false);
  });

  test('the JSON with any one byte changed is refused, and so is a digit of the signature', () => {
    for (const { field, vector } of [
      { field: 'message', vector: pushed },
      { field: 'coopSubmitOrderParam', vector: precheck },
    ]) {
      const json = Buffer.from(vector.params[field] ?? '', 'utf8');
      const verify = (text: string, signature: string) =>
        verifyAopPush({
          field,
          params: { [field]: text, _aop_signature: signature },
          secrets: [SECRET],
        });
      for (const [index, byte] of json.entries()) {
        const changed = Buffer.from(json);
        changed[index] = byte ^ 1;
        expect(verify(changed.toString('utf8'), vector.expected)).toBe(false);
      }
      for (const [index, digit] of vector.expected.split('').entries()) {
        const other = digit === '0' ? '1' : '0';
        const signature =
          vector.expected.slice(0, index) + other + vector.expected.slice(index + 1);
        expect(verify(json.toString('utf8'), signature)).toBe(false);
      }
      expect(verify(json.toString('utf8'), vector.expected)).toBe(true);
    }
  });

  test('[X-SIG-3] the text is verified as it came: 10.0 written as 10 is another text', () => {
    const signature = hmac(SECRET, 'message{"price":10.0}');
    expect(push({ message: '{"price":10.0}', _aop_signature: signature })).toBe(true);
    expect(push({ message: '{"price":10}', _aop_signature: signature })).toBe(false);
  });
});

describe('[P-A35] [X-SIG-6] a secret that is replaced', () => {
  const { message = '' } = pushed.params;
  const by = (secret: string) => ({ message, _aop_signature: hmac(secret, `message${message}`) });

  test('old and new are good while they overlap, the old one is refused afterwards', () => {
    for (const secret of ['new', 'old']) expect(push(by(secret), ['new', 'old'])).toBe(true);
    expect(push(by('old'), ['new'])).toBe(false);
    expect(push(by('new'), ['new'])).toBe(true);
    expect(push(by('older'), ['new', 'old'])).toBe(false);
  });

  test('calls with a path alike', () => {
    const urlPath = 'param2/1/system/currentTime/1000000';
    const signature = signAop({ urlPath, params: { a: '1' }, secret: 'old' });
    const call = { urlPath, params: { a: '1', _aop_signature: signature } };
    expect(verifyAop({ ...call, secrets: ['new', 'old'] })).toBe(true);
    expect(verifyAop({ ...call, secrets: ['new'] })).toBe(false);
  });
});
