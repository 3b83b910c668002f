import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';

/** Of OpenID Connect Back-Channel Logout 1.0, 2.4. */
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** A token that is older is not taken; clocks may differ by a minute. */
export const AGE_MAX_SECONDS = 600;
export const CLOCKS_SECONDS = 60;
const TEXT_MAX = 500;

export type LogoutClaims = Readonly<Record<string, unknown>>;

export type LogoutNamed = {
  readonly subject: string;
  readonly sid: string;
  readonly jti: string;
};

/** Why a token that is signed rightly is no logout token. */
export type LogoutProblem =
  'NOT_FOR_US' | 'NO_TIME' | 'TOO_OLD' | 'NO_EVENT' | 'HAS_NONCE' | 'NO_NUMBER' | 'NAMES_NOBODY';

export type LogoutExpected = {
  readonly issuer: string;
  readonly clientId: string;
  readonly now: Date;
};

/**
 * What a logout token names (Back-Channel Logout 1.0, 2.6): issued by the provider, for us, lately, with its event and
 * a number of its own, about a session or a person, and no id token in disguise (which has a nonce).
 */
export function logoutNamed(
  claims: LogoutClaims,
  { issuer, clientId, now }: LogoutExpected,
): Result<LogoutNamed, LogoutProblem> {
  const { iss, aud, iat, exp, jti, nonce, sub = '', sid = '' } = claims;
  const audience: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  if (iss !== issuer || !audience.includes(clientId)) return err('NOT_FOR_US');
  if (typeof iat !== 'number' || (exp !== undefined && typeof exp !== 'number')) {
    return err('NO_TIME');
  }
  const seconds = now.getTime() / 1_000;
  const isOver = exp !== undefined && exp + CLOCKS_SECONDS <= seconds;
  const isFar = iat - CLOCKS_SECONDS > seconds;
  if (isOver || isFar || iat + AGE_MAX_SECONDS < seconds) return err('TOO_OLD');
  if (!hasEvent(claims['events'])) return err('NO_EVENT');
  if (nonce !== undefined) return err('HAS_NONCE');
  if (!isName(jti)) return err('NO_NUMBER');
  const isNamed = isName(sub) || isName(sid);
  if (!isNamed || !isText(sub) || !isText(sid)) return err('NAMES_NOBODY');
  return ok({ subject: sub, sid, jti });
}

function hasEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null) return false;
  const event = (events as Readonly<Record<string, unknown>>)[LOGOUT_EVENT];
  return typeof event === 'object' && event !== null && !Array.isArray(event);
}

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= TEXT_MAX;

const isName = (value: unknown): value is string => isText(value) && value !== '';
