import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@astrolabe/kernel';
import { encodeGatewayError, encodeRefusal, printInstant } from '@astrolabe/schemas/procurement';
import type { FormFields } from '@astrolabe/schemas/procurement';
import { parseForm } from '@astrolabe/schemas/top';
import { aopBaseString, verifyAop } from '@astrolabe/signing';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ExchangeLog } from '../../../domain/exchanges.ts';
import { wrongSignature } from '../../../domain/wrong-signature.ts';
import type { Account } from './account.ts';
import type { Fault, ProcurementCall, Script } from '../../../domain/procurement/faults.ts';
import { APIS } from './apis.ts';

export type ProcurementDeps = {
  /** By appKey. */
  readonly accounts: Map<string, Account>;
  readonly script: Script;
  readonly clock: Clock;
  readonly ticks: () => number;
  readonly log: ExchangeLog;
};

type Answered = {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: number;
  /** Milliseconds before the answer goes out. */
  readonly afterMs?: number;
} | null;

type Asked = {
  readonly account: Account | undefined;
  readonly call: ProcurementCall;
  readonly fields: FormFields;
};

const says = (body: string, status = 200): Answered => ({ status, body });

/** Milliseconds of half a year: how long a refresh token is good for. */
const REFRESH_MS = 180 * 24 * 3_600_000;

/** The platform that suppliers call: its gateway with the interfaces, and the one that makes tokens. */
export function registerProcurement(app: FastifyInstance, deps: ProcurementDeps): void {
  app.post<{ Params: { api: string; appKey: string } }>(
    '/openapi/param2/1/cn.alibaba.open/:api/:appKey',
    async (request, reply) => {
      const { api, appKey } = request.params;
      const served = APIS.find((one) => one.urlPath(appKey).split('/').at(-2) === api);
      const fields = fieldsOf(request);
      if (!served) return await reply.code(404).send(encodeGatewayError('gw.APINotFound', api));
      const account = deps.accounts.get(appKey);
      const refusal = notAdmitted(account, served.urlPath(appKey), fields, deps.clock());
      const asked = { account, call: served.call, fields };
      return await respond(deps, request, reply, asked, () => {
        if (!account || refusal) return refusal;
        return says(served.answer({ account, clock: deps.clock }, businessOf(fields)));
      });
    },
  );
  app.post<{ Params: { appKey: string } }>(
    '/openapi/http/1/system.oauth2/getToken/:appKey',
    async (request, reply) => {
      const account = deps.accounts.get(request.params.appKey);
      const fields = fieldsOf(request);
      const asked = { account, call: 'token', fields } as const;
      return await respond(deps, request, reply, asked, () =>
        tokenAnswer(account, fields, deps.clock()),
      );
    },
  );
}

const fieldsOf = (request: FastifyRequest): FormFields => {
  const form = parseForm(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
  return form.ok ? Object.fromEntries(form.value) : {};
};

/** The system's own fields; what is left is the interface's. */
const SYSTEM = ['access_token', '_aop_timestamp', '_aop_signature', 'client_secret'];

const businessOf = (fields: FormFields): FormFields =>
  Object.fromEntries(
    Object.entries(fields).filter(
      ([name]) => !SYSTEM.includes(name) && name !== 'refresh_token' && name !== 'code',
    ),
  );

/** What the gateway refuses before it tries a call; null when there is nothing. */
function notAdmitted(
  account: Account | undefined,
  urlPath: string,
  params: FormFields,
  now: Date,
): Answered {
  if (!account) return says(encodeGatewayError('gw.AppKeyNotFound', 'AppKey is not found'), 400);
  if (params['_aop_signature'] === undefined) {
    return says(encodeGatewayError('gw.SignatureMissing', 'Signature missing'), 400);
  }
  if (!verifyAop({ urlPath, params, secrets: [account.secret] })) {
    const text = wrongSignature('Invalid signature', aopBaseString(params, urlPath));
    return says(encodeGatewayError('gw.SignatureInvalid', text), 400);
  }
  const isAuthorized = account.tokens.isValid(params['access_token'] ?? '', now);
  return isAuthorized ? null : says(encodeGatewayError('401', 'Request need user authorized'), 401);
}

function tokenAnswer(account: Account | undefined, fields: FormFields, now: Date): Answered {
  const refuse = (error: string, text: string): Answered =>
    says(JSON.stringify({ error, error_description: text }), 400);
  if (!account || fields['client_id'] !== account.appKey) {
    return refuse('invalid_client', 'client_id is not known');
  }
  if (fields['client_secret'] !== account.secret) {
    return refuse('invalid_client', 'client_secret is wrong');
  }
  if (fields['grant_type'] !== 'refresh_token') {
    return refuse('unsupported_grant_type', 'only refresh_token');
  }
  const made = account.tokens.refresh(fields['refresh_token'] ?? '', now);
  if (typeof made === 'string') return refuse(made, 'the refresh token is not good any more');
  return says(
    JSON.stringify({
      access_token: made.access,
      expires_in: String(account.tokens.lifeSeconds),
      memberId: account.memberId,
      ...(made.refresh !== null && {
        refresh_token: made.refresh,
        refresh_token_timeout: printInstant(new Date(now.getTime() + REFRESH_MS)),
      }),
    }),
  );
}

/** Answers a call, as the script says where it says something; keeps what was called and said. */
async function respond(
  deps: ProcurementDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  { account, call, fields }: Asked,
  work: () => Answered,
): Promise<FastifyReply> {
  const startedAt = deps.ticks();
  const at = deps.clock().toISOString();
  const fault = account ? deps.script.next(account.appKey, call) : null;
  const answered = fault ? withFault(fault, work) : work();
  const shown = businessOf(fields);
  const answer = answered?.body ?? '(lost)';
  if (account) {
    const kept = { at, call, fields: shown, fault: fault?.kind ?? null, answer };
    deps.script.record(account.appKey, kept);
  }
  if (answered?.afterMs !== undefined) await delay(answered.afterMs, undefined, { ref: false });
  deps.log.add({
    at,
    party: 'procurement',
    direction: 'from-platform',
    method: call,
    request: `POST ${request.url}\n${new URLSearchParams(shown).toString()}`,
    response: call === 'token' ? '(a token)' : answer,
    tookMs: Math.round(deps.ticks() - startedAt),
  });
  if (answered === null) {
    request.raw.socket.destroy();
    return reply.hijack();
  }
  if (answered.retryAfter !== undefined) reply.header('retry-after', String(answered.retryAfter));
  const isJson = answered.body.startsWith('{');
  return await reply
    .code(answered.status)
    .type(isJson ? 'application/json;charset=utf-8' : 'text/html;charset=utf-8')
    .send(answered.body);
}

function withFault(fault: Fault, work: () => Answered): Answered {
  if (fault.kind === 'answer') return work();
  if (fault.kind === 'late') {
    const answered = work();
    return answered && { ...answered, afterMs: fault.ms };
  }
  if (fault.isMade === true) work();
  switch (fault.kind) {
    case 'lost':
      return null;
    case 'status':
      return {
        status: fault.status,
        body: fault.body ?? `<html><body>${fault.status}</body></html>`,
        ...(fault.retryAfter !== undefined && { retryAfter: fault.retryAfter }),
      };
    case 'refusal':
      return says(encodeRefusal(fault.code, fault.message ?? fault.code));
    case 'gateway':
      return says(encodeGatewayError(fault.code, fault.message ?? fault.code), 400);
    case 'text':
      return says(fault.text);
  }
}
