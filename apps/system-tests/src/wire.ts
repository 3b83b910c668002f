import { formatShanghai } from '@astrolabe/kernel';
import type { DemoKey } from '@astrolabe/local-stack';
import { signQimen, signTop, signTopSpi } from '@astrolabe/signing';

/** What came back over HTTP, as text: the tests read the wire, not our codecs. */
export type WireAnswer = { status: number; text: string };

export type CallOptions = {
  /** Replaces the time of the call. */
  timestamp?: string;
  /** Sent instead of the right signature. */
  sign?: string;
  contentType?: string;
};

/** The gateway's and the mall adapter's addresses. */
export type Gateway = { url: string };

/** A request as it goes out. */
export type SignedRequest = { url: string; contentType: string; body: Buffer };

/** A Qimen call: XML body, as text or as bytes, signed query (white paper, annex A.1). */
export async function callQimen(...call: Parameters<typeof signedQimen>): Promise<WireAnswer> {
  const { url, contentType, body } = signedQimen(...call);
  return await post(url, contentType, body);
}

/** The same, not sent. */
export function signedQimen(
  gateway: Gateway,
  key: DemoKey,
  customerId: string,
  method: string,
  xml: string | Buffer,
  options: CallOptions = {},
): SignedRequest {
  const body = typeof xml === 'string' ? Buffer.from(xml, 'utf8') : xml;
  const query: Record<string, string> = {
    method,
    timestamp: options.timestamp ?? formatShanghai(new Date()),
    format: 'xml',
    app_key: key.appKey,
    v: '2.0',
    sign_method: 'md5',
    customerId,
  };
  query['sign'] = options.sign ?? signQimen({ query, body, secret: key.secret, method: 'md5' });
  return {
    url: `${gateway.url}/router/qimen/service?${new URLSearchParams(query).toString()}`,
    contentType: options.contentType ?? 'text/xml;charset=utf-8',
    body,
  };
}

/** A TOP call: form parameters, signed with HMAC-SHA256. */
export async function callTop(...call: Parameters<typeof signedTop>): Promise<WireAnswer> {
  const { url, contentType, body } = signedTop(...call);
  return await post(url, contentType, body);
}

/** The same, not sent. */
export function signedTop(
  gateway: Gateway,
  key: DemoKey,
  session: string,
  method: string,
  business: Record<string, string>,
  options: CallOptions & { format?: 'json' | 'xml' } = {},
): SignedRequest {
  const params: Record<string, string> = {
    method,
    app_key: key.appKey,
    session,
    timestamp: options.timestamp ?? formatShanghai(new Date()),
    format: options.format ?? 'json',
    v: '2.0',
    sign_method: 'hmac-sha256',
    ...business,
  };
  params['sign'] = options.sign ?? signTop({ params, secret: key.secret, method: 'hmac-sha256' });
  return {
    url: `${gateway.url}/router/rest`,
    contentType: options.contentType ?? 'application/x-www-form-urlencoded;charset=utf-8',
    body: Buffer.from(new URLSearchParams(params).toString()),
  };
}

/** A trade message of Tmall with the TOP SPI signature. */
export async function pushToGateway(...call: Parameters<typeof signedPush>): Promise<WireAnswer> {
  const { url, contentType, body } = signedPush(...call);
  return await post(url, contentType, body);
}

/** The same, not sent. */
export function signedPush(
  gateway: Gateway,
  key: DemoKey,
  json: string,
  options: CallOptions = {},
): SignedRequest {
  const body = Buffer.from(json, 'utf8');
  const query: Record<string, string> = {
    app_key: key.appKey,
    timestamp: options.timestamp ?? formatShanghai(new Date()),
    sign_method: 'md5',
  };
  query['sign'] =
    options.sign ?? signTopSpi({ query, payload: { kind: 'body', body }, secret: key.secret });
  return {
    url: `${gateway.url}/tmall/push?${new URLSearchParams(query).toString()}`,
    contentType: options.contentType ?? 'application/json;charset=utf-8',
    body,
  };
}

const TIMEOUT_MS = 15_000;

export async function post(
  url: string,
  contentType: string,
  body: Buffer | string,
): Promise<WireAnswer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : new Uint8Array(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  return { status: response.status, text: await response.text() };
}

/** The text of the first element of that name, or null. */
export function element(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
}

/** The texts of all elements of that name. */
export const elements = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map((match) => match[1] ?? '');
