import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { JWTVerifyGetKey } from 'jose';
import type { Configuration } from 'openid-client';
import type { LogoutRefusal, LogoutToken } from '../../application/sign-in-ports.ts';
import { AGE_MAX_SECONDS, CLOCKS_SECONDS, logoutNamed } from '../../domain/logout-token.ts';

const ANSWER_WITHIN_MS = 5_000;

/** Signatures that only the provider can make: none, and those with a secret that we have too, are no proof. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');
/** What a logout token calls itself; older providers say nothing, or that it is a JWT. */
const TYPES: readonly unknown[] = [undefined, 'logout+jwt', 'JWT'];

type LogoutReader = {
  readonly settings: { readonly issuer: string; readonly clientId: string };
  readonly logger: Logger;
  readonly clock: Clock;
  readonly configuration: () => Promise<Configuration>;
};

/** Reads logout tokens, whose signature is looked at with the keys that the provider publishes. */
export function logoutReader({ settings, logger, clock, configuration }: LogoutReader) {
  const { issuer, clientId } = settings;
  let keys: JWTVerifyGetKey | null = null;
  const keysOf = async (): Promise<JWTVerifyGetKey> => {
    const { jwks_uri: address } = (await configuration()).serverMetadata();
    if (address === undefined) throw new TypeError('the provider publishes no keys');
    keys ??= createRemoteJWKSet(new URL(address), {
      timeoutDuration: ANSWER_WITHIN_MS,
    });
    return keys;
  };
  return async (token: string): Promise<Result<LogoutToken, LogoutRefusal>> => {
    const now = clock();
    try {
      const { payload, protectedHeader } = await jwtVerify(token, await keysOf(), {
        issuer: (await configuration()).serverMetadata().issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        clockTolerance: CLOCKS_SECONDS,
        currentDate: now,
      });
      const expected = { issuer: payload.iss ?? '', clientId, now };
      const named = TYPES.includes(protectedHeader.typ)
        ? logoutNamed(payload, expected)
        : err('OTHER_TYPE' as const);
      if (!named.ok) {
        logger.warn({ issuer, problem: named.error }, 'a logout token was refused');
        return err('PROVIDER_INVALID');
      }
      const lives = 2 * (AGE_MAX_SECONDS + CLOCKS_SECONDS) * 1_000;
      const until = new Date(now.getTime() + lives);
      return ok({ ...named.value, issuer: expected.issuer, until });
    } catch (error) {
      const refusal = isOfToken(error) ? 'PROVIDER_INVALID' : 'PROVIDER_AWAY';
      logger.warn({ err: error, issuer, refusal }, 'a logout token could not be looked at');
      return err(refusal);
    }
  };
}

/** What is wrong with the token itself; a provider whose keys could not be read may be asked again. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JOSEError &&
  !(error instanceof errors.JWKSTimeout) &&
  error.code !== 'ERR_JOSE_GENERIC';
