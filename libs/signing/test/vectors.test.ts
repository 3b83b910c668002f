import { readFileSync } from 'node:fs';
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { TopSignMethod, TopSpiPayload } from '../src/index.ts';
import {
  signAop,
  signFw199,
  signGovToken,
  signQimen,
  signTop,
  signTopSpi,
  topBaseString,
  verifyAop,
  verifyFw199,
  verifyGovToken,
  verifyQimen,
  verifyTop,
  verifyTopSpi,
} from '../src/index.ts';

type Texts = Record<string, string>;
type Vector = { name: string; source: string; secret: string; expected: string };

const vectors = <T>(file: string): T[] =>
  JSON.parse(readFileSync(new URL(`./vectors/${file}.json`, import.meta.url), 'utf8')) as T[];

describe('HMAC primitives against the RFC vectors', () => {
  type Case = Vector & { algorithm: string; keyHex: string; text: string };
  test.each(vectors<Case>('hmac'))('$name', (v) => {
    const digest = createHmac(v.algorithm, Buffer.from(v.keyHex, 'hex')).update(v.text);
    expect(digest.digest('hex').toUpperCase()).toBe(v.expected);
  });
});

describe('TOP', () => {
  type Case = Vector & { method: TopSignMethod; params: Texts; base?: string };
  test.each(vectors<Case>('top'))('$name ($source)', (v) => {
    if (v.base !== undefined) expect(topBaseString(v.params)).toBe(v.base);
    expect(signTop({ params: v.params, secret: v.secret, method: v.method })).toBe(v.expected);
  });

  test.each(vectors<Case>('top'))('verifies what it signs: $name', (v) => {
    const params = { ...v.params, sign_method: v.method };
    const sign = signTop({ params, secret: v.secret, method: v.method });
    expect(verifyTop({ params: { ...params, sign }, secrets: [v.secret] })).toBe(true);
  });
});

describe('Qimen', () => {
  type Case = Vector & { method: TopSignMethod; query: Texts; body: string };
  test.each(vectors<Case>('qimen'))('$name ($source)', (v) => {
    const body = Buffer.from(v.body, 'utf8');
    const { query, secret, method } = v;
    expect(signQimen({ query, body, secret, method })).toBe(v.expected);
    const signed = { ...query, sign: v.expected };
    expect(verifyQimen({ query: signed, body, secrets: [secret] })).toBe(true);
  });
});

describe('TOP SPI', () => {
  type Payload = { kind: 'form'; params: Texts } | { kind: 'body'; body: string };
  type Case = Vector & { headers: Texts; query: Texts; payload: Payload };
  test.each(vectors<Case>('top-spi'))('$name ($source)', (v) => {
    const payload: TopSpiPayload =
      v.payload.kind === 'form'
        ? v.payload
        : { kind: 'body', body: Buffer.from(v.payload.body, 'utf8') };
    const { query, secret } = v;
    expect(signTopSpi({ headers: v.headers, query, payload, secret })).toBe(v.expected);

    const names = Object.keys(v.headers);
    const headers = {
      ...(names.length > 0 ? { 'top-sign-list': names.join(',') } : {}),
      ...Object.fromEntries(names.map((n) => [n, encodeURIComponent(v.headers[n] ?? '')])),
    };
    const signed = { ...query, sign: v.expected };
    expect(verifyTopSpi({ headers, query: signed, payload, secrets: [secret] })).toBe(true);
  });
});

describe('1688', () => {
  type Case = Vector & { urlPath?: string; params: Texts };
  test.each(vectors<Case>('aop'))('$name ($source)', (v) => {
    const path = v.urlPath === undefined ? {} : { urlPath: v.urlPath };
    expect(signAop({ ...path, params: v.params, secret: v.secret })).toBe(v.expected);
    const params = { ...v.params, _aop_signature: v.expected };
    expect(verifyAop({ ...path, params, secrets: [v.secret] })).toBe(true);
  });
});

describe('fw199', () => {
  type Case = Vector & { params: Texts };
  test.each(vectors<Case>('fw199'))('$name ($source)', (v) => {
    expect(signFw199({ params: v.params, secret: v.secret })).toBe(v.expected);
    const params = { ...v.params, sign: v.expected };
    expect(verifyFw199({ params, secrets: [v.secret] })).toBe(true);
  });
});

describe('government mall token', () => {
  type Case = { name: string; source: string; expected: string } & Record<
    'username' | 'password' | 'timestamp',
    string
  >;
  test.each(vectors<Case>('gov-token'))('$name ($source)', (v) => {
    const { username, password, timestamp } = v;
    expect(signGovToken({ username, password, timestamp })).toBe(v.expected);
    const request = { username, timestamp, sign: v.expected, passwords: [password] };
    expect(verifyGovToken(request)).toBe(true);
  });
});
