import type { Clock } from '@astrolabe/kernel';
import { formatShanghai } from '@astrolabe/kernel';
import { CRATE_PATH } from '@astrolabe/schemas/fenxiao';
import {
  fw199BaseString,
  signFw199,
  signQimen,
  signTop,
  signTopSpi,
  topBaseString,
  topSpiBaseString,
} from '@astrolabe/signing';
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
  /** A distribution order, as a seller's system places it. */
  crate(key: Key, sellerNick: string, requestData: string): Promise<Answer>;
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
        const signed = topBaseString(query) + xml;
        return { url, type: 'text/xml;charset=utf-8', body, signed, rule: BETWEEN_SECRETS };
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
        const url = `${gatewayUrl}/router/rest`;
        return { url, type: FORM, body, signed: topBaseString(params), rule: BETWEEN_SECRETS };
      }),
    pushTrade: async (key, topic, json, urgency) =>
      await send(deps, { party: 'tmall', method: topic, urgency }, () => {
        const body = Buffer.from(json, 'utf8');
        const query = common(key);
        const sign = signTopSpi({ query, payload: { kind: 'body', body }, secret: key.secret });
        const url = `${gatewayUrl}/tmall/push?${encode({ ...query, sign })}`;
        const signed = topSpiBaseString(query, body);
        return { url, type: 'application/json;charset=utf-8', body, signed, rule: BETWEEN_SECRETS };
      }),
    crate: async (key, sellerNick, requestData) =>
      await send(deps, { party: 'erp', method: CRATE_PATH, urgency: 'known' }, () => {
        const params = {
          appid: key.appKey,
          timestamp: String(Math.floor(clock().getTime() / 1_000)),
          seller_nick: sellerNick,
          request_data: requestData,
        };
        const sign = signFw199({ params, secret: key.secret });
        const body = Buffer.from(encode({ ...params, sign }), 'utf8');
        const url = `${gatewayUrl}${CRATE_PATH}`;
        return { url, type: FORM, body, signed: fw199BaseString(params), rule: LOWER };
      }),
  };
}

const encode = (params: Record<string, string>): string => new URLSearchParams(params).toString();

type Call = { party: Party; method: string; urgency: Urgency };
type Signed = { url: string; type: string; body: Buffer; signed: string; rule: string };

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const BETWEEN_SECRETS = 'upper-case hex of MD5(secret + text + secret)';
const LOWER = 'lower-case hex of MD5(secret + text + secret)';

/** Signs a call when its turn has come, so that its time is the time at which it leaves. */
async function send(
  { lanes, clock, ticks, log }: PlatformDeps,
  { party, method, urgency }: Call,
  sign: () => Signed,
): Promise<Answer> {
  return await lanes[party].run(urgency, async (http) => {
    const { url, type, body, signed, rule } = sign();
    const startedAt = ticks();
    const at = clock().toISOString();
    const headers = { 'content-type': type };
    const answer = await http.request({ url, method: 'POST', headers, body });
    const response = answer.body.toString('utf8');
    const form = type.startsWith('application/x-www-form');
    const text = body.toString('utf8');
    const request = `POST ${withoutSign(url)}\n${form ? withoutSign(text) : text}`;
    const tookMs = Math.round(ticks() - startedAt);
    log.add({
      at,
      party,
      direction: 'to-platform',
      method,
      request,
      response,
      signed,
      rule,
      tookMs,
    });
    return { status: answer.status, request, response };
  });
}
