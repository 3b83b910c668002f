import { parseJson } from '../json/read.ts';
import { textOf } from '../wire/read.ts';
import type { FormFields } from './method.ts';
import { instantOf } from './values.ts';

/** Where tokens are made, below `/openapi/`. */
export const tokenPath = (appKey: string): string => `http/1/system.oauth2/getToken/${appKey}`;

/** How long an access token is good where the answer does not say (catalogue A.2.3, field K1). */
const USUAL_SECONDS = 36_000;
const TEXT_MAX = 200;

/** Asks for a new access token; the form is not signed, the secret stands in it. */
export const encodeTokenRefresh = (request: {
  readonly appKey: string;
  readonly secret: string;
  readonly refreshToken: string;
}): FormFields => ({
  grant_type: 'refresh_token',
  client_id: request.appKey,
  client_secret: request.secret,
  refresh_token: request.refreshToken,
});

/**
 * What a request for a token came to. `refused`: the authorisation, or the application, is not good.
 * `unclear`: nothing can be read from it.
 */
export type TokenReply =
  | {
      readonly kind: 'granted';
      readonly accessToken: string;
      readonly endsAt: Date;
      /** Null: the one that was sent stays good. */
      readonly refreshToken: string | null;
      readonly refreshEndsAt: Date | null;
    }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unclear'; readonly message: string };

/** Reads an answer of `getToken`; `now` is when it was asked for. */
export function decodeTokenReply(body: Buffer, now: Date): TokenReply {
  const json = parseJson(body);
  if (!json.ok) return { kind: 'unclear', message: json.error.message };
  const of = (name: string): string => textOf(json.value, name);
  const code = of('error') || of('error_code');
  const message = (of('error_description') || of('error_message')).slice(0, TEXT_MAX);
  if (code !== '') return { kind: 'refused', code: code.slice(0, TEXT_MAX), message };
  const accessToken = of('access_token');
  if (accessToken === '') return { kind: 'unclear', message: 'the answer has no token' };
  const given = of('expires_in');
  const seconds = /^\d{1,9}$/.test(given) ? Number(given) : USUAL_SECONDS;
  return {
    kind: 'granted',
    accessToken,
    endsAt: new Date(now.getTime() + seconds * 1_000),
    refreshToken: of('refresh_token') || null,
    refreshEndsAt: instantOf(of('refresh_token_timeout')),
  };
}
