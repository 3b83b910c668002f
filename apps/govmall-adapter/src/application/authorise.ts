import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { hasExpired } from '../domain/access-token.ts';
import type { Caller, Grants } from './ports.ts';

/** Finds the mall behind a token; a missing, unknown or ended token has none. */
export const makeAuthorise =
  ({ grants, clock }: { grants: Grants; clock: Clock }) =>
  async (token: string | undefined): Promise<Result<Caller, 'INVALID' | 'EXPIRED'>> => {
    const grant = token === undefined ? null : await grants.find(token);
    if (!grant) return err('INVALID');
    if (hasExpired(grant.expiresAt, clock())) return err('EXPIRED');
    const { account } = grant;
    if (!account?.enabled) return err('INVALID');
    if (account.generation !== grant.generation) return err('EXPIRED');
    return ok(account);
  };
