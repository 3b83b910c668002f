import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { expiryOf } from '../domain/access-token.ts';
import { mayTry } from '../domain/failed-tries.ts';
import type { TimestampRefusal } from '../domain/token-window.ts';
import { timestampRefusal } from '../domain/token-window.ts';
import type { Account, Accounts, FailedTries, Tokens } from './ports.ts';

export type TokenRequest = { username: string; timestamp: string; sign: string };
export type Grant = { accessToken: string; expiresAt: Date };
export type GrantRefusal =
  TimestampRefusal | { kind: 'TOO_MANY_FAILURES' } | { kind: 'BAD_CREDENTIALS' };

export type GrantTokenDeps = {
  accounts: Accounts;
  tokens: Tokens;
  failedTries: FailedTries;
  clock: Clock;
  /** The token of a request: always the same one, and nobody without our key can compute it. */
  tokenFor: (request: TokenRequest) => string;
  /** Whether a request was signed with the account's password. */
  isSignedBy: (account: Account, request: TokenRequest) => boolean;
  /** Tries of one key run one after the other, so that many at once are not more tries. */
  oneByOne: <T>(key: string, run: () => Promise<T>) => Promise<T>;
};

/**
 * Issues an access token (document 004 section 2.2). Tokens issued before stay valid until their own
 * end; the same request again has the same token. An unknown account and a wrong signature are
 * refused alike, and both count as a failure of that user at that address.
 */
export const makeGrantToken =
  (deps: GrantTokenDeps) =>
  async (request: TokenRequest, address: string): Promise<Result<Grant, GrantRefusal>> => {
    const refused = timestampRefusal(request.timestamp, deps.clock());
    if (refused) return err(refused);
    return await deps.oneByOne(JSON.stringify([request.username, address]), () =>
      tryOnce(deps, request, address),
    );
  };

async function tryOnce(
  { accounts, tokens, failedTries, clock, tokenFor, isSignedBy }: GrantTokenDeps,
  request: TokenRequest,
  address: string,
): Promise<Result<Grant, GrantRefusal>> {
  const { username } = request;
  const claimant = { username, address };
  const now = clock();
  if (!mayTry(await failedTries.count(claimant, now))) return err({ kind: 'TOO_MANY_FAILURES' });
  const account = await accounts.find(username);
  if (!account?.enabled || !isSignedBy(account, request)) {
    await failedTries.add(claimant, now);
    return err({ kind: 'BAD_CREDENTIALS' });
  }
  const accessToken = tokenFor(request);
  const { generation } = account;
  const granted = { username, generation, expiresAt: expiryOf(now), now };
  const expiresAt = await tokens.grant(accessToken, granted);
  // A request whose token was revoked is no request any more: the mall signs another one.
  return expiresAt ? ok({ accessToken, expiresAt }) : err({ kind: 'BAD_CREDENTIALS' });
}
