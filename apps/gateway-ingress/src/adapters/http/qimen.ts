import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Clock } from '@astrolabe/kernel';
import { QIMEN_VERSIONS, decodeTopParams, printXml } from '@astrolabe/schemas';
import { leaf, objectNode } from '@astrolabe/schemas';
import type { ChannelRefusal } from '@astrolabe/schemas';
import { TOP_SIGN_METHODS, verifyQimen } from '@astrolabe/signing';
import { withSpan } from '@astrolabe/telemetry';
import { mayActFor } from '../../application/admit.ts';
import type { AppKey } from '../../application/ports.ts';
import { answerTraced, bodyOf, callerTrace, hasType, queryOf } from './door.ts';
import type { Door } from './door.ts';
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
 * as `<flag>failure</flag>` with a stable code and HTTP 200, as the platform does.
 */
export function registerQimen(
  app: FastifyInstance,
  deps: { door: Door; methods: ReadonlyMap<string, Served>; clock: Clock },
): void {
  app.post(QIMEN_PATH, async (request, reply) => {
    const startTime = deps.clock().getTime();
    if (!hasType(request, 'text/xml', 'application/xml')) {
      const refusal = { code: 'isv.invalid-content-type', message: 'the body must be text/xml' };
      return await reply.code(415).type(XML_TYPE).send(qimenError(refusal));
    }
    return await reply.type(XML_TYPE).send(await answer(deps, request, startTime));
  });
}

async function answer(
  deps: { door: Door; methods: ReadonlyMap<string, Served> },
  request: FastifyRequest,
  startTime: number,
): Promise<string> {
  const query = queryOf(request);
  const body = bodyOf(request);
  const params = decodeTopParams(new Map(query), QIMEN_VERSIONS);
  if (!params.ok) {
    const { msg } = params.error;
    return qimenError({ code: `isv.${msg.toLowerCase().replaceAll(' ', '-')}`, message: msg });
  }
  const { appKey, timestamp, sign, method, customerId = '' } = params.value;
  const admitted = await deps.door.admit({ appKey, timestamp, verify: verifying(query, body) });
  if (!admitted.ok) return qimenError(refusedInWords(admitted.error));
  const served = deps.methods.get(method);
  if (!served) {
    return qimenError({ code: 'isv.invalid-method', message: `unknown method ${method}` });
  }
  if (!mayActFor(admitted.value, customerId, 'caller')) {
    return served.refuse(refusedInWords('SELLER_NOT_ALLOWED'));
  }
  const inboundId = `${appKey}:${sign.toUpperCase()}`;
  const caller = { key: admitted.value, sellerId: customerId, inboundId };
  const prepared = served.prepare(body, caller);
  if (!prepared.ok) return prepared.error;
  try {
    if (prepared.value.readOnly) return await withSpan(method, { startTime }, prepared.value.run);
    return await answerTraced(
      deps.door,
      { id: inboundId, sellerId: customerId, method, rawBody: body },
      { tradeId: prepared.value.tradeId, startTime, link: callerTrace(request) },
      prepared.value.run,
    );
  } catch (error) {
    if (error instanceof NotNow) return served.refuse(error.refusal);
    throw error;
  }
}
