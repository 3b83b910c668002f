import { randomUUID } from 'node:crypto';
import { bodyOf, methodFinder, queryTextOf, timeLeft, TRY_AGAIN } from '@astrolabe/door';
import type { Prepared, Protocol, TimeLeft, Told } from '@astrolabe/door';
import { err, ok } from '@astrolabe/kernel';
import type { Result } from '@astrolabe/kernel';
import {
  TOP_CONTENT_TYPES,
  decodeTopParams,
  encodeTopError,
  printForm,
  topError,
} from '@astrolabe/schemas/top';
import type { TopError, TopPublicParams } from '@astrolabe/schemas/top';
import type { ChannelRefusal } from '@astrolabe/schemas/wire';
import { verifyTop } from '@astrolabe/signing';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayActFor } from '../../application/admit.ts';
import type { Admission, Refused } from '../../application/admit.ts';
import type { AppKey } from '../../application/ports.ts';
import type { makeSellerOf } from '../../application/sessions.ts';
import { ADMISSION_VERDICTS, costOf, refusedAsTop, signMethodsOf } from '../admission.ts';
import { tooLong } from '../body-limits.ts';
import type { Form, TopMethod } from './method.ts';
import { formatAskedFor, readTopCall } from './params.ts';

/** The one address of all methods. */
export const TOP_PATH = '/router/rest';

export type TopDeps = {
  readonly admission: Admission;
  readonly sellerOf: ReturnType<typeof makeSellerOf>;
  readonly methods: readonly TopMethod[];
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
};

type Call = Form & {
  readonly params: ReadonlyMap<string, string>;
  readonly common: TopPublicParams;
  readonly left: TimeLeft;
};

/** npm topsdk puts the parameters of a GET into its body (findings/topsdk-get-puts-parameters-in-the-body.sh). */
export const letGetHaveBody = (app: FastifyInstance): void => {
  app.addHttpMethod('GET', { hasBody: true, overrideExisting: true });
};

/**
 * TOP's `/router/rest`: signed parameters in the URL, a form or both, answered in the format that they
 * ask for. Refusals are `error_response` with HTTP 200, as TOP does, but for a wrong content type (415).
 */
export function topProtocol(deps: TopDeps): Protocol<Call, AppKey> {
  const find = methodFinder(deps.methods);
  return {
    channel: 'top',
    verdicts: [...ADMISSION_VERDICTS, 'UNKNOWN_METHOD'],
    paths: [TOP_PATH],
    methods: ['GET', 'POST'],
    read: (request) => readCall(deps, request),
    admit: async (call, request) => {
      const { appKey, timestamp } = call.common;
      const verify = verifying(call.params);
      const candidate = { appKey, timestamp, ...costOf(request), verify };
      const admitted = await deps.admission.admit(candidate);
      return admitted.ok ? admitted : refusedAtDoor(call, admitted.error);
    },
    prepare: (call, key, request) => prepare({ ...deps, find }, call, key, request),
    say,
    refuse: (request, refusal) => {
      const form = { format: formatAskedFor(request), requestId: request.id };
      return say(form, '', encodeTopError(asTopError(refusal), form.format, form.requestId));
    },
  };
}

const say = ({ format }: Form, verdict: string, body: string): Told => ({
  verdict,
  type: TOP_CONTENT_TYPES[format],
  body,
});

const refused = (form: Form, verdict: string, error: TopError) =>
  err(say(form, verdict, encodeTopError(error, form.format, form.requestId)));

const refusedAtDoor = (form: Form, why: Refused) => refused(form, why, refusedAsTop(why));

/** A failure outside any method, as TOP classes it. */
function asTopError({ code, message }: ChannelRefusal): TopError {
  if (code === TRY_AGAIN.code) return topError('serviceUnavailable', code, message);
  return topError(
    code.startsWith('isp.') ? 'remoteServiceError' : 'invalidArguments',
    code,
    message,
  );
}

/** The parameters, unless their sender has failed too much lately: then nothing of the body is read. */
async function readCall(
  { admission, ticks }: TopDeps,
  request: FastifyRequest,
): Promise<Result<Call, Told>> {
  const left = timeLeft(ticks);
  const cost = costOf(request);
  const requestId = randomUUID();
  if (admission.ignores(cost.peer)) {
    return refusedAtDoor({ format: formatAskedFor(request), requestId }, 'RATE_EXCEEDED');
  }
  const { params, format } = await readTopCall(request);
  const form = { format, requestId };
  if (!params.ok) {
    admission.failed(cost);
    return refused(form, params.error.verdict, params.error.error);
  }
  const common = decodeTopParams(params.value);
  if (!common.ok) return refused(form, 'MALFORMED', common.error);
  return ok({ ...form, params: params.value, common: common.value, left });
}

async function prepare(
  deps: Pick<TopDeps, 'sellerOf'> & { find: (name: string) => TopMethod | undefined },
  call: Call,
  key: AppKey,
  request: FastifyRequest,
): Promise<Result<Prepared, Told>> {
  const { common, params, format, requestId, left } = call;
  const found = deps.find(common.method);
  if (!found) return refused(call, 'UNKNOWN_METHOD', topError('invalidMethod'));
  const seller = await deps.sellerOf(key, common.session ?? '');
  if (!seller.ok) return refusedAtDoor(call, seller.error);
  const sellerId = seller.value;
  if (!mayActFor(key, sellerId, 'caller')) return refusedAtDoor(call, 'SELLER_NOT_ALLOWED');
  const long = tooLong(found, bodyOf(request).length);
  if (long)
    return refused(call, 'MALFORMED', topError('invalidArguments', long.code, long.message));
  const served = found.prepare(params, call);
  if (!served.ok) return refused(call, 'MALFORMED', served.error);
  const { about, run } = served.value;
  const id = `${common.appKey}:${common.sign.toUpperCase()}`;
  return ok({
    name: found.name,
    order: about && { ...about, sellerId },
    kept: found.readOnly ? null : { id, sellerId, rawBody: keptOf(request, found, params) },
    run: () => run({ key, sellerId, inboundId: id, left }),
    refuse: ({ code, message }) =>
      encodeTopError(topError('serviceUnavailable', code, message), format, requestId),
  });
}

/** What is kept of a call: its body, or the query where that is all it has; without what is not to be kept. */
function keptOf(
  request: FastifyRequest,
  { secret }: Pick<TopMethod, 'secret'>,
  params: ReadonlyMap<string, string>,
): Buffer {
  if (secret.some((name) => params.has(name))) {
    const shown = new Map([...params].filter(([name]) => !secret.includes(name)));
    return Buffer.from(printForm(shown), 'utf8');
  }
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
      allowed: signMethodsOf(key),
    });
