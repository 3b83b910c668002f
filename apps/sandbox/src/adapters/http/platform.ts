import type { HttpClient } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { formatShanghai } from '@astrolabe/kernel';
import { signQimen, signTop, signTopSpi } from '@astrolabe/signing';
import { withoutSign } from '../../domain/exchanges.ts';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Key } from '../../domain/seller.ts';

/** What came back, and what it was an answer to. */
export type Answer = { status: number; request: string; response: string };

/** The platform's door, as its counterparties call it: real signatures, real bytes. */
export type Platform = {
  qimen(key: Key, customerId: string, method: string, xml: string): Promise<Answer>;
  top(
    key: Key,
    session: string,
    method: string,
    business: ReadonlyMap<string, string>,
  ): Promise<Answer>;
  pushTrade(key: Key, topic: string, json: string): Promise<Answer>;
};

export type PlatformDeps = {
  http: HttpClient;
  gatewayUrl: string;
  clock: Clock;
  ticks: () => number;
  log: ExchangeLog;
};

export function connectPlatform(deps: PlatformDeps): Platform {
  const { gatewayUrl, clock } = deps;
  const common = (key: Key) => ({
    app_key: key.appKey,
    timestamp: formatShanghai(clock()),
    sign_method: 'md5',
  });
  return {
    qimen: async (key, customerId, method, xml) => {
      const body = Buffer.from(xml, 'utf8');
      const query = { ...common(key), method, format: 'xml', v: '2.0', customerId };
      const sign = signQimen({ query, body, secret: key.secret, method: 'md5' });
      const url = `${gatewayUrl}/router/qimen/service?${encode({ ...query, sign })}`;
      return await send(deps, { party: 'erp', method, url, type: 'text/xml;charset=utf-8', body });
    },
    top: async (key, session, method, business) => {
      const params = {
        ...common(key),
        method,
        session,
        format: 'json',
        v: '2.0',
        ...Object.fromEntries(business),
      };
      const sign = signTop({ params, secret: key.secret, method: 'md5' });
      const body = Buffer.from(encode({ ...params, sign }), 'utf8');
      const url = `${gatewayUrl}/router/rest`;
      const type = 'application/x-www-form-urlencoded;charset=utf-8';
      return await send(deps, { party: 'pos', method, url, type, body });
    },
    pushTrade: async (key, topic, json) => {
      const body = Buffer.from(json, 'utf8');
      const query = common(key);
      const sign = signTopSpi({ query, payload: { kind: 'body', body }, secret: key.secret });
      const url = `${gatewayUrl}/tmall/push?${encode({ ...query, sign })}`;
      const type = 'application/json;charset=utf-8';
      return await send(deps, { party: 'tmall', method: topic, url, type, body });
    },
  };
}

const encode = (params: Record<string, string>): string => new URLSearchParams(params).toString();

async function send(
  { http, clock, ticks, log }: PlatformDeps,
  call: { party: string; method: string; url: string; type: string; body: Buffer },
): Promise<Answer> {
  const startedAt = ticks();
  const at = clock().toISOString();
  const answer = await http.request({
    url: call.url,
    method: 'POST',
    headers: { 'content-type': call.type },
    body: call.body,
  });
  const response = answer.body.toString('utf8');
  const form = call.type.startsWith('application/x-www-form');
  const text = call.body.toString('utf8');
  const request = `POST ${withoutSign(call.url)}\n${form ? withoutSign(text) : text}`;
  log.add({
    at,
    party: call.party,
    direction: 'to-platform',
    method: call.method,
    request,
    response,
    tookMs: Math.round(ticks() - startedAt),
  });
  return { status: answer.status, request, response };
}
