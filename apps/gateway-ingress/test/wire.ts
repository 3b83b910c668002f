import { createHash } from 'node:crypto';
import { formatShanghai } from '@astrolabe/kernel';
import { signQimen, signTop, signTopSpi } from '@astrolabe/signing';
import type { TopSignMethod } from '@astrolabe/signing';
import { KEYS, SELLER } from './running-gateway.ts';

/** What came back: tests read the wire, not our codecs. */
export type Answer = { status: number; type: string; text: string };
export type Key = { appKey: string; secret: string };

export type How = {
  key?: Key;
  /** Shanghai text; now when absent. */
  timestamp?: string;
  /** Sent instead of the right signature. */
  sign?: string;
  method?: TopSignMethod;
  /** Null: none is sent. */
  contentType?: string | null;
  customerId?: string | null;
  format?: 'json' | 'xml';
  /** Where the protocol's own parameters of a TOP call go: the official SDK uses the URL. */
  publicIn?: 'form' | 'url';
  /** How a TOP call travels; a form by default. */
  by?: 'GET' | 'multipart';
  /** Empty parameters are sent and signed, as most public clients do; the documents leave them out. */
  signEmpty?: true;
  /** The caller's address as a proxy tells it. */
  from?: string;
  /** Behind the path, e.g. a slash. */
  pathEnd?: string;
};

const TIMEOUT_MS = 20_000;

export async function send(
  url: string,
  body: Buffer | string,
  headers: Record<string, string>,
  method = 'POST',
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers,
    ...(method === 'POST' ? { body: new Uint8Array(Buffer.from(body)) } : {}),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text: await response.text() };
}

/** The header; Node's client adds none of its own to bytes. */
const typeHeader = (how: How, usual: string): Record<string, string> => ({
  ...(how.contentType === null ? {} : { 'content-type': how.contentType ?? usual }),
  ...(how.from === undefined ? {} : { 'x-forwarded-for': how.from }),
});

/** The digest of clients that sign whatever they send, made without our own signer. */
function md5OverAll(
  params: Record<string, string>,
  secret: string,
  body = Buffer.alloc(0),
): string {
  const names = Object.keys(params).sort();
  const base = names.map((name) => name + params[name]).join('');
  const hash = createHash('md5').update(secret + base, 'utf8');
  return hash.update(body).update(secret, 'utf8').digest('hex').toUpperCase();
}

/** The fields as parts, and beside them a file, which TOP does not sign. */
export async function sendMultipart(
  url: string,
  fields: Record<string, string> | [string, string][],
  file = 'image',
): Promise<Answer> {
  const form = new FormData();
  for (const [name, value] of Array.isArray(fields) ? fields : Object.entries(fields)) {
    form.append(name, value);
  }
  form.append(file, new Blob([Buffer.from([0, 255, 13, 10, 45, 45])]), 'a.png');
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { method: 'POST', body: form, signal });
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, text: await response.text() };
}

const printed = (params: Record<string, string>) => new URLSearchParams(params).toString();
const now = (how: How) => how.timestamp ?? formatShanghai(new Date());

/** A signed Qimen request, ready to send once or a hundred times. */
export function qimen(gatewayUrl: string, method: string, xml: string | Buffer, how: How = {}) {
  const key = how.key ?? KEYS.erp;
  const body = Buffer.from(xml);
  const signMethod = how.method ?? 'md5';
  const query: Record<string, string> = {
    method,
    timestamp: now(how),
    format: 'xml',
    app_key: key.appKey,
    v: '2.0',
    sign_method: signMethod,
    ...(how.customerId === null ? {} : { customerId: how.customerId ?? SELLER }),
  };
  const extra = how.signEmpty ? { target_app_key: '' } : {};
  const signed = { ...query, ...extra };
  query['sign'] =
    how.sign ??
    (how.signEmpty
      ? md5OverAll(signed, key.secret, body)
      : signQimen({ query, body, secret: key.secret, method: signMethod }));
  const url = `${gatewayUrl}/router/qimen/service${how.pathEnd ?? ''}?${printed({ ...query, ...extra })}`;
  return () => send(url, body, typeHeader(how, 'text/xml;charset=utf-8'));
}

/** A signed TOP request. */
export function top(
  gatewayUrl: string,
  method: string,
  business: Record<string, string>,
  how: How = {},
) {
  const key = how.key ?? KEYS.pos;
  const signMethod = how.method ?? 'hmac-sha256';
  const own: Record<string, string> = {
    method,
    app_key: key.appKey,
    session: SELLER,
    timestamp: now(how),
    format: how.format ?? 'json',
    v: '2.0',
    sign_method: signMethod,
  };
  const params = { ...own, ...business };
  own['sign'] =
    how.sign ??
    (how.signEmpty
      ? md5OverAll({ ...params, sign_method: 'md5' }, key.secret)
      : signTop({ params, secret: key.secret, method: signMethod }));
  if (how.signEmpty) own['sign_method'] = 'md5';
  const path = `${gatewayUrl}/router/rest${how.pathEnd ?? ''}`;
  const all = { ...own, ...business };
  if (how.by === 'GET') return () => send(`${path}?${printed(all)}`, '', {}, 'GET');
  if (how.by === 'multipart') return () => sendMultipart(path, all);
  const inUrl = how.publicIn === 'url';
  const url = `${path}${inUrl ? `?${printed(own)}` : ''}`;
  const body = printed(inUrl ? business : all);
  const type = 'application/x-www-form-urlencoded;charset=utf-8';
  return () => send(url, body, typeHeader(how, type));
}

/** A signed trade push. */
export function push(gatewayUrl: string, json: string, how: How = {}) {
  const key = how.key ?? KEYS.tmall;
  const body = Buffer.from(json);
  const query: Record<string, string> = {
    app_key: key.appKey,
    timestamp: now(how),
    sign_method: 'md5',
  };
  query['sign'] =
    how.sign ?? signTopSpi({ query, payload: { kind: 'body', body }, secret: key.secret });
  const url = `${gatewayUrl}/tmall/push?${printed(query)}`;
  return () => send(url, body, typeHeader(how, 'application/json;charset=utf-8'));
}

/** The text of the first element of that name, or null. */
export const element = (xml: string, name: string): string | null =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
