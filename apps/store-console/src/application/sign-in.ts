import type { Clock, NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { mayTry, withTry } from '../domain/login.ts';
import type { Account, Clerk, Clerks, Passwords, Session, Sessions } from './ports.ts';

export type SignInDeps = {
  clerks: Clerks;
  sessions: Sessions;
  passwords: Passwords;
  clock: Clock;
  /** Unguessable text. */
  newToken: NewId;
  /** A hash that no password has: an unknown login takes as long as a wrong password. */
  nobodysHash: string;
  sessionMs: number;
};

export type SignedIn = { clerk: Clerk; token: string; session: Session };

const RACES_MAX = 5;

/**
 * Checks a password and opens a session. The try is counted before the password is looked at, so
 * that many tries at once are not more tries.
 */
export const makeSignIn =
  (deps: SignInDeps) =>
  async (
    login: string,
    password: string,
  ): Promise<Result<SignedIn, 'WRONG' | 'TOO_MANY_TRIES'>> => {
    const account = await countTry(deps, login);
    if (account === 'TOO_MANY_TRIES') return err(account);
    const hash = account?.passwordHash ?? deps.nobodysHash;
    const isRight = await deps.passwords.verify(password, hash);
    if (!isRight || !account?.enabled) return err('WRONG');
    await deps.clerks.setFailures(login, account.failures, null);
    const now = deps.clock();
    const session = {
      login,
      csrf: deps.newToken(),
      expiresAt: new Date(now.getTime() + deps.sessionMs),
    };
    const token = deps.newToken();
    await deps.sessions.create(token, session);
    return ok({ clerk: account, token, session });
  };

async function countTry(
  { clerks, clock }: SignInDeps,
  login: string,
): Promise<Account | null | 'TOO_MANY_TRIES'> {
  for (let race = 0; race < RACES_MAX; race += 1) {
    const account = await clerks.find(login);
    if (!account) return null;
    const now = clock();
    if (!mayTry(account.failures, now)) return 'TOO_MANY_TRIES';
    const failures = withTry(account.failures, now);
    if (await clerks.setFailures(login, account.failures, failures))
      return { ...account, failures };
  }
  return 'TOO_MANY_TRIES';
}

/** The clerk of a session that has not ended; null for everything else. */
export const makeWhoIs =
  ({ clerks, sessions, clock }: Pick<SignInDeps, 'clerks' | 'sessions' | 'clock'>) =>
  async (token: string): Promise<{ clerk: Clerk; session: Session } | null> => {
    const session = await sessions.find(token);
    if (!session || session.expiresAt.getTime() <= clock().getTime()) return null;
    const clerk = await clerks.find(session.login);
    return clerk?.enabled ? { clerk, session } : null;
  };

export type NewAccount = Clerk & { password: string };

/** Creates or replaces an account; what was open under its name ends. */
export const makePutClerk =
  ({ clerks, sessions, passwords }: Pick<SignInDeps, 'clerks' | 'sessions' | 'passwords'>) =>
  async ({ password, ...clerk }: NewAccount): Promise<void> => {
    const passwordHash = await passwords.hash(password);
    await clerks.put({ ...clerk, passwordHash, failures: null });
    await sessions.endAll(clerk.login);
  };
