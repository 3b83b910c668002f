import type { Clock, NewId, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { deed, toldJson } from '../domain/audit.ts';
import { countsOf, isWithin, refusalOf } from '../domain/login.ts';
import type { Count } from '../domain/login.ts';
import type { Grant } from '../domain/rights.ts';
import type { AuditLog } from './audit-ports.ts';
import type {
  Account,
  Accounts,
  Devices,
  Passwords,
  Session,
  Sessions,
  Tries,
  User,
} from './sign-in-ports.ts';

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
  audit: Pick<AuditLog, 'append'>;
};

export type Try = {
  login: string;
  password: string;
  /** Where it comes from; of IPv6 the network. */
  address: string;
  /** What the device says that it is; empty for a new one. */
  device: string;
  /** The session that the browser had until now; it ends. */
  before: string;
  /** Aborted when the caller has left. */
  signal: AbortSignal;
};

export type SignedIn = { user: User; token: string; session: Session; device: string };

/** LEFT: nobody is there to be answered. BUSY: it was not looked at, and may be tried again. */
export type SignInRefusal = 'WRONG' | 'TOO_MANY_TRIES' | 'BUSY' | 'LEFT';

const SIGN_IN = 'signIn';

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
    const hash = account?.passwordHash || deps.nobodysHash;
    const verified = await deps.passwords.verify(password, hash, { first: isKnown, signal });
    if (verified === 'BUSY' || verified === 'LEFT') {
      await giveBack(deps, counted.value);
      return err(verified);
    }
    // What is typed as a login may be anything, a password too: only that of an account is kept.
    const who = { login: account?.login ?? '', name: account?.name ?? '', address };
    if (verified === 'WRONG' || !account?.enabled) {
      await deps.audit.append(deed({ ...who, action: SIGN_IN, outcome: 'WRONG' }));
      return err('WRONG');
    }
    await giveBack(deps, counted.value);
    await deps.audit.append(deed({ ...who, action: SIGN_IN }));
    const { before } = sent;
    const opened = await openSession(deps, account, { idToken: '', provider: null, before });
    const remembered = await deps.devices.remember(device, account.login, deps.clock());
    return ok({ ...opened, device: remembered });
  };

/**
 * A new session of an account, under a token that nobody has seen before: what the browser had until now
 * ends, so a token that was put into it opens nothing afterwards.
 */
export async function openSession(
  deps: Pick<SignInDeps, 'clock' | 'newToken' | 'sessions' | 'sessionMs'>,
  account: Account,
  { idToken, provider, before }: Pick<Session, 'idToken' | 'provider'> & Pick<Try, 'before'>,
): Promise<Omit<SignedIn, 'device'>> {
  const now = deps.clock();
  const session = {
    login: account.login,
    csrf: deps.newToken(),
    expiresAt: new Date(now.getTime() + deps.sessionMs),
    usedAt: now,
    idToken,
    provider,
  };
  const token = deps.newToken();
  await deps.sessions.create(token, session);
  if (before !== '') await deps.sessions.end(before);
  return { user: userOf(account), token, session };
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
  ({ accounts, sessions, clock, idleMs }: WhoIsDeps) =>
  async (token: string): Promise<{ user: User; session: Session } | null> => {
    const session = await sessions.find(token);
    const now = clock();
    if (!session || endOf(session, idleMs) <= now.getTime()) return null;
    const account = await accounts.find(session.login);
    if (!account?.enabled) return null;
    // Written now and then: pages ask every few seconds.
    const isOld = now.getTime() - session.usedAt.getTime() >= Math.min(USE_MS, idleMs / 2);
    if (isOld) await sessions.use(token, now);
    return { user: userOf(account), session };
  };

type WhoIsDeps = Pick<SignInDeps, 'accounts' | 'sessions' | 'clock'> & {
  /** How long a session that is not used lives. */
  idleMs: number;
};

const USE_MS = 60_000;

const endOf = ({ expiresAt, usedAt }: Session, idleMs: number): number =>
  Math.min(expiresAt.getTime(), usedAt.getTime() + idleMs);

type AdministrationDeps = Pick<
  SignInDeps,
  'accounts' | 'sessions' | 'devices' | 'passwords' | 'audit'
>;

/** What of an account stands in the log: what it may see, never its password. */
export const toldAccount = (account: Pick<User, 'name' | 'grants' | 'enabled'> | null): string =>
  account ? toldJson({ name: account.name, grants: account.grants, enabled: account.enabled }) : '';

export type NewAccount = {
  login: string;
  name: string;
  grants: readonly Grant[];
  password: string;
};

/**
 * Creates or replaces an account; what was open under its name ends, and its devices are new again. `by`
 * is who has asked, as the log names it.
 */
export const makePutUser =
  ({ accounts, passwords, audit, ...open }: AdministrationDeps) =>
  async ({ password, ...user }: NewAccount, by: string): Promise<void> => {
    const passwordHash = await passwords.hash(password);
    const before = toldAccount(await accounts.find(user.login));
    const after = toldAccount({ ...user, enabled: true });
    await audit.append(
      deed({ login: by, action: 'account.put', target: user.login, before, after }),
    );
    // Whoever it was at a provider: the next sign-in by it binds the account anew.
    await accounts.put({ ...user, enabled: true, passwordHash, provider: null });
    await endAll(open, user.login);
  };

/** Ends an account with all that is open under its name; false when there is none. */
export const makeDisableUser =
  ({ accounts, audit, ...open }: AdministrationDeps) =>
  async (login: string, by: string): Promise<boolean> => {
    const account = await accounts.find(login);
    if (!account) return false;
    const [before, after] = [toldAccount(account), toldAccount({ ...account, enabled: false })];
    await audit.append(
      deed({ login: by, action: 'account.disable', target: login, before, after }),
    );
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
