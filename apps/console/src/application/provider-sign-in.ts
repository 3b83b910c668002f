import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { deed } from '../domain/audit.ts';
import type { Deed } from '../domain/audit.ts';
import { claimed } from '../domain/identity.ts';
import type { ClaimProblem, ClaimRules, Claimed } from '../domain/identity.ts';
import { grantProblem } from '../domain/rights.ts';
import type {
  Account,
  Attempt,
  Identity,
  IdentityProvider,
  ProviderRefusal,
} from './sign-in-ports.ts';
import { openSession, toldAccount } from './sign-in.ts';
import type { SignInDeps, SignedIn } from './sign-in.ts';

export type ProviderSignInDeps = Pick<
  SignInDeps,
  'accounts' | 'sessions' | 'clock' | 'newToken' | 'sessionMs' | 'audit'
> & {
  provider: Pick<IdentityProvider, 'finish'>;
  rules: ClaimRules;
};

/** What came back from the provider. */
export type Returned = {
  /** The address that the provider sent the browser to, with its query. */
  query: string;
  /** What the browser has kept of the attempt; null for one that has none, or an old one. */
  attempt: Attempt | null;
  address: string;
  /** The session that the browser had until now; it ends. */
  before: string;
};

/**
 * `NO_ATTEMPT`: it was begun elsewhere or too long ago. `UNKNOWN_ACCOUNT`: nobody has the login.
 * `NO_GRANT`: the person's groups open nothing. `ENDED`: the account was ended. `OTHER_IDENTITY`: the login is
 * that of somebody else at the provider.
 */
export type ProviderSignInRefusal =
  | ProviderRefusal
  | ClaimProblem
  | 'NO_ATTEMPT'
  | 'UNKNOWN_ACCOUNT'
  | 'NO_GRANT'
  | 'ENDED'
  | 'OTHER_IDENTITY';

const SIGN_IN = 'signIn.provider';
const GRANTS = 'account.grants';

/**
 * Opens a session for the account that a provider's answer names. The first answer binds the account to
 * the person at the provider, so a login that the provider gives to somebody else later opens nothing.
 * Where groups are asked for, accounts that came by the provider have the grants of their groups.
 */
export const makeProviderSignIn =
  (deps: ProviderSignInDeps) =>
  async (returned: Returned): Promise<Result<Omit<SignedIn, 'device'>, ProviderSignInRefusal>> => {
    const { query, attempt, address, before } = returned;
    if (!attempt) return err('NO_ATTEMPT');
    const identity = await deps.provider.finish(query, attempt);
    const who = identity.ok ? claimed(identity.value.claims, deps.rules) : identity;
    if (!identity.ok || !who.ok) return await refused(deps, { address }, errorOf(identity, who));
    const { login, name } = who.value;
    const account = await accountOf(deps, identity.value, who.value);
    const by = { login, name, address };
    if (!account.ok) return await refused(deps, by, account.error);
    await deps.audit.append(deed({ ...by, action: SIGN_IN }));
    const { idToken, issuer, subject, sid } = identity.value;
    const provider = { issuer, subject, sid };
    return ok(await openSession(deps, account.value, { idToken, provider, before }));
  };

const errorOf = (...results: readonly Result<unknown, ProviderSignInRefusal>[]) =>
  results.map((one) => (one.ok ? null : one.error)).find((error) => error !== null) ?? 'NO_ATTEMPT';

async function refused(
  { audit }: ProviderSignInDeps,
  by: Partial<Deed>,
  error: ProviderSignInRefusal,
) {
  await audit.append(deed({ ...by, action: SIGN_IN, outcome: error }));
  return err(error);
}

/** The account that is signed in to, bound to the person, with the grants of now. */
async function accountOf(
  deps: ProviderSignInDeps,
  identity: Identity,
  { login, name, grants }: Claimed,
): Promise<Result<Account, ProviderSignInRefusal>> {
  const { issuer, subject } = identity;
  const found = await deps.accounts.find(login);
  if (!found && grants === null) return err('UNKNOWN_ACCOUNT');
  if (found && !found.enabled) return err('ENDED');
  const bound = found?.provider ?? null;
  if (bound && (bound.issuer !== issuer || bound.subject !== subject)) return err('OTHER_IDENTITY');
  const isSource = found ? bound?.isSource === true : true;
  const own = { login, name, grants: [], enabled: true, passwordHash: '' };
  const before: Account = found ?? { ...own, provider: null };
  const provider = { issuer, subject, isSource };
  const account =
    isSource && grants !== null ? { ...before, name, grants, provider } : { ...before, provider };
  // Also when nothing is left: what was taken away at the provider is taken away from open sessions.
  await keep(deps, found, account);
  return grantProblem(account.grants) === null ? ok(account) : err('NO_GRANT');
}

async function keep({ accounts, audit }: ProviderSignInDeps, found: Account | null, next: Account) {
  const [before, after] = [toldAccount(found), toldAccount(next)];
  if (found?.provider && before === after) return;
  if (!found && next.grants.length === 0) return;
  if (before !== after) {
    const { login, name } = next;
    await audit.append(deed({ login, name, action: GRANTS, target: login, before, after }));
  }
  await accounts.put(next);
}
