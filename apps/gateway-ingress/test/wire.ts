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
  contentType?: string;
  customerId?: string | null;
  format?: 'json' | 'xml';
  /** Where the protocol's own parameters of a TOP call go: the official SDK uses the URL. */
  publicIn?: 'form' | 'url';
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
  query['sign'] = how.sign ?? signQimen({ query, body, secret: key.secret, method: signMethod });
  const url = `${gatewayUrl}/router/qimen/service?${printed(query)}`;
  const headers = { 'content-type': how.contentType ?? 'text/xml;charset=utf-8' };
  return () => send(url, body, headers);
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
  own['sign'] = how.sign ?? signTop({ params, secret: key.secret, method: signMethod });
  const inUrl = how.publicIn === 'url';
  const url = `${gatewayUrl}/router/rest${inUrl ? `?${printed(own)}` : ''}`;
  const body = printed(inUrl ? business : { ...own, ...business });
  const type = how.contentType ?? 'application/x-www-form-urlencoded;charset=utf-8';
  return () => send(url, body, { 'content-type': type });
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
  const headers = { 'content-type': how.contentType ?? 'application/json;charset=utf-8' };
  return () => send(url, body, headers);
}

/** The text of the first element of that name, or null. */
export const element = (xml: string, name: string): string | null =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
