import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { hasExpired } from '../domain/access-token.ts';
import type { Accounts, Tokens } from './ports.ts';

/** Finds the seller behind a token; a missing, unknown or ended token has none. */
export const makeAuthorise =
  ({ accounts, tokens, clock }: { accounts: Accounts; tokens: Tokens; clock: Clock }) =>
  async (
    token: string | undefined,
  ): Promise<Result<{ sellerId: string }, 'INVALID' | 'EXPIRED'>> => {
    const grant = token === undefined ? null : await tokens.find(token);
    if (!grant) return err('INVALID');
    if (hasExpired(grant.expiresAt, clock())) return err('EXPIRED');
    const account = await accounts.find(grant.username);
    return account?.enabled ? ok({ sellerId: account.sellerId }) : err('INVALID');
  };
