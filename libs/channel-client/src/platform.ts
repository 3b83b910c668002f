import { HttpFailure } from '@astrolabe/http';
import type { HttpClient } from '@astrolabe/http';
import type { Clock, Result } from '@astrolabe/kernel';
import { err, formatShanghai, ok } from '@astrolabe/kernel';
import type { QimenMethod } from '@astrolabe/schemas/qimen';
import type { TopApi } from '@astrolabe/schemas/top';
import { signQimen, signTop } from '@astrolabe/signing';
import { METRIC, counter, withSpan } from '@astrolabe/telemetry';

type Key = { readonly appKey: string; readonly secret: string };

/** A platform's Qimen interfaces, for one of its sellers. */
export type QimenAccess = {
  readonly platformUrl: string;
  readonly sellerId: string;
  readonly qimen: Key;
};

/** A platform's TOP interfaces; `session` is what the seller has authorised us with. */
export type TopAccess = {
  readonly platformUrl: string;
  readonly session: string;
  readonly top: Key;
};

/** How a call went wrong: whether the platform decided, did not, or may have. */
export type CallFailure = {
  readonly kind: 'refused' | 'later' | 'unknown';
  readonly code: string;
  readonly message: string;
};

export type Called<T> = Result<T, CallFailure>;

export type CallDeps = { readonly http: HttpClient; readonly clock: Clock };

const ERROR_LENGTH_MAX = 200;

/** All stand at 0 before the first call of a method has ended. */
const OUTCOMES = ['done', 'refused', 'later', 'unknown'] as const;

const calls = counter(METRIC.outboundCalls, 'Calls to platforms, by how they ended', [
  'method',
  'outcome',
]);

/** Codes by which TOP says that it did not decide: its own trouble, and a caller above its rate. */
const isUndecided = (code: string): boolean =>
  code.startsWith('isp.') || code === 'isv.app-call-limited' || code === '7';

const refusal = (code: string, message: string): CallFailure => ({
  kind: isUndecided(code) ? 'later' : 'refused',
  code,
  message: `${code} ${message}`.slice(0, ERROR_LENGTH_MAX),
});

const unknown = (message: string): CallFailure => ({ kind: 'unknown', code: '', message });

/** A Qimen call: XML body, signed query. */
export async function callQimen<Received, Sent, Answer>(
  deps: CallDeps,
  { platformUrl, sellerId, qimen }: QimenAccess,
  wire: QimenMethod<Received, Sent, Answer>,
  request: Sent,
): Promise<Called<Answer>> {
  const body = Buffer.from(wire.encodeRequest(request), 'utf8');
  const query: Record<string, string> = {
    method: wire.method,
    timestamp: formatShanghai(deps.clock()),
    format: 'xml',
    app_key: qimen.appKey,
    v: '2.0',
    sign_method: 'md5',
    customerId: sellerId,
  };
  query['sign'] = signQimen({ query, body, secret: qimen.secret, method: 'md5' });
  const url = `${platformUrl}/router/qimen/service?${new URLSearchParams(query).toString()}`;
  return await counted(wire.method, async () => {
    const answer = await post(deps.http, url, 'text/xml;charset=utf-8', body);
    if (!answer.ok) return answer;
    const reply = wire.decodeReply(answer.value);
    if (!reply.ok) return err(unknown(`answer not understood: ${reply.error.message}`));
    const { value } = reply;
    return value.flag === 'success' ? ok(value.value) : err(refusal(value.code, value.message));
  });
}

/** A TOP call: a signed form, answered in JSON. */
export async function callTop<Request, Answer>(
  deps: CallDeps,
  access: TopAccess,
  wire: Pick<TopApi<Request, Answer>, 'method' | 'encodeRequest' | 'decodeReply'>,
  request: Request,
): Promise<Called<Answer>> {
  const form = wire.encodeRequest(request);
  return await counted(wire.method, async () => {
    const answer = await postTop(deps, access, wire.method, form);
    if (!answer.ok) return answer;
    const reply = wire.decodeReply(answer.value);
    if (!reply.ok) return err(unknown(`answer not understood: ${reply.error}`));
    const { value } = reply;
    return value.ok ? ok(value.value) : err(refusal(value.code, value.message));
  });
}

/** Signs a form with the time of now, sends it to a method, and gives the bytes of the answer. */
export async function postTop(
  { http, clock }: CallDeps,
  { platformUrl, session, top }: TopAccess,
  method: string,
  form: ReadonlyMap<string, string>,
): Promise<Called<Buffer>> {
  const params: Record<string, string> = {
    method,
    app_key: top.appKey,
    session,
    timestamp: formatShanghai(clock()),
    format: 'json',
    v: '2.0',
    sign_method: 'hmac-sha256',
    ...Object.fromEntries(form),
  };
  params['sign'] = signTop({ params, secret: top.secret, method: 'hmac-sha256' });
  const body = Buffer.from(new URLSearchParams(params).toString(), 'utf8');
  const type = 'application/x-www-form-urlencoded;charset=utf-8';
  return await post(http, `${platformUrl}/router/rest`, type, body);
}

/** Makes a call in a span of its own, and counts how it ended. */
export async function counted<T>(
  method: string,
  call: () => Promise<Called<T>>,
): Promise<Called<T>> {
  for (const outcome of OUTCOMES) calls.inc({ method, outcome }, 0);
  const result = await withSpan(method, {}, call);
  calls.inc({ method, outcome: result.ok ? 'done' : result.error.kind });
  return result;
}

async function post(
  http: HttpClient,
  url: string,
  type: string,
  body: Buffer,
): Promise<Called<Buffer>> {
  try {
    const answer = await http.request({
      url,
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    if (answer.status === 429) return err({ kind: 'later', code: '', message: 'HTTP 429' });
    return answer.status === 200 ? ok(answer.body) : err(unknown(`HTTP ${answer.status}`));
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    const kind = error.outcome === 'unknown' ? 'unknown' : 'later';
    return err({ kind, code: '', message: error.message.slice(0, ERROR_LENGTH_MAX) });
  }
}
