import { HttpFailure } from '@astrolabe/http';
import type { HttpClient, HttpResponse } from '@astrolabe/http';
import type { Clock, Result, TrafficOutcome } from '@astrolabe/kernel';
import {
  confirmMessagesPath,
  decodeConfirmMessages,
  decodeMessagesPage,
  encodeConfirmMessages,
  encodeMessagesQuery,
  messagesPath,
} from '@astrolabe/schemas/procurement';
import type {
  FormFields,
  ProcurementMethod,
  ProcurementReply,
  WaitingMessage,
} from '@astrolabe/schemas/procurement';
import { signAop } from '@astrolabe/signing';
import { METRIC, counter, withSpan } from '@astrolabe/telemetry';
import { createPauses } from './pauses.ts';
import type { Pauses } from './pauses.ts';

/** What a seller's procurement platform is called with. */
export type ProcurementAccess = {
  /** Base address of the platform's gateway; `/openapi/` and the signed path follow. */
  readonly gatewayUrl: string;
  readonly appKey: string;
  readonly secret: string;
  readonly accessToken: string;
  /** The seller's member id: lines of others are not ours. */
  readonly memberId: string;
  /** The seller's main user id and login id; empty where they are not known. */
  readonly mainUserId: string;
  readonly loginId: string;
  /** Calls a second of this process; 0: not bounded here. */
  readonly callsPerSecond: number;
};

type Why = { readonly code: string; readonly message: string };

/** Nothing was done. `auth`: for a person. `later`: it may be sent again, after so long where that is known. */
type NotTried =
  | ({ readonly kind: 'auth' } & Why)
  | ({ readonly kind: 'later'; readonly afterMs: number | null } & Why);

/** Where a seller's access comes from; `refusedToken` is one that the platform has refused, or empty. */
export type AccessSource = {
  accessOf(sellerId: string, refusedToken: string): Promise<Result<ProcurementAccess, NotTried>>;
};

/**
 * How a call ended (field section 8). `refused`: the platform's verdict, nothing was done. `auth`: we are not let
 * in (credentials, permission, an authorisation that ended). `later`: too many calls, or not sent; no try is to be
 * counted. `unknown`: a write may have had its effect, and is looked up before anything else.
 */
export type ProcurementCalled<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly notes: readonly string[] }
  | ({ readonly kind: 'refused' | 'unknown' } & Why)
  | NotTried;

export type ProcurementClient = {
  /** One of the twelve interfaces. It never throws for what the platform, or the way to it, says. */
  call<Request, Answer>(
    sellerId: string,
    method: ProcurementMethod<Request, Answer>,
    request: Request,
  ): Promise<ProcurementCalled<Answer>>;
  /** The first page of the messages that were not taken; 20 to 200 of them. */
  waitingMessages(
    sellerId: string,
    since: Date,
    size: number,
  ): Promise<ProcurementCalled<{ readonly messages: readonly WaitingMessage[] }>>;
  /** Confirms messages that are durable here. */
  confirmMessages(
    sellerId: string,
    messageIds: readonly string[],
  ): Promise<ProcurementCalled<null>>;
};

export type ProcurementClientDeps = {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly source: AccessSource;
  /** What a call of a seller came to, for the figures of its connection. */
  readonly told?: (sellerId: string, outcome: TrafficOutcome) => void;
  /** Monotonic milliseconds. */
  readonly ticks: () => number;
};

type Call<T> = {
  /** Name of the interface, for figures. */
  readonly api: string;
  readonly urlPath: (appKey: string) => string;
  readonly fields: FormFields;
  readonly decode: (body: Buffer) => ProcurementReply<T>;
};

const TEXT_MAX = 200;
const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const OUTCOMES = ['ok', 'refused', 'auth', 'later', 'unknown'] as const;

const calls = counter(METRIC.outboundCalls, 'Calls to procurement platforms, by how they ended', [
  'method',
  'outcome',
]);

function trafficOf(ended: ProcurementCalled<unknown>, now: Date): TrafficOutcome {
  if (ended.kind === 'ok') return { code: '' };
  const code = ended.code || ended.kind.toUpperCase();
  const isLater = ended.kind === 'later' && ended.afterMs !== null;
  return { code, ...(isLater && { waitsUntil: new Date(now.getTime() + ended.afterMs) }) };
}

/**
 * The client of the twelve interfaces of document 000, for all connected sellers. It repeats a call once, when the
 * token was refused and there is a newer one; after "too many calls" it leaves the application alone for a while.
 */
export function createProcurementClient(deps: ProcurementClientDeps): ProcurementClient {
  const pauses = createPauses(deps.ticks);
  const made = async <T>(sellerId: string, call: Call<T>): Promise<ProcurementCalled<T>> => {
    const method = `procurement.${call.api}`;
    for (const outcome of OUTCOMES) calls.inc({ method, outcome }, 0);
    const ended = await withSpan(method, {}, () => authorised(deps, pauses, sellerId, call));
    calls.inc({ method, outcome: ended.kind });
    deps.told?.(sellerId, trafficOf(ended, deps.clock()));
    return ended;
  };
  return {
    call: async (sellerId, { api, urlPath, encodeRequest, decodeAnswer }, request) => {
      const fields = encodeRequest(request);
      if (!fields.ok) return { kind: 'refused', code: 'REQUEST_INVALID', message: fields.error };
      return await made(sellerId, { api, urlPath, fields: fields.value, decode: decodeAnswer });
    },
    waitingMessages: (sellerId, since, size) =>
      made(sellerId, {
        api: 'push.query.messageList',
        urlPath: messagesPath,
        fields: encodeMessagesQuery(since, size),
        decode: decodeMessagesPage,
      }),
    confirmMessages: (sellerId, messageIds) =>
      made(sellerId, {
        api: 'push.message.confirm',
        urlPath: confirmMessagesPath,
        fields: encodeConfirmMessages(messageIds),
        decode: (body) =>
          decodeConfirmMessages(body) === true
            ? { kind: 'answered', value: null, notes: [] }
            : { kind: 'unclear', message: 'the messages are not confirmed' },
      }),
  };
}

