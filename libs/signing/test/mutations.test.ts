import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  signAop,
  signFw199,
  signGovToken,
  signQimen,
  signTop,
  signTopSpi,
  verifyAop,
  verifyFw199,
  verifyGovToken,
  verifyQimen,
  verifyTop,
  verifyTopSpi,
} from '../src/index.ts';

const RUNS = 10_000;
const SECRET = 'helloworld';

type Params = Record<string, string>;

/** A signed request: texts by name, the signature among them, and the raw body where one is signed. */
type Signed = { readonly params: Params; readonly body?: string };

const value = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' });
const key = fc.string({
  minLength: 1,
  maxLength: 6,
  unit: fc.constantFrom('a', 'b', 'c', 'A', 'B', '_', '0', '9'),
});
const params = fc.dictionary(key, value, { minKeys: 1, maxKeys: 6, noNullPrototype: true });

/**
 * One change of the signed text, the signature or the secret. Changes that the platforms' rules
 * cannot see (a character moved between a key and its value) are not among them.
 */
const mutation = fc.record({
  kind: fc.constantFrom('replace', 'append', 'drop', 'add', 'body', 'secret'),
  pick: fc.nat(),
  at: fc.nat(),
  text: fc.oneof(fc.constantFrom('0', '1', 'x', 'Y', ' ', '中', '\r\n'), value),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never;

/** Applies the mutation; null when it does not apply or changes nothing. */
function mutate(signed: Signed, m: Mutation): (Signed & { secret: string }) | null {
  const names = Object.keys(signed.params);
  const target = names[m.pick % names.length] ?? '';
  const old = signed.params[target] ?? '';
  const at = m.at % old.length;
  const changed = (texts: Params) => ({ ...signed, params: texts, secret: SECRET });
  const { [target]: _, ...rest } = signed.params;
  const replaced = old.slice(0, at) + m.text + old.slice(at + 1);
  if (m.kind === 'secret') return m.text === SECRET ? null : { ...signed, secret: m.text };
  if (m.kind === 'body') {
    if (signed.body === undefined || m.text === signed.body) return null;
    return { ...signed, body: m.text, secret: SECRET };
  }
  if (m.kind === 'drop') return changed(rest);
  if (m.kind === 'add') return changed({ ...signed.params, zz_extra: m.text });
  if (m.kind === 'append') return changed({ ...rest, [target]: old + m.text });
  // A digest may be written in either case.
  if (replaced.toLowerCase() === old.toLowerCase()) return null;
  return changed({ ...rest, [target]: replaced });
}

/** A random request verifies after signing, and no mutation of it does. */
function neverVerifies(
  request: fc.Arbitrary<Signed>,
  sign: (unsigned: Signed) => Signed,
  verify: (signed: Signed, secret: string) => boolean,
): void {
  fc.assert(
    fc.property(request, mutation, (unsigned, m) => {
      const signed = sign(unsigned);
      expect(verify(signed, SECRET)).toBe(true);
      const mutated = mutate(signed, m);
      fc.pre(mutated !== null);
      expect(verify(mutated, mutated.secret)).toBe(false);
    }),
    { numRuns: RUNS },
  );
}

const withoutBody = fc.record({ params });
const withBody = fc.record({ params, body: value });
const bytes = (signed: Signed): Buffer => Buffer.from(signed.body ?? '', 'utf8');

test.each(['md5', 'hmac', 'hmac-sha256'] as const)('TOP %s', (method) => {
  neverVerifies(
    withoutBody,
    (r) => {
      const sent = { ...r.params, sign_method: method };
      return { params: { ...sent, sign: signTop({ params: sent, secret: SECRET, method }) } };
    },
    (r, secret) => verifyTop({ params: r.params, secrets: [secret] }),
  );
});

test('Qimen', () => {
  neverVerifies(
    withBody,
    (r) => {
      const query = { ...r.params, sign_method: 'md5' };
      const sign = signQimen({ query, body: bytes(r), secret: SECRET, method: 'md5' });
      return { ...r, params: { ...query, sign } };
    },
    (r, secret) => verifyQimen({ query: r.params, body: bytes(r), secrets: [secret] }),
  );
});

test('TOP SPI', () => {
  const payload = (r: Signed) => ({ kind: 'body', body: bytes(r) }) as const;
  neverVerifies(
    withBody,
    (r) => {
      const sign = signTopSpi({ query: r.params, payload: payload(r), secret: SECRET });
      return { ...r, params: { ...r.params, sign } };
    },
    (r, secret) =>
      verifyTopSpi({ headers: {}, query: r.params, payload: payload(r), secrets: [secret] }),
  );
});

test('1688', () => {
  const urlPath = 'param2/1/system/currentTime/1000000';
  neverVerifies(
    withoutBody,
    (r) => {
      const signature = signAop({ urlPath, params: r.params, secret: SECRET });
      return { params: { ...r.params, _aop_signature: signature } };
    },
    (r, secret) => verifyAop({ urlPath, params: r.params, secrets: [secret] }),
  );
});

test('fw199', () => {
  neverVerifies(
    withoutBody,
    (r) => ({ params: { ...r.params, sign: signFw199({ params: r.params, secret: SECRET }) } }),
    (r, secret) => verifyFw199({ params: r.params, secrets: [secret] }),
  );
});

test('government mall token', () => {
  const fields = fc.record({ params: fc.record({ username: value, timestamp: value }) });
  neverVerifies(
    fields,
    (r) => {
      const { username = '', timestamp = '' } = r.params;
      const sign = signGovToken({ username, password: SECRET, timestamp });
      return { params: { username, timestamp, sign } };
    },
    (r, secret) => {
      // A field the rule does not know is not signed; an unknown one counts as a changed request.
      const { username = '', timestamp = '', sign, ...unknown } = r.params;
      if (Object.keys(unknown).length > 0) return false;
      return verifyGovToken({ username, timestamp, sign, passwords: [secret] });
    },
  );
});
