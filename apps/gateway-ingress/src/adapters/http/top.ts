import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { err, ok } from '@astrolabe/kernel';
import type { Clock, Result } from '@astrolabe/kernel';
import { placeToMessage } from '@astrolabe/contracts';
import {
  ALLOCATION_STATUS_WORDS,
  TOP_CONTENT_TYPES,
  decodeTopParams,
  encodeTopError,
  parseForm,
  reportAccepted,
  reportConsigned,
  reportRefused,
  syncAllocation,
  topError,
  topFormat,
} from '@astrolabe/schemas';
import type { OmniApi, TopError, TopFormat } from '@astrolabe/schemas';
import { TOP_SIGN_METHODS, verifyTop } from '@astrolabe/signing';
import { withOrderSpan } from '@astrolabe/telemetry';
import { mayActFor, onlySellerOf } from '../../application/admit.ts';
import type { Refused } from '../../application/admit.ts';
import type { AppKey } from '../../application/ports.ts';
import type { Peers } from './peers.ts';
import { answerTraced, bodyOf, callerTrace, hasType, tell, timeLeft } from './door.ts';
import type { Door, TimeLeft, Told, Verdict } from './door.ts';
import type { Caller } from './qimen-method.ts';
import { NotNow, refusalOfPeer, refusedAsTop, settled } from './refusals.ts';
import { storeReporting } from './status-reports.ts';

export const TOP_PATH = '/router/rest';
const FORM = 'application/x-www-form-urlencoded';

/** A TOP method of the gateway, its types hidden. What is `readOnly` is not kept. */
export type TopMethod = (
  params: ReadonlyMap<string, string>,
  format: TopFormat,
  requestId: string,
) =>
  | { refused: TopError }
  | { tradeId: string; readOnly?: true; run: (caller: Caller) => Promise<string> };

function topMethod<Request extends { tradeId: string }>(
  wire: OmniApi<Request, object>,
  work: (request: Request, caller: Caller) => Promise<void>,
): [string, TopMethod] {
  const method: TopMethod = (params, format, requestId) => {
    const decoded = wire.decodeRequest(params);
    if (!decoded.ok) return { refused: decoded.error };
    return {
      tradeId: decoded.value.tradeId,
      run: async (caller) => {
        try {
          await work(decoded.value, caller);
          return wire.encodeReply({ ok: true, message: '', value: {} }, format, requestId);
        } catch (error) {
          const refusal = settled(refusalOfPeer(error));
          return wire.encodeReply({ ok: false, ...refusal }, format, requestId);
        }
      },
    };
  };
  return [wire.method, method];
}

/** The open API 2.0 as the platform serves it (white paper 6.6.2, 6.6.8 to 6.6.10). */
export function topMethods(peers: Peers, clock: Clock): ReadonlyMap<string, TopMethod> {
  return new Map([
    topMethod(reportAccepted, storeReporting(peers, clock, 'X_SHOP_ALLOCATION')),
    topMethod(reportRefused, storeReporting(peers, clock, 'X_SHOP_DENY')),
    topMethod(reportConsigned, storeReporting(peers, clock, 'X_SHOP_HANDLED')),
    topMethod(syncAllocation, async (report, caller) => {
      const told = {
        sellerId: caller.sellerId,
        tradeId: report.tradeId,
        lines: report.allocations.map((line) => ({
          subOrderId: line.subOrderId,
          place: placeToMessage(line.place),
          status: ALLOCATION_STATUS_WORDS[line.status],
          description: line.description ?? '',
          attributes: { ...line.attributes },
        })),
        messageId: caller.inboundId,
        actor: `app:${caller.key.appKey}`,
      };
      await peers.orders.call('reportAllocation', told, caller.left());
    }),
  ]);
}

/**
 * TOP's `/router/rest`: a signed form, answered in the format that it asks for. Refusals at the door
 * are `error_response` with HTTP 200, as TOP does, but for a wrong content type (415) and a caller
 * above its rate (429).
 */