/**
 * A call with a good token. The token is looked at before a call is tried, so a refused one allows a second call, of
 * a write too; the second refusal is for a person (field K3).
 */
async function authorised<T>(
  deps: ProcurementClientDeps,
  pauses: Pauses,
  sellerId: string,
  call: Call<T>,
): Promise<ProcurementCalled<T>> {
  let refusedToken = '';
  for (;;) {
    const access = await deps.source.accessOf(sellerId, refusedToken);
    if (!access.ok) return access.error;
    const { accessToken } = access.value;
    if (accessToken === refusedToken) return reauth('the platform refuses its own new token');
    const ended = await withinRate(deps, pauses, access.value, call);
    if (ended !== 'TOKEN_REFUSED') return ended;
    if (refusedToken !== '') return reauth('the platform refused two tokens');
    refusedToken = accessToken;
  }
}

const reauth = (message: string): NotTried => ({ kind: 'auth', code: 'REAUTH', message });

async function withinRate<T>(
  deps: ProcurementClientDeps,
  pauses: Pauses,
  access: ProcurementAccess,
  call: Call<T>,
): Promise<ProcurementCalled<T> | 'TOKEN_REFUSED'> {
  const { appKey, callsPerSecond } = access;
  const afterMs = pauses.waitBefore(appKey, callsPerSecond);
  if (afterMs > 0) {
    return { kind: 'later', afterMs, code: 'RATE_LIMITED', message: 'the application waits' };
  }
  const answer = await post(deps, access, call);
  if ('kind' in answer) return answer;
  const ended = readAnswer(answer, call);
  if (ended !== 'TOKEN_REFUSED' && ended.kind === 'later') {
    return { ...ended, afterMs: pauses.tooMany(appKey, ended.afterMs) };
  }
  pauses.answered(appKey);
  return ended;
}

/** The fields of a request with those of the system, signed over what is sent (catalogue A.2.3). */
export function procurementForm(
  { appKey, secret, accessToken }: Pick<ProcurementAccess, 'appKey' | 'secret' | 'accessToken'>,
  { urlPath, fields }: Pick<Call<unknown>, 'urlPath' | 'fields'>,
  now: Date,
): string {
  const params: Record<string, string> = {
    ...fields,
    access_token: accessToken,
    _aop_timestamp: String(now.getTime()),
  };
  params['_aop_signature'] = signAop({ urlPath: urlPath(appKey), params, secret });
  return new URLSearchParams(params).toString();
}

async function post<T>(
  { http, clock }: Pick<ProcurementClientDeps, 'http' | 'clock'>,
  access: ProcurementAccess,
  call: Call<T>,
): Promise<HttpResponse | ProcurementCalled<T>> {
  try {
    return await http.request({
      url: `${access.gatewayUrl}/openapi/${call.urlPath(access.appKey)}`,
      method: 'POST',
      headers: { 'content-type': FORM },
      body: Buffer.from(procurementForm(access, call, clock()), 'utf8'),
    });
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const why = { code: 'NO_ANSWER', message: error.message.slice(0, TEXT_MAX) };
    return error.outcome === 'unknown'
      ? { kind: 'unknown', ...why }
      : { kind: 'later', afterMs: null, ...why };
  }
}

const unclear = (code: string, message: string): ProcurementCalled<never> => ({
  kind: 'unknown',
  code,
  message: message.slice(0, TEXT_MAX),
});

/**
 * What an answer says. Refusals of the gateway come with any status; a verdict of the interface counts with 200
 * alone, and what cannot be read proves nothing (field A1 to A4).
 */
export function readAnswer<T>(
  { status, headers, body }: HttpResponse,
  { decode }: Pick<Call<T>, 'decode'>,
): ProcurementCalled<T> | 'TOKEN_REFUSED' {
  const httpCode = `HTTP_${status}`;
  if (status === 429) {
    const seconds = /^\d{1,5}$/.exec(String(headers['retry-after'] ?? ''))?.[0];
    const afterMs = seconds === undefined ? null : Number(seconds) * 1_000;
    return { kind: 'later', afterMs, code: httpCode, message: '' };
  }
  const reply = decode(body);
  if (reply.kind === 'answered') {
    const { value, notes } = reply;
    return status === 200 ? { kind: 'ok', value, notes } : unclear(httpCode, 'an odd status');
  }
  if (reply.kind === 'unclear') {
    return unclear(status === 200 ? 'UNREADABLE' : httpCode, reply.message);
  }
  const { trouble, code } = reply;
  const why = { code: code || 'NO_CODE', message: reply.message.slice(0, TEXT_MAX) };
  switch (trouble) {
    case 'TOKEN':
      return 'TOKEN_REFUSED';
    case 'TOO_MANY':
      return { kind: 'later', afterMs: null, ...why };
    case 'CREDENTIALS':
    case 'PERMISSION':
      return { kind: 'auth', ...why };
    case 'GATEWAY':
      // A code that nobody knows may also say that the interface behind it took too long.
      return { kind: 'unknown', ...why };
    case 'BUSINESS':
      return { kind: status === 200 ? 'refused' : 'unknown', ...why };
  }
}
