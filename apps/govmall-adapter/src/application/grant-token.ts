import type { Clock, NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { expiryOf } from '../domain/access-token.ts';
import type { Account, Accounts, Tokens } from './ports.ts';

export type GrantTokenDeps = {
  accounts: Accounts;
  tokens: Tokens;
  clock: Clock;
  newToken: NewId;
  /** Whether a request was signed with the account's password. */
  isSignedBy: (account: Account, request: TokenRequest) => boolean;
};

export type TokenRequest = { username: string; timestamp: string; sign: string };
export type Grant = { accessToken: string; expiresAt: Date };

/**
 * Issues an access token (document 004 section 2.2). Tokens issued before stay valid until their own
 * end. An unknown account and a wrong signature are told alike.
 */
export const makeGrantToken =
  ({ accounts, tokens, clock, newToken, isSignedBy }: GrantTokenDeps) =>
  async (request: TokenRequest): Promise<Result<Grant, 'BAD_CREDENTIALS'>> => {
    const account = await accounts.find(request.username);
    if (!account?.enabled || !isSignedBy(account, request)) return err('BAD_CREDENTIALS');
    const accessToken = newToken();
    const expiresAt = expiryOf(clock());
    await tokens.add(accessToken, { username: account.username, expiresAt });
    return ok({ accessToken, expiresAt });
  };