export function registerTop(
  app: FastifyInstance,
  deps: { door: Door; methods: ReadonlyMap<string, TopMethod>; clock: Clock },
): void {
  app.post(TOP_PATH, async (request, reply) => {
    const startTime = deps.clock().getTime();
    const left = timeLeft(deps.door.ticks);
    const requestId = randomUUID();
    const params = paramsOf(request);
    const format = params.ok ? topFormat(params.value) : 'xml';
    const say = (verdict: Verdict, body: string): Told => ({
      verdict,
      type: TOP_CONTENT_TYPES[format],
      body,
    });
    const refuse = (verdict: Verdict, error: TopError) =>
      say(verdict, encodeTopError(error, format, requestId));
    if (!hasType(request, FORM)) {
      const detail = `the body must be ${FORM}`;
      const error = topError('invalidFormat', 'isv.invalid-content-type', detail);
      return await tell(reply, 'top', refuse('WRONG_CONTENT_TYPE', error));
    }
    if (!params.ok) {
      const error = topError('invalidArguments', params.error);
      return await tell(reply, 'top', refuse('MALFORMED', error));
    }
    const received = { params: params.value, format, requestId, startTime, left, refuse, say };
    return await tell(reply, 'top', await answer(deps, request, received));
  });
}

/** The format that a request asks for, however little of it can be read. */
export function formatOf(request: FastifyRequest): TopFormat {
  const params = paramsOf(request);
  return params.ok ? topFormat(params.value) : 'xml';
}

/**
 * The parameters of URL and form together: the official SDK puts the protocol's own into the URL.
 * One that is sent twice is refused, wherever it stands.
 */
function paramsOf(request: FastifyRequest): Result<ReadonlyMap<string, string>, string> {
  const question = request.url.indexOf('?');
  const url = parseForm(question < 0 ? '' : request.url.slice(question + 1));
  if (!url.ok) return url;
  const form = parseForm(bodyOf(request));
  if (!form.ok) return form;
  const all = new Map([...url.value, ...form.value]);
  const distinct = all.size === url.value.size + form.value.size;
  return distinct ? ok(all) : err('FORM_REPEATED_FIELD');
}

type Received = {
  params: ReadonlyMap<string, string>;
  format: TopFormat;
  requestId: string;
  startTime: number;
  left: TimeLeft;
  refuse: (verdict: Verdict, error: TopError) => Told;
  say: (verdict: Verdict, body: string) => Told;
};

async function answer(
  deps: { door: Door; methods: ReadonlyMap<string, TopMethod> },
  request: FastifyRequest,
  { params, format, requestId, startTime, left, refuse, say }: Received,
): Promise<Told> {
  const decoded = decodeTopParams(params);
  if (!decoded.ok) return refuse('MALFORMED', decoded.error);
  const { appKey, timestamp, sign, method, session } = decoded.value;
  const admitted = await deps.door.admit({ appKey, timestamp, verify: verifying(params) });
  const refused = (why: Refused) => refuse(why, refusedAsTop(why));
  if (!admitted.ok) return refused(admitted.error);
  const served = deps.methods.get(method);
  if (!served) return refuse('UNKNOWN_METHOD', topError('invalidMethod'));
  const key = admitted.value;
  const sellerId = onlySellerOf(key) ?? session ?? '';
  if (!mayActFor(key, sellerId, 'caller')) return refused('SELLER_NOT_ALLOWED');
  const prepared = served(params, format, requestId);
  if ('refused' in prepared) return refuse('MALFORMED', prepared.refused);
  const inboundId = `${appKey}:${sign.toUpperCase()}`;
  try {
    const inbound = { id: inboundId, sellerId, method, rawBody: bodyOf(request) };
    const { tradeId } = prepared;
    const link = callerTrace(request);
    const run = () => prepared.run({ key, sellerId, inboundId, left });
    if (prepared.readOnly) {
      const span = { name: method, isFirst: false, startTime, ...(link ? { link } : {}) };
      return say('ANSWERED', await withOrderSpan({ sellerId, tradeId }, span, run));
    }
    const about = { tradeId, startTime, link };
    return say('ANSWERED', await answerTraced(deps.door, inbound, about, run));
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    const { code, message } = error.refusal;
    return refuse('NOT_NOW', topError('serviceUnavailable', code, message));
  }
}

/** Secrets and methods of a key against the signature of the parameters. */
const verifying =
  (params: ReadonlyMap<string, string>) =>
  (key: AppKey): boolean =>
    verifyTop({
      params,
      secrets: key.secrets,
      allowed: TOP_SIGN_METHODS.filter(
        (allowed) => key.signMethods.length === 0 || key.signMethods.includes(allowed),
      ),
    });
