import { bodyOf, methodFinder, queryOf, timeLeft } from '@astrolabe/door';
import type { Protocol, TimeLeft, Told } from '@astrolabe/door';
import { err, ok, tmallOrder } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import { QIMEN_VERSIONS, decodeTopParams } from '@astrolabe/schemas/top';
import { leaf, objectNode, printXml } from '@astrolabe/schemas/wire';
import type { TopPublicParams } from '@astrolabe/schemas/top';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import { verifyQimen } from '@astrolabe/signing';
import type { FastifyRequest } from 'fastify';
import { mayActFor, onlySellerOf } from '../../application/admit.ts';
import type { Admission } from '../../application/admit.ts';
import type { AppKey } from '../../application/ports.ts';
import { ADMISSION_VERDICTS, costOf, refusedInWords, signMethodsOf } from '../admission.ts';
import { tooLong } from '../body-limits.ts';
import type { Served } from './method.ts';

/** The one address of all methods. */
export const QIMEN_PATH = '/router/qimen/service';
const XML_TYPE = 'text/xml;charset=utf-8';

type Call = {
  readonly query: readonly [string, string][];
  readonly body: Buffer;
  readonly params: TopPublicParams;
  readonly left: TimeLeft;
};

/** A failure outside any method. */
const qimenError = ({ code, message }: ChannelRefusal): string =>
  printXml(
    objectNode('response', [leaf('flag', 'failure'), leaf('code', code), leaf('message', message)]),
  );

const xml = (verdict: string, body: string): Told => ({ verdict, type: XML_TYPE, body });

const refused = (verdict: string, refusal: ChannelRefusal) =>
  err(xml(verdict, qimenError(refusal)));

/** Secrets and methods of a key against the signature of the query and the raw body. */
const verifying =
  ({ query, body }: Call) =>
  (key: AppKey): boolean =>
    verifyQimen({
      query,
      body,
      secrets: key.secrets,
      allowed: signMethodsOf(key),
    });

/**
 * Qimen (white paper 6.1 to 6.5, annex A.1): signed query, XML body. Whatever is wrong is answered
 * as `<flag>failure</flag>` with a stable code and HTTP 200, as the platform does. The content type is
 * not looked at: clients in use send a form's, `text/plain` or none, and signature and body decide.
 */
export function qimenProtocol(deps: {
  readonly admission: Pick<Admission, 'admit'>;
  readonly methods: readonly Served[];
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
}): Protocol<Call, AppKey> {
  const find = methodFinder(deps.methods);
  return {
    channel: 'qimen',
    verdicts: [...ADMISSION_VERDICTS, 'UNKNOWN_METHOD'],
    paths: [QIMEN_PATH],
    methods: ['POST'],
    read: (request) => readCall(request, timeLeft(deps.ticks)),
    admit: async (call, request) => {
      const { appKey, timestamp } = call.params;
      const verify = verifying(call);
      const candidate = { appKey, timestamp, ...costOf(request), verify };
      const admitted = await deps.admission.admit(candidate);
      return admitted.ok ? admitted : refused(admitted.error, refusedInWords(admitted.error));
    },
    prepare: ({ params, body, left }, key) => {
      const served = find(params.method);
      if (!served) {
        const message = `unknown method ${params.method}`;
        return refused('UNKNOWN_METHOD', { code: 'isv.invalid-method', message });
      }
      const sellerId = params.customerId ?? onlySellerOf(key) ?? '';
      if (!mayActFor(key, sellerId, 'caller')) {
        const refusal = refusedInWords('SELLER_NOT_ALLOWED');
        return err(xml('SELLER_NOT_ALLOWED', served.refuse(refusal)));
      }
      const long = tooLong(served, body.length);
      if (long) return err(xml('MALFORMED', served.refuse(long)));
      const id = `${params.appKey}:${params.sign.toUpperCase()}`;
      const prepared = served.prepare(body, { key, sellerId, inboundId: id, left });
      if (!prepared.ok) return err(xml('MALFORMED', prepared.error));
      const { readOnly, tradeId, run } = prepared.value;
      return ok({
        name: served.name,
        order: tradeId === null ? null : tmallOrder(sellerId, tradeId),
        kept: readOnly ? null : { id, sellerId, rawBody: body },
        run,
        refuse: served.refuse,
      });
    },
    say: (_call, verdict, body) => xml(verdict, body),
    refuse: (_request, refusal) => ({ type: XML_TYPE, body: qimenError(refusal) }),
  };
}

function readCall(request: FastifyRequest, left: TimeLeft): Result<Call, Told> {
  const query = queryOf(request);
  const params = decodeTopParams(new Map(query), QIMEN_VERSIONS);
  if (params.ok) return ok({ query, body: bodyOf(request), params: params.value, left });
  const { msg: message } = params.error;
  const code = `isv.${message.toLowerCase().replaceAll(' ', '-')}`;
  return refused('MALFORMED', { code, message });
}
