import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '@astrolabe/kernel';
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
import { mayActFor } from '../../application/admit.ts';
import type { Peers } from './peers.ts';
import { answerTraced, bodyOf, callerTrace, hasType } from './door.ts';
import type { Door } from './door.ts';
import type { Caller } from './qimen-method.ts';
import { NotNow, refusalOfPeer, refusedAsTop, settled } from './refusals.ts';
import { storeReporting } from './status-reports.ts';

export const TOP_PATH = '/router/rest';
const FORM = 'application/x-www-form-urlencoded';

/** A TOP method of the gateway, its types hidden. */
type TopMethod = (
  params: ReadonlyMap<string, string>,
  format: TopFormat,
  requestId: string,
) => { refused: TopError } | { tradeId: string; run: (caller: Caller) => Promise<string> };

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
      await peers.orders.call('reportAllocation', {
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
      });
    }),
  ]);
}

/**
 * TOP's `/router/rest`: a signed form, answered in the format that the form asks for. Refusals at the
 * door are `error_response` with HTTP 200, as TOP does.
 */
export function registerTop(
  app: FastifyInstance,
  deps: { door: Door; methods: ReadonlyMap<string, TopMethod>; clock: Clock },
): void {
  app.post(TOP_PATH, async (request, reply) => {
    const startTime = deps.clock().getTime();
    const requestId = randomUUID();
    const form = parseForm(bodyOf(request));
    const format = form.ok ? topFormat(form.value) : 'xml';
    const refuse = (error: TopError) => encodeTopError(error, format, requestId);
    const typed = reply.type(TOP_CONTENT_TYPES[format]);
    if (!hasType(request, FORM)) {
      const detail = `the body must be ${FORM}`;
      const error = topError('invalidFormat', 'isv.invalid-content-type', detail);
      return await typed.code(415).send(refuse(error));
    }
    if (!form.ok) return await typed.send(refuse(topError('invalidArguments', form.error)));
    return await typed.send(
      await answer(deps, request, { params: form.value, format, requestId, startTime, refuse }),
    );
  });
}

type Received = {
  params: ReadonlyMap<string, string>;
  format: TopFormat;
  requestId: string;
  startTime: number;
  refuse: (error: TopError) => string;
};

async function answer(
  deps: { door: Door; methods: ReadonlyMap<string, TopMethod> },
  request: FastifyRequest,
  { params, format, requestId, startTime, refuse }: Received,
): Promise<string> {
  const decoded = decodeTopParams(params);
  if (!decoded.ok) return refuse(decoded.error);
  const { appKey, timestamp, sign, method, session } = decoded.value;
  const admitted = await deps.door.admit({
    appKey,
    timestamp,
    verify: (key) =>
      verifyTop({
        params,
        secrets: key.secrets,
        allowed: TOP_SIGN_METHODS.filter(
          (allowed) => key.signMethods.length === 0 || key.signMethods.includes(allowed),
        ),
      }),
  });
  if (!admitted.ok) return refuse(refusedAsTop(admitted.error));
  const served = deps.methods.get(method);
  if (!served) return refuse(topError('invalidMethod'));
  // A key of one seller needs no session to say whom it acts for.
  const [only, ...others] = admitted.value.sellerIds;
  const sellerId = others.length === 0 ? (only ?? '') : (session ?? '');
  if (!mayActFor(admitted.value, sellerId, 'caller')) {
    return refuse(refusedAsTop('SELLER_NOT_ALLOWED'));
  }
  const prepared = served(params, format, requestId);
  if ('refused' in prepared) return refuse(prepared.refused);
  const inboundId = `${appKey}:${sign.toUpperCase()}`;
  try {
    return await answerTraced(
      deps.door,
      { id: inboundId, sellerId, method, rawBody: bodyOf(request) },
      { tradeId: prepared.tradeId, startTime, link: callerTrace(request) },
      () => prepared.run({ key: admitted.value, sellerId, inboundId }),
    );
  } catch (error) {
    if (!(error instanceof NotNow)) throw error;
    return refuse(topError('serviceUnavailable', error.refusal.code, error.refusal.message));
  }
}
