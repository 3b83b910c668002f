import type { Clock } from '@astrolabe/kernel';
import { formatShanghai } from '@astrolabe/kernel';
import { signQimen, signTop, signTopSpi } from '@astrolabe/signing';
import { withoutSign } from '../../domain/exchanges.ts';
import type { ExchangeLog } from '../../domain/exchanges.ts';
import type { Key } from '../../domain/seller.ts';
import type { Lanes, Party, Urgency } from './lanes.ts';

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
  pushTrade(key: Key, topic: string, json: string, urgency: Urgency): Promise<Answer>;
};

export type PlatformDeps = {
  lanes: Lanes;
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
    qimen: async (key, customerId, method, xml) =>
      await send(deps, { party: 'erp', method, urgency: 'known' }, () => {
        const body = Buffer.from(xml, 'utf8');
        const query = { ...common(key), method, format: 'xml', v: '2.0', customerId };
        const sign = signQimen({ query, body, secret: key.secret, method: 'md5' });
        const url = `${gatewayUrl}/router/qimen/service?${encode({ ...query, sign })}`;
        return { url, type: 'text/xml;charset=utf-8', body };
      }),
    top: async (key, session, method, business) =>
      await send(deps, { party: 'pos', method, urgency: 'known' }, () => {
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
        const type = 'application/x-www-form-urlencoded;charset=utf-8';
        return { url: `${gatewayUrl}/router/rest`, type, body };
      }),
    pushTrade: async (key, topic, json, urgency) =>
      await send(deps, { party: 'tmall', method: topic, urgency }, () => {
        const body = Buffer.from(json, 'utf8');
        const query = common(key);
        const sign = signTopSpi({ query, payload: { kind: 'body', body }, secret: key.secret });
        const url = `${gatewayUrl}/tmall/push?${encode({ ...query, sign })}`;
        return { url, type: 'application/json;charset=utf-8', body };
      }),
  };
}

const encode = (params: Record<string, string>): string => new URLSearchParams(params).toString();

type Call = { party: Party; method: string; urgency: Urgency };
type Signed = { url: string; type: string; body: Buffer };

/** Signs a call when its turn has come, so that its time is the time at which it leaves. */
async function send(
  { lanes, clock, ticks, log }: PlatformDeps,
  { party, method, urgency }: Call,
  sign: () => Signed,
): Promise<Answer> {
  return await lanes[party].run(urgency, async (http) => {
    const { url, type, body } = sign();
    const startedAt = ticks();
    const at = clock().toISOString();
    const headers = { 'content-type': type };
    const answer = await http.request({ url, method: 'POST', headers, body });
    const response = answer.body.toString('utf8');
    const form = type.startsWith('application/x-www-form');
    const text = body.toString('utf8');
    const request = `POST ${withoutSign(url)}\n${form ? withoutSign(text) : text}`;
    const tookMs = Math.round(ticks() - startedAt);
    log.add({ at, party, direction: 'to-platform', method, request, response, tookMs });
    return { status: answer.status, request, response };
  });
}
