import { HttpFailure } from '@astrolabe/http';
import type { HttpClient } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { decodeTokenReply, encodeTokenRefresh, tokenPath } from '@astrolabe/schemas/procurement';
import type { TokenReply } from '@astrolabe/schemas/procurement';
import { METRIC, counter, withSpan } from '@astrolabe/telemetry';

/** What a new access token is asked for with. */
export type TokenRequest = {
  readonly gatewayUrl: string;
  readonly appKey: string;
  readonly secret: string;
  readonly refreshToken: string;
};

/**
 * How it ended. `refused`: a person has to authorise the application anew. `later`: nothing is known of the
 * authorisation, and it may be asked again.
 */
export type TokenOutcome =
  | Extract<TokenReply, { kind: 'granted' }>
  | { readonly kind: 'refused' | 'later'; readonly code: string; readonly message: string };

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';
const TEXT_MAX = 200;
/** Words of OAuth by which the grant, or the application, is not good (field K5). */
const NOT_GOOD = /^invalid_(?:grant|client|refresh_token)$|^(?:unauthorized_client|expired_token)$/;
const METHOD = 'procurement.getToken';
const OUTCOMES = ['granted', 'refused', 'later'] as const;

const calls = counter(METRIC.outboundCalls, 'Calls to procurement platforms, by how they ended', [
  'method',
  'outcome',
]);

/** Asks the platform for a new access token, once. */
export async function refreshProcurementToken(
  { http, clock }: { readonly http: HttpClient; readonly clock: Clock },
  request: TokenRequest,
): Promise<TokenOutcome> {
  for (const outcome of OUTCOMES) calls.inc({ method: METHOD, outcome }, 0);
  const ended = await withSpan(METHOD, {}, () => ask(http, clock, request));
  calls.inc({ method: METHOD, outcome: ended.kind });
  return ended;
}

async function ask(http: HttpClient, clock: Clock, request: TokenRequest): Promise<TokenOutcome> {
  const now = clock();
  try {
    const { status, body } = await http.request({
      url: `${request.gatewayUrl}/openapi/${tokenPath(request.appKey)}`,
      method: 'POST',
      headers: { 'content-type': FORM },
      body: new URLSearchParams(encodeTokenRefresh(request)).toString(),
    });
    const reply = decodeTokenReply(body, now);
    if (reply.kind === 'granted' && status === 200) return reply;
    if (reply.kind === 'refused' && NOT_GOOD.test(reply.code)) return reply;
    const code = reply.kind === 'refused' ? reply.code : `HTTP_${status}`;
    const message = reply.kind === 'granted' ? 'an odd status' : reply.message;
    return { kind: 'later', code, message: message.slice(0, TEXT_MAX) };
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    return { kind: 'later', code: 'NO_ANSWER', message: error.message.slice(0, TEXT_MAX) };
  }
}
