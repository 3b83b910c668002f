import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { hasExpired } from '../domain/access-token.ts';
import type { Caller, Granted, Grants } from './ports.ts';

/** Who calls; `guess` is who was behind the token when it was asked for last, and is to be confirmed. */
export type Authorise = {
  confirm(token: string | undefined): Promise<Result<Caller, 'INVALID' | 'EXPIRED'>>;
  guess(token: string | undefined): Caller | undefined;
};

export type AuthoriseDeps = {
  readonly grants: Grants;
  readonly clock: Clock;
  readonly isSame: (one: Caller, other: Caller) => boolean;
};

/** Tokens of malls that call; one has a few that live. */
const REMEMBERED_MAX = 1_000;

/**
 * Finds the mall behind a token; a missing, unknown or ended token has none. An account that has not changed is the
 * same object as before, so that a guess is confirmed by a look.
 */
export function makeAuthorise({ grants, clock, isSame }: AuthoriseDeps): Authorise {
  const before = new Map<string, Caller>();
  /** Callers of one turn share what was read, and one comparison. */
  const compared = new WeakMap<Granted, Caller>();
  const remembered = (token: string, grant: Granted, account: Caller): Caller => {
    const known = before.get(token);
    const caller = compared.get(grant) ?? (known && isSame(known, account) ? known : account);
    compared.set(grant, caller);
    before.delete(token);
    before.set(token, caller);
    for (const oldest of before.keys()) {
      if (before.size <= REMEMBERED_MAX) break;
      before.delete(oldest);
    }
    return caller;
  };
  return {
    guess: (token) => (token === undefined ? undefined : before.get(token)),
    confirm: async (token) => {
      const grant = token === undefined ? null : await grants.find(token);
      if (token === undefined || !grant) return err('INVALID');
      const refused = refusalOf(grant, clock());
      if (refused || !grant.account) {
        before.delete(token);
        return err(refused ?? 'INVALID');
      }
      return ok(remembered(token, grant, grant.account));
    },
  };
}

function refusalOf({ expiresAt, generation, account }: Granted, now: Date) {
  if (hasExpired(expiresAt, now)) return 'EXPIRED';
  if (!account?.enabled) return 'INVALID';
  return account.generation === generation ? null : 'EXPIRED';
}
