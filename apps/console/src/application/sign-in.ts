import type { Clock, NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { countsOf, isWithin, refusalOf } from '../domain/login.ts';
import type { Count } from '../domain/login.ts';
import type { Grant } from '../domain/rights.ts';
import type {
  Account,
  Accounts,
  Devices,
  Passwords,
  Session,
  Sessions,
  Tries,
  User,
} from './ports.ts';

export type SignInDeps = {
  accounts: Accounts;
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

export type SignedIn = { user: User; token: string; session: Session; device: string };

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
    const account = await deps.accounts.find(login);
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

async function open(deps: SignInDeps, account: Account, device: string): Promise<SignedIn> {
  const now = deps.clock();
  const session = {
    login: account.login,
    csrf: deps.newToken(),
    expiresAt: new Date(now.getTime() + deps.sessionMs),
  };
  const token = deps.newToken();
  await deps.sessions.create(token, session);
  const remembered = await deps.devices.remember(device, account.login, now);
  return { user: userOf(account), token, session, device: remembered };
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

const userOf = ({ login, name, grants, enabled }: Account): User => ({
  login,
  name,
  grants,
  enabled,
});

/**
 * The user of a session that has not ended; null for everything else. The grants are the account's of
 * this moment: what is taken away is taken away from open sessions too.
 */
export const makeWhoIs =
  ({ accounts, sessions, clock }: Pick<SignInDeps, 'accounts' | 'sessions' | 'clock'>) =>
  async (token: string): Promise<{ user: User; session: Session } | null> => {
    const session = await sessions.find(token);
    if (!session || session.expiresAt.getTime() <= clock().getTime()) return null;
    const account = await accounts.find(session.login);
    return account?.enabled ? { user: userOf(account), session } : null;
  };

type AdministrationDeps = Pick<SignInDeps, 'accounts' | 'sessions' | 'devices' | 'passwords'>;

export type NewAccount = {
  login: string;
  name: string;
  grants: readonly Grant[];
  password: string;
};

/** Creates or replaces an account; what was open under its name ends, and its devices are new again. */
export const makePutUser =
  ({ accounts, passwords, ...open }: AdministrationDeps) =>
  async ({ password, ...user }: NewAccount): Promise<void> => {
    const passwordHash = await passwords.hash(password);
    await accounts.put({ ...user, enabled: true, passwordHash });
    await endAll(open, user.login);
  };

/** Ends an account with all that is open under its name; false when there is none. */
export const makeDisableUser =
  ({ accounts, ...open }: AdministrationDeps) =>
  async (login: string): Promise<boolean> => {
    if (!(await accounts.disable(login))) return false;
    await endAll(open, login);
    return true;
  };

async function endAll(
  { sessions, devices }: Pick<SignInDeps, 'sessions' | 'devices'>,
  login: string,
): Promise<void> {
  await sessions.endAll(login);
  await devices.forgetAll(login);
}

const USERS_MAX = 200;

/** A page of the users by login; the token is the login that the next page begins after. */
export const makeListUsers =
  ({ accounts }: Pick<SignInDeps, 'accounts'>) =>
  async (token: string): Promise<{ users: readonly User[]; next: string }> => {
    const found = await accounts.page(token, USERS_MAX);
    const last = found.length === USERS_MAX ? found.at(-1) : undefined;
    return { users: found.map((one) => userOf(one)), next: last?.login ?? '' };
  };
