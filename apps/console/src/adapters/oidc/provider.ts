import type { Logger } from '@astrolabe/service';
import type { Clock } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import * as oidc from 'openid-client';
import type { Configuration } from 'openid-client';
import type { IdentityProvider, ProviderRefusal } from '../../application/sign-in-ports.ts';
import { logoutReader } from './logout-reader.ts';

export type ProviderSettings = {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Our own address that the provider sends the browser back to. */
  redirectUri: string;
  scope: string;
  /** Claims that are needed: where the id token lacks one, the provider is asked for more. */
  claims: readonly string[];
  /** For a provider of the same machine. */
  allowHttp: boolean;
};

const ANSWER_WITHIN_SECONDS = 5;

/**
 * A provider by its issuer. Its metadata are read when they are first needed, and again after a failure:
 * the console serves whoever has a password while the provider is away.
 */
export function createIdentityProvider(
  settings: ProviderSettings,
  logger: Logger,
  clock: Clock,
): IdentityProvider {
  const { issuer, redirectUri, scope } = settings;
  let known: Promise<Configuration> | null = null;
  const configuration = (): Promise<Configuration> => {
    known ??= discover(settings).catch((error: unknown) => {
      known = null;
      throw error;
    });
    return known;
  };
  return {
    readLogout: logoutReader({ settings, logger, clock, configuration }),
    begin: async (to) => {
      try {
        const verifier = oidc.randomPKCECodeVerifier();
        const attempt = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier, to };
        const url = oidc.buildAuthorizationUrl(await configuration(), {
          redirect_uri: redirectUri,
          scope,
          state: attempt.state,
          nonce: attempt.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
          code_challenge_method: 'S256',
        });
        return ok({ url: url.href, attempt });
      } catch (error) {
        logger.warn({ err: error, issuer }, 'the identity provider does not answer');
        return err('PROVIDER_AWAY');
      }
    },
    finish: async (query, { state, nonce, verifier }) => {
      try {
        const config = await configuration();
        const tokens = await oidc.authorizationCodeGrant(
          config,
          new URL(`${redirectUri}?${query}`),
          {
            expectedState: state,
            expectedNonce: nonce,
            pkceCodeVerifier: verifier,
            idTokenExpected: true,
          },
        );
        const said = tokens.claims();
        if (!said || !tokens.id_token) return err('PROVIDER_INVALID');
        const isShort = settings.claims.some((name) => said[name] === undefined);
        const more =
          isShort && config.serverMetadata().userinfo_endpoint !== undefined
            ? await oidc.fetchUserInfo(config, tokens.access_token, said.sub)
            : {};
        const sid = typeof said['sid'] === 'string' ? said['sid'] : '';
        const identity = { issuer: said.iss, subject: said.sub, sid, idToken: tokens.id_token };
        return ok({ ...identity, claims: { ...more, ...said } });
      } catch (error) {
        const refusal = refusalOf(error);
        logger.warn({ err: error, issuer, refusal }, 'a sign-in by the identity provider failed');
        return err(refusal);
      }
    },
    endOf: (idToken) => endAt({ redirectUri, issuer, logger, configuration }, idToken),
  };
}

type Known = {
  readonly redirectUri: string;
  readonly issuer: string;
  readonly logger: Logger;
  readonly configuration: () => Promise<Configuration>;
};

/** Where the provider's own session ends. */
async function endAt(
  { redirectUri, issuer, logger, configuration }: Known,
  idToken: string,
): Promise<string> {
  try {
    const config = await configuration();
    if (config.serverMetadata().end_session_endpoint === undefined) return '';
    const back = new URL('/', redirectUri).href;
    const asked = { id_token_hint: idToken, post_logout_redirect_uri: back };
    return oidc.buildEndSessionUrl(config, asked).href;
  } catch (error) {
    logger.warn({ err: error, issuer }, 'the session of the identity provider goes on');
    return '';
  }
}

/** What the provider says of itself, with the way to prove who we are that it takes. */
async function discover(settings: ProviderSettings): Promise<Configuration> {
  const { issuer, clientId, clientSecret, allowHttp } = settings;
  const found = await oidc.discovery(new URL(issuer), clientId, clientSecret, undefined, {
    timeout: ANSWER_WITHIN_SECONDS,
    // Marked as deprecated by its authors so that nobody takes it for harmless: it is for loopback.
    ...(allowHttp ? { execute: [oidc.allowInsecureRequests] } : {}),
  });
  const metadata = found.serverMetadata();
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  if (methods.includes('client_secret_post')) return found;
  const basic = new oidc.Configuration(
    metadata,
    clientId,
    clientSecret,
    oidc.ClientSecretBasic(clientSecret),
  );
  basic.timeout = ANSWER_WITHIN_SECONDS;
  if (allowHttp) oidc.allowInsecureRequests(basic);
  return basic;
}

/** A provider that answers with 5xx or not at all is away; what it refuses or what does not hold is not. */
function refusalOf(error: unknown): ProviderRefusal {
  if (error instanceof oidc.AuthorizationResponseError) return 'PROVIDER_DENIED';
  const { name, code, status } = error as { name?: string; code?: string; status?: number };
  const isOfNetwork = error instanceof TypeError && code === undefined;
  const isLate = name === 'TimeoutError' || code === 'OAUTH_TIMEOUT';
  return isOfNetwork || isLate || (status ?? 0) >= 500 ? 'PROVIDER_AWAY' : 'PROVIDER_INVALID';
}
