import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '@astrolabe/kernel';
import { QIMEN_VERSIONS, decodeTopParams, printXml } from '@astrolabe/schemas';
import { leaf, objectNode } from '@astrolabe/schemas';
import type { ChannelRefusal } from '@astrolabe/schemas';
import { TOP_SIGN_METHODS, verifyQimen } from '@astrolabe/signing';
import { withSpan } from '@astrolabe/telemetry';
import { mayActFor, onlySellerOf } from '../../application/admit.ts';
import type { AppKey } from '../../application/ports.ts';
import {
  answerTraced,
  bodyOf,
  bothForms,
  callerTrace,
  costOf,
  queryOf,
  tell,
  timeLeft,
} from '../door.ts';
import type { Door, Told, Verdict } from '../door.ts';
import { tooLong } from '../body-limits.ts';
import { methodFinder } from '../methods.ts';
import type { Named } from '../methods.ts';
import type { Served } from './method.ts';
import { NotNow, refusedInWords } from '../refusals.ts';

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
 * as `<flag>failure</flag>` with a stable code and HTTP 200, as the platform does. The content type is
 * not looked at: clients in use send a form's, `text/plain` or none, and signature and body decide.
 */
export function registerQimen(
  app: FastifyInstance,
  deps: { door: Door; methods: ReadonlyMap<string, Served>; clock: Clock },
): void {
  const find = methodFinder(deps.methods);
  const call = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const startTime = deps.clock().getTime();
    return await tell(reply, 'qimen', await answer({ ...deps, find }, request, startTime));
  };
  for (const path of bothForms(QIMEN_PATH)) app.post(path, call);
}

const xml = (verdict: Verdict, body: string): Told => ({ verdict, type: XML_TYPE, body });

async function answer(
  deps: { door: Door; find: (name: string) => Named<Served> | undefined },
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
  const { appKey, timestamp, sign } = params.value;
  const admitted = await deps.door.admit({
    appKey,
    timestamp,
    ...costOf(request),
    verify: verifying(query, body),
  });
  if (!admitted.ok) return xml(admitted.error, qimenError(refusedInWords(admitted.error)));
  const found = deps.find(params.value.method);
  if (!found) {
    const message = `unknown method ${params.value.method}`;
    return xml('UNKNOWN_METHOD', qimenError({ code: 'isv.invalid-method', message }));
  }
  const { name: method, method: served } = found;
  const key = admitted.value;
  const sellerId = params.value.customerId ?? onlySellerOf(key) ?? '';
  if (!mayActFor(key, sellerId, 'caller')) {
    return xml('SELLER_NOT_ALLOWED', served.refuse(refusedInWords('SELLER_NOT_ALLOWED')));
  }
  const long = tooLong(method, body.length);
  if (long) return xml('MALFORMED', served.refuse(long));
  const inboundId = `${appKey}:${sign.toUpperCase()}`;
  const prepared = served.prepare(body, { key, sellerId, inboundId, left });
  if (!prepared.ok) return xml('MALFORMED', prepared.error);
  const { readOnly, tradeId, run } = prepared.value;
  try {
    if (readOnly) return xml('ANSWERED', (await withSpan(method, { startTime }, run)).body);
    const about = { tradeId, startTime, link: callerTrace(request) };
    const inbound = { id: inboundId, sellerId, method, rawBody: body };
    return xml('ANSWERED', await answerTraced(deps.door, inbound, about, run));
  } catch (error) {
    if (error instanceof NotNow) return xml('NOT_NOW', served.refuse(error.refusal));
    throw error;
  }
}
