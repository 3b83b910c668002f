import { HttpFailure } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { MESSAGE_FIELD, PRECHECK_FIELD } from '@astrolabe/schemas/procurement';
import { aopBaseString, signAop } from '@astrolabe/signing';
import type { ExchangeLog } from '../../../domain/exchanges.ts';
import type { Account } from './account.ts';
import type { Pushed } from '../../../domain/procurement/messages.ts';
import type { Lanes } from '../lanes.ts';

export type PushDeps = {
  readonly lanes: Lanes;
  readonly gatewayUrl: string;
  readonly clock: Clock;
  readonly ticks: () => number;
  readonly log: ExchangeLog;
};

/** How a call goes out when it is not to be the right one. */
export type PushOptions = {
  /** Path and query at the gateway. */
  readonly path: string;
  /** Signs with this secret instead of the account's. */
  readonly secret?: string;
  /** Changes the last but one character of the value after it was signed. */
  readonly isTampered?: boolean;
};

/** Status 0: nothing came back. */
export type PushAnswer = {
  readonly status: number;
  readonly request: string;
  readonly response: string;
};

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

/**
 * Pushes a message to the supplier's callback. One of ours that is not taken (2xx) waits until it is. One that is signed wrongly is
 * somebody else's word: who asks us for our messages does not get it.
 */
export async function pushMessage(
  deps: PushDeps,
  account: Account,
  message: Pushed,
  options: PushOptions,
): Promise<PushAnswer> {
  const answer = await post(deps, account, MESSAGE_FIELD, message.json, options);
  const isOurs =
    options.isTampered !== true && (options.secret ?? account.secret) === account.secret;
  if (answer.status >= 200 && answer.status < 300) account.waiting.confirm(message.messageId);
  else if (isOurs) account.waiting.add(message);
  return answer;
}

/** Asks the supplier before a requisition is made. */
export const askBefore = async (
  deps: PushDeps,
  account: Account,
  json: string,
  options: PushOptions,
): Promise<PushAnswer> => await post(deps, account, PRECHECK_FIELD, json, options);

async function post(
  { lanes, gatewayUrl, clock, ticks, log }: PushDeps,
  account: Account,
  field: string,
  json: string,
  { path, secret = account.secret, isTampered = false }: PushOptions,
): Promise<PushAnswer> {
  const signature = signAop({ params: { [field]: json }, secret });
  const value = isTampered ? `${json.slice(0, -2)} ${json.slice(-2)}` : json;
  const form = new URLSearchParams({ [field]: value, _aop_signature: signature }).toString();
  const request = `POST ${path}\n${field}=${value}`;
  const at = clock().toISOString();
  const startedAt = ticks();
  const said = await lanes.procurement.run('known', async (http) => {
    try {
      const answer = await http.request({
        url: `${gatewayUrl}${path}`,
        method: 'POST',
        headers: { 'content-type': FORM },
        body: Buffer.from(form, 'utf8'),
      });
      return { status: answer.status, response: answer.body.toString('utf8') };
    } catch (error) {
      if (error instanceof HttpFailure) return { status: 0, response: error.message };
      throw error;
    }
  });
  const tookMs = Math.round(ticks() - startedAt);
  const { response } = said;
  log.add({
    at,
    party: 'procurement',
    direction: 'to-platform',
    method: field,
    request,
    response,
    signed: aopBaseString({ [field]: json }),
    rule: 'upper-case hex of HMAC-SHA1(secret, text)',
    tookMs,
  });
  return { ...said, request };
}
