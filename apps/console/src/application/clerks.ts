import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { StoreGrant } from '../domain/rights.ts';
import { isOfStore } from '../domain/rights.ts';
import type { ClerkAccounts, User } from './sign-in-ports.ts';
import type { makeDisableUser, makePutUser } from './sign-in.ts';

export type ClerksDeps = {
  accounts: ClerkAccounts;
  hash: (password: string) => Promise<string>;
  newPassword: () => string;
  putUser: ReturnType<typeof makePutUser>;
  disableUser: ReturnType<typeof makeDisableUser>;
};

export type NewClerk = Pick<StoreGrant, 'role' | 'storeId'> & { login: string; name: string };
export type ShownClerk = Omit<User, 'grants'> & { grants: readonly StoreGrant[] };

/** Accounts of a seller's stores. Whoever has a grant beyond them is nobody here. */
export type Clerks = {
  list(sellerId: string, token: string): Promise<{ clerks: readonly ShownClerk[]; next: string }>;
  /** The password is in this answer alone; an account that is there is not replaced. */
  create(sellerId: string, clerk: NewClerk): Promise<Result<{ password: string }, 'LOGIN_TAKEN'>>;
  /** A new password: sessions of the former one end, and the account may sign in again. `by`: who asks. */
  rotate(
    sellerId: string,
    login: string,
    by: string,
  ): Promise<Result<{ password: string }, 'UNKNOWN_CLERK'>>;
  disable(sellerId: string, login: string, by: string): Promise<boolean>;
};

const PAGE_SIZE = 50;

/** The grants of who works in stores of this seller alone; null for anybody else. */
function grantsAt(sellerId: string, { grants }: Pick<User, 'grants'>): StoreGrant[] | null {
  const here = grants
    .filter((grant) => isOfStore(grant))
    .filter((one) => one.sellerId === sellerId);
  return here.length > 0 && here.length === grants.length ? here : null;
}

export function makeClerks({ accounts, hash, newPassword, ...users }: ClerksDeps): Clerks {
  const clerkOf = async (sellerId: string, login: string) => {
    const found = await accounts.find(login);
    const grants = found && grantsAt(sellerId, found);
    return found && grants ? { ...found, grants } : null;
  };
  return {
    list: async (sellerId, token) => {
      const found = await accounts.clerksOf(sellerId, token, PAGE_SIZE);
      const next = found.length === PAGE_SIZE ? (found.at(-1)?.login ?? '') : '';
      const clerks = found.flatMap(({ login, name, enabled, ...account }) => {
        const grants = grantsAt(sellerId, account);
        return grants ? [{ login, name, enabled, grants }] : [];
      });
      return { clerks, next };
    },
    create: async (sellerId, { login, name, role, storeId }) => {
      const password = newPassword();
      const grants = [{ role, sellerId, storeId }];
      const passwordHash = await hash(password);
      const account = { login, name, grants, enabled: true, passwordHash, provider: null };
      const isNew = await accounts.add(account);
      return isNew ? ok({ password }) : err('LOGIN_TAKEN');
    },
    rotate: async (sellerId, login, by) => {
      const clerk = await clerkOf(sellerId, login);
      if (!clerk) return err('UNKNOWN_CLERK');
      const password = newPassword();
      const { name, grants } = clerk;
      await users.putUser({ login, name, grants, password }, by);
      return ok({ password });
    },
    disable: async (sellerId, login, by) =>
      (await clerkOf(sellerId, login)) !== null && (await users.disableUser(login, by)),
  };
}
