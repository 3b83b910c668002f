import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { err, tmallOrder } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import { placeToMessage } from '@astrolabe/contracts';
import {
  ALLOCATION_STATUS_WORDS,
  TOP_CONTENT_TYPES,
  decodeTopParams,
  encodeTopError,
  reportAccepted,
  reportConsigned,
  reportRefused,
  syncAllocation,
  topError,
} from '@astrolabe/schemas';
import type { OmniApi, TopError, TopFormat } from '@astrolabe/schemas';
import { TOP_SIGN_METHODS, verifyTop } from '@astrolabe/signing';
import { withOrderSpan } from '@astrolabe/telemetry';
import { mayActFor } from '../../application/admit.ts';
import type { Refused } from '../../application/admit.ts';
import type { Answered } from '../../application/answer-once.ts';
import type { AppKey } from '../../application/ports.ts';
import type { makeSellerOf } from '../../application/sessions.ts';
import type { Peers } from '../peers.ts';
import { answerTraced, bodyOf, bothForms, callerTrace, costOf, tell, timeLeft } from '../door.ts';
import type { Door, TimeLeft, Told, Verdict } from '../door.ts';
import type { Caller } from '../caller.ts';
import { NotNow, refusalOfPeer, refusedAsTop, settled } from '../refusals.ts';
import { tooLong } from '../body-limits.ts';
import { methodFinder } from '../methods.ts';
import type { Named } from '../methods.ts';
import { formatAskedFor, queryTextOf, readTopCall } from './params.ts';
import type { TopCall } from './params.ts';
import { storeReporting } from './store-reports.ts';

export const TOP_PATH = '/router/rest';
/** Notes are for people; a message may have many lines. */
const NOTES_MAX = 20;

/** A TOP method of the gateway, its types hidden. What is `readOnly` is not kept; no trade: null. */
export type TopMethod = (
  params: ReadonlyMap<string, string>,
  format: TopFormat,
  requestId: string,
) =>
  | { refused: TopError }
  | ({ run: (caller: Caller) => Promise<Answered> } & (
      { tradeId: string; readOnly: true } | { tradeId: string | null; readOnly?: never }
    ));

function topMethod<Request extends { tradeId: string }>(
  wire: OmniApi<Request, object>,
  work: (request: Request, caller: Caller) => Promise<void>,
): [string, TopMethod] {
  const method: TopMethod = (params, format, requestId) => {
    const notes: string[] = [];
    const decoded = wire.decodeRequest(params, notes);
    if (!decoded.ok) return { refused: decoded.error };
    return {
      tradeId: decoded.value.tradeId,
      run: async (caller) => {
        try {
          await work(decoded.value, caller);
          const message = notes.slice(0, NOTES_MAX).join('; ');
          const done = { ok: true, message, value: {} } as const;
          return { body: wire.encodeReply(done, format, requestId), isDone: true };
        } catch (error) {
          const refusal = settled(refusalOfPeer(error));
          const body = wire.encodeReply({ ok: false, ...refusal }, format, requestId);
          return { body, isDone: false };
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
        orderRef: tmallOrder(caller.sellerId, report.tradeId),
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

export type TopDeps = {
  door: Door;
  sellerOf: ReturnType<typeof makeSellerOf>;
  methods: ReadonlyMap<string, TopMethod>;
  clock: Clock;
};

/**
 * TOP's `/router/rest`: signed parameters in the URL, a form or both, answered in the format that they
 * ask for. Refusals are `error_response` with HTTP 200, as TOP does, but for a wrong content type (415).
 */
export function registerTop(app: FastifyInstance, deps: TopDeps): void {
  const find = methodFinder(deps.methods);
  const call = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const startTime = deps.clock().getTime();
    const left = timeLeft(deps.door.ticks);
    const requestId = randomUUID();
    const cost = costOf(request);
    const isIgnored = deps.door.ignores(cost.peer);
    const { params, format } = isIgnored ? ignoredCall(request) : await readTopCall(request);
    const say = (verdict: Verdict, body: string): Told => ({
      verdict,
      type: TOP_CONTENT_TYPES[format],
      body,
    });
    const refuse = (verdict: Verdict, error: TopError) =>
      say(verdict, encodeTopError(error, format, requestId));
    if (!params.ok) {
      if (!isIgnored) deps.door.failed(cost);
      return await tell(reply, 'top', refuse(params.error.verdict, params.error.error));
    }
    const received = { params: params.value, format, requestId, startTime, left, refuse, say };
    return await tell(reply, 'top', await answer({ ...deps, find }, request, received));
  };
  // npm topsdk puts the parameters of a GET into its body (findings/topsdk-get-puts-parameters-in-the-body.sh).
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
  for (const url of bothForms(TOP_PATH)) app.route({ method: ['GET', 'POST'], url, handler: call });
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
  deps: Omit<TopDeps, 'methods'> & { find: (name: string) => Named<TopMethod> | undefined },
  request: FastifyRequest,
  { params, format, requestId, startTime, left, refuse, say }: Received,
): Promise<Told> {
  const decoded = decodeTopParams(params);
  if (!decoded.ok) return refuse('MALFORMED', decoded.error);
  const { appKey, timestamp, sign, session } = decoded.value;
  const admitted = await deps.door.admit({
    appKey,
    timestamp,
    ...costOf(request),
    verify: verifying(params),
  });
  const refused = (why: Refused) => refuse(why, refusedAsTop(why));
  if (!admitted.ok) return refused(admitted.error);
  const found = deps.find(decoded.value.method);
  if (!found) return refuse('UNKNOWN_METHOD', topError('invalidMethod'));
  const { name: method, method: served } = found;
  const key = admitted.value;
  const seller = await deps.sellerOf(key, session ?? '');
  if (!seller.ok) return refused(seller.error);
  const sellerId = seller.value;
  if (!mayActFor(key, sellerId, 'caller')) return refused('SELLER_NOT_ALLOWED');
  const long = tooLong(method, bodyOf(request).length);
  if (long) return refuse('MALFORMED', topError('invalidArguments', long.code, long.message));
  const prepared = served(params, format, requestId);
  if ('refused' in prepared) return refuse('MALFORMED', prepared.refused);
  const inboundId = `${appKey}:${sign.toUpperCase()}`;
  try {
    const inbound = { id: inboundId, sellerId, method, rawBody: keptOf(request) };
    const link = callerTrace(request);
    const run = () => prepared.run({ key, sellerId, inboundId, left });
    if (prepared.readOnly) {
      const span = { name: method, isFirst: false, startTime, ...(link ? { link } : {}) };
      const { tradeId } = prepared;
      const { body } = await withOrderSpan(tmallOrder(sellerId, tradeId), span, run);
      return say('ANSWERED', body);
    }
    const about = { tradeId: prepared.tradeId, startTime, link };
    return say('ANSWERED', await answerTraced(deps.door, inbound, about, run));
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    const { code, message } = error.refusal;
    return refuse('NOT_NOW', topError('serviceUnavailable', code, message));
  }
}

/** A call of an address that has failed too much lately: its body is not read. */
const ignoredCall = (request: FastifyRequest): TopCall => ({
  format: formatAskedFor(request),
  params: err({ verdict: 'RATE_EXCEEDED', error: refusedAsTop('RATE_EXCEEDED') }),
});

/** What is kept of a call: its body, or the query where that is all it has. */
function keptOf(request: FastifyRequest): Buffer {
  const body = bodyOf(request);
  return body.length > 0 ? body : Buffer.from(queryTextOf(request), 'utf8');
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
