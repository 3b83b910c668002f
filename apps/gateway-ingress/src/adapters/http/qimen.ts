import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '@astrolabe/kernel';
import { QIMEN_VERSIONS, decodeTopParams, printXml } from '@astrolabe/schemas';
import { leaf, objectNode } from '@astrolabe/schemas';
import type { ChannelRefusal } from '@astrolabe/schemas';
import { TOP_SIGN_METHODS, verifyQimen } from '@astrolabe/signing';
import { withSpan } from '@astrolabe/telemetry';
import { mayActFor, onlySellerOf } from '../../application/admit.ts';
import type { AppKey } from '../../application/ports.ts';
import { answerTraced, bodyOf, callerTrace, hasType, queryOf, tell, timeLeft } from './door.ts';
import type { Door, Told, Verdict } from './door.ts';
import type { Served } from './qimen-method.ts';
import { NotNow, refusedInWords } from './refusals.ts';

export const QIMEN_PATH = '/router/qimen/service';
export const XML_TYPE = 'text/xml;charset=utf-8';

/** A failure outside any method. */
export const qimenError = ({ code, message }: ChannelRefusal): string =>
  printXml(
    objectNode('response', [leaf('flag', 'failure'), leaf('code', code), leaf('message', message)]),
  );

/** Secrets and methods of a key against the signature of the query and the raw body. */
const verifying =
  (query: readonly [string, string][], body: Buffer) =>
  (key: AppKey): boolean =>
    verifyQimen({
      query,
      body,
      secrets: key.secrets,
      allowed: TOP_SIGN_METHODS.filter(
        (method) => key.signMethods.length === 0 || key.signMethods.includes(method),
      ),
    });

/**
 * Qimen (white paper 6.1 to 6.5, annex A.1): signed query, XML body. Whatever is wrong is answered
 * as `<flag>failure</flag>` with a stable code, with HTTP 200 as the platform does, but for a wrong
 * content type (415) and a caller above its rate (429).
 */
export function registerQimen(
  app: FastifyInstance,
  deps: { door: Door; methods: ReadonlyMap<string, Served>; clock: Clock },
): void {
  app.post(QIMEN_PATH, async (request, reply) => {
    const startTime = deps.clock().getTime();
    if (!hasType(request, 'text/xml', 'application/xml')) {
      const refusal = { code: 'isv.invalid-content-type', message: 'the body must be text/xml' };
      return await tell(reply, 'qimen', xml('WRONG_CONTENT_TYPE', qimenError(refusal)));
    }
    return await tell(reply, 'qimen', await answer(deps, request, startTime));
  });
}

const xml = (verdict: Verdict, body: string): Told => ({ verdict, type: XML_TYPE, body });

async function answer(
  deps: { door: Door; methods: ReadonlyMap<string, Served> },
  request: FastifyRequest,
  startTime: number,
): Promise<Told> {
  const left = timeLeft(deps.door.ticks);
  const query = queryOf(request);
  const body = bodyOf(request);
  const params = decodeTopParams(new Map(query), QIMEN_VERSIONS);
  if (!params.ok) {
    const { msg } = params.error;
    const code = `isv.${msg.toLowerCase().replaceAll(' ', '-')}`;
    return xml('MALFORMED', qimenError({ code, message: msg }));
  }
  const { appKey, timestamp, sign, method } = params.value;
  const admitted = await deps.door.admit({ appKey, timestamp, verify: verifying(query, body) });
  if (!admitted.ok) return xml(admitted.error, qimenError(refusedInWords(admitted.error)));
  const served = deps.methods.get(method);
  if (!served) {
    const refusal = { code: 'isv.invalid-method', message: `unknown method ${method}` };
    return xml('UNKNOWN_METHOD', qimenError(refusal));
  }
  const key = admitted.value;
  const sellerId = params.value.customerId ?? onlySellerOf(key) ?? '';
  if (!mayActFor(key, sellerId, 'caller')) {
    return xml('SELLER_NOT_ALLOWED', served.refuse(refusedInWords('SELLER_NOT_ALLOWED')));
  }
  const inboundId = `${appKey}:${sign.toUpperCase()}`;
  const prepared = served.prepare(body, { key, sellerId, inboundId, left });
  if (!prepared.ok) return xml('MALFORMED', prepared.error);
  const { readOnly, tradeId, run } = prepared.value;
  try {
    if (readOnly) return xml('ANSWERED', await withSpan(method, { startTime }, run));
    const about = { tradeId, startTime, link: callerTrace(request) };
    const inbound = { id: inboundId, sellerId, method, rawBody: body };
    return xml('ANSWERED', await answerTraced(deps.door, inbound, about, run));
  } catch (error) {
    if (error instanceof NotNow) return xml('NOT_NOW', served.refuse(error.refusal));
    throw error;
  }
}
