import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  TOP_CLOCK_TOLERANCE_MS,
  signAop,
  signGovToken,
  signTop,
  signTopSpi,
  topSignMethod,
  verifyAop,
  verifyGovToken,
  verifyTop,
  verifyTopSpi,
  withinWindow,
} from '../src/index.ts';

const params = { app_key: '1', method: 'm', sign_method: 'hmac-sha256', timestamp: 't' };
const signed = (secret: string) => ({
  ...params,
  sign: signTop({ params, secret, method: 'hmac-sha256' }),
});

describe('verification', () => {
  test('accepts the current and the previous secret and no third one', () => {
    const secrets = ['current', 'previous'];
    expect(verifyTop({ params: signed('current'), secrets })).toBe(true);
    expect(verifyTop({ params: signed('previous'), secrets })).toBe(true);
    expect(verifyTop({ params: signed('older'), secrets })).toBe(false);
  });

  test('does not care about the case of the digest', () => {
    const request = signed('s');
    const lower = { ...request, sign: request.sign.toLowerCase() };
    expect(verifyTop({ params: lower, secrets: ['s'] })).toBe(true);
  });

  test.each(['', 'zz', '5AAF', '5', 'ff ff', `${signed('s').sign}00`, `0x${signed('s').sign}`])(
    'refuses a malformed digest %j',
    (sign) => {
      expect(verifyTop({ params: { ...params, sign }, secrets: ['s'] })).toBe(false);
    },
  );

  test('refuses a missing signature, no secrets and an empty secret', () => {
    expect(verifyTop({ params, secrets: ['s'] })).toBe(false);
    expect(verifyTop({ params: signed('s'), secrets: [] })).toBe(false);
    expect(verifyTop({ params: signed('s'), secrets: [''] })).toBe(false);
    expect(() => signTop({ params, secret: '', method: 'md5' })).toThrow(/empty/);
  });

  test('refuses a parameter that was sent twice', () => {
    const once = Object.entries(signed('s'));
    expect(verifyTop({ params: once, secrets: ['s'] })).toBe(true);
    expect(verifyTop({ params: [...once, ['method', 'm']], secrets: ['s'] })).toBe(false);
  });

  test('refuses a sign_method that is unknown, absent or not allowed', () => {
    const request = signed('s');
    expect(verifyTop({ params: request, secrets: ['s'], allowed: ['md5'] })).toBe(false);
    expect(verifyTop({ params: { ...request, sign_method: 'sha512' }, secrets: ['s'] })).toBe(
      false,
    );
    const { sign_method: _, ...without } = request;
    expect(verifyTop({ params: without, secrets: ['s'] })).toBe(false);
    expect(topSignMethod('md5')).toEqual({ ok: true, value: 'md5' });
    expect(topSignMethod('MD5').ok).toBe(false);
  });

  test('a 1688 message is verified without a path and an API call with it', () => {
    const message = { message: '{"msgId":1}' };
    const signature = { _aop_signature: signAop({ params: message, secret: 's' }) };
    const received = { ...message, ...signature };
    expect(verifyAop({ params: received, secrets: ['s'] })).toBe(true);
    expect(verifyAop({ urlPath: 'param2/1/a/b/1', params: received, secrets: ['s'] })).toBe(false);
  });

  test('a TOP SPI call is refused when a header cannot be decoded or a name occurs twice', () => {
    const payload = { kind: 'form', params: { tid: '1' } } as const;
    const sign = signTopSpi({ query: { a: '1' }, payload, secret: 's' });
    const base = { query: { a: '1', sign }, payload, secrets: ['s'] };
    expect(verifyTopSpi({ ...base, headers: {} })).toBe(true);
    expect(verifyTopSpi({ ...base, headers: { 'top-sign-list': 'x', x: '%ZZ' } })).toBe(false);
    expect(verifyTopSpi({ ...base, headers: {}, query: { a: '1', sign, tid: '1' } })).toBe(false);
  });

  test('the previous password of the government mall still signs', () => {
    const request = { username: 'u', timestamp: 't' };
    const sign = signGovToken({ ...request, password: 'old' });
    expect(verifyGovToken({ ...request, sign, passwords: ['new', 'old'] })).toBe(true);
    expect(verifyGovToken({ ...request, sign, passwords: ['new'] })).toBe(false);
  });
});

describe('empty parameters', () => {
  const sent = { ...params, sign_method: 'md5', description: '', a: '', '': 'x' };
  const body = Buffer.from('<request/>');
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  // Written out: key and value in the order of the keys, between two secrets.
  const documented = md5('sapp_key1methodmsign_methodmd5timestampts');
  const whole = md5('sxaapp_key1descriptionmethodmsign_methodmd5timestampts');

  test.each([
    ['the documented text leaves them out', documented],
    ['most public clients sign everything that they send', whole],
  ])('%s', (_name, sign) => {
    expect(verifyTop({ params: { ...sent, sign }, secrets: ['other', 's'] })).toBe(true);
    expect(verifyTop({ params: { ...sent, sign }, secrets: ['other'] })).toBe(false);
  });

  test('something between the two is refused, and so is a changed value', () => {
    const half = md5('sapp_key1descriptionmethodmsign_methodmd5timestampts');
    expect(verifyTop({ params: { ...sent, sign: half }, secrets: ['s'] })).toBe(false);
    expect(verifyTop({ params: { ...sent, a: '1', sign: whole }, secrets: ['s'] })).toBe(false);
    expect(verifyTop({ params: { ...sent, a: '1', sign: documented }, secrets: ['s'] })).toBe(
      false,
    );
  });

  test('both stand before the body of a Qimen call', () => {
    const sign = md5(`sxaapp_key1descriptionmethodmsign_methodmd5timestampt${body.toString()}s`);
    expect(verifyTop({ params: { ...sent, sign }, secrets: ['s'], body })).toBe(true);
    expect(verifyTop({ params: { ...sent, sign }, secrets: ['s'], body: Buffer.from('x') })).toBe(
      false,
    );
  });
});

describe('time window', () => {
  const now = new Date('2026-11-22T02:00:00.000Z');
  const at = (offsetMs: number) => new Date(now.getTime() + offsetMs);

  test('ten minutes either way are inside, one millisecond more is not', () => {
    for (const sign of [-1, 1]) {
      expect(withinWindow(at(sign * 600_000), now, TOP_CLOCK_TOLERANCE_MS)).toBe(true);
      expect(withinWindow(at(sign * 600_001), now, TOP_CLOCK_TOLERANCE_MS)).toBe(false);
    }
  });

  test('an invalid date is outside', () => {
    expect(withinWindow(new Date(Number.NaN), now, TOP_CLOCK_TOLERANCE_MS)).toBe(false);
  });
});
