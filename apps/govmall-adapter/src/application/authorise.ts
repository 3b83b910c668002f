import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { hasExpired } from '../domain/access-token.ts';
import type { Accounts, Caller, Tokens } from './ports.ts';

/** Finds the mall behind a token; a missing, unknown or ended token has none. */
export const makeAuthorise =
  ({ accounts, tokens, clock }: { accounts: Accounts; tokens: Tokens; clock: Clock }) =>
  async (token: string | undefined): Promise<Result<Caller, 'INVALID' | 'EXPIRED'>> => {
    const grant = token === undefined ? null : await tokens.find(token);
    if (!grant) return err('INVALID');
    if (hasExpired(grant.expiresAt, clock())) return err('EXPIRED');
    const account = await accounts.shown(grant.username);
    if (!account?.enabled) return err('INVALID');
    if (account.generation !== grant.generation) return err('EXPIRED');
    return ok(account);
  };
