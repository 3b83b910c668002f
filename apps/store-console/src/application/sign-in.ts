import type { Clock, NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { countsOf, isWithin, refusalOf } from '../domain/login.ts';
import type { Count } from '../domain/login.ts';
import type { Clerk, Clerks, Devices, Passwords, Session, Sessions, Tries } from './ports.ts';

export type SignInDeps = {
  clerks: Clerks;
  sessions: Sessions;
  devices: Devices;
  tries: Tries;
  passwords: Passwords;
  clock: Clock;
  /** Unguessable text. */
  newToken: NewId;
  /** A hash that no password has: an unknown login takes as long as a wrong password. */
  nobodysHash: string;
  sessionMs: number;
};

export type Try = {
  login: string;
  password: string;
  /** Where it comes from; of IPv6 the network. */
  address: string;
  /** What the device says that it is; empty for a new one. */
  device: string;
  /** Aborted when the caller has left. */
  signal: AbortSignal;
};

export type SignedIn = { clerk: Clerk; token: string; session: Session; device: string };

/** LEFT: nobody is there to be answered. BUSY: it was not looked at, and may be tried again. */
export type SignInRefusal = 'WRONG' | 'TOO_MANY_TRIES' | 'BUSY' | 'LEFT';

/**
 * Checks a password and opens a session. A try is counted before the password is looked at, so that
 * many tries at once are not more tries; one that was right or was not looked at is given back. An
 * unknown login is counted, hashed and refused like any other (docs/adr/0037).
 */
export const makeSignIn =
  (deps: SignInDeps) =>
  async (sent: Try): Promise<Result<SignedIn, SignInRefusal>> => {
    const { login, password, address, device, signal } = sent;
    const isKnown = device !== '' && (await deps.devices.knows(device, login));
    const counted = await countTry(
      deps,
      countsOf({ login, address, knownDevice: isKnown ? device : null }),
    );
    if (!counted.ok) return counted;
    const account = await deps.clerks.find(login);
    const hash = account?.passwordHash ?? deps.nobodysHash;
    const verified = await deps.passwords.verify(password, hash, { first: isKnown, signal });
    if (verified === 'BUSY' || verified === 'LEFT') {
      await giveBack(deps, counted.value);
      return err(verified);
    }
    if (verified === 'WRONG' || !account?.enabled) return err('WRONG');
    await giveBack(deps, counted.value);
    return ok(await open(deps, account, device));
  };

async function open(deps: SignInDeps, clerk: Clerk, device: string): Promise<SignedIn> {
  const now = deps.clock();
  const session = {
    login: clerk.login,
    csrf: deps.newToken(),
    expiresAt: new Date(now.getTime() + deps.sessionMs),
  };
  const token = deps.newToken();
  await deps.sessions.create(token, session);
  return { clerk, token, session, device: await deps.devices.remember(device, clerk.login, now) };
}

/** Counts a try everywhere it belongs, or nowhere: where one counter is used up, the others get it back. */
async function countTry(
  { tries, clock }: SignInDeps,
  counts: readonly Count[],
): Promise<Result<readonly Count[], 'TOO_MANY_TRIES' | 'BUSY'>> {
  const done: Count[] = [];
  for (const count of counts) {
    const number = await tries.add(count, clock());
    done.push(count);
    if (isWithin(count.scope, number)) continue;
    for (const one of done) await tries.takeBack(one);
    return err(refusalOf(count.scope));
  }
  return ok(done);
}

async function giveBack({ tries }: SignInDeps, counted: readonly Count[]): Promise<void> {
  for (const count of counted) await tries.takeBack(count);
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

/** Creates or replaces an account; what was open under its name ends, and its devices are new again. */
export const makePutClerk =
  ({
    clerks,
    sessions,
    devices,
    passwords,
  }: Pick<SignInDeps, 'clerks' | 'sessions' | 'devices' | 'passwords'>) =>
  async ({ password, ...clerk }: NewAccount): Promise<void> => {
    const passwordHash = await passwords.hash(password);
    await clerks.put({ ...clerk, passwordHash });
    await sessions.endAll(clerk.login);
    await devices.forgetAll(clerk.login);
  };
