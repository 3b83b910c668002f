import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Grant } from './rights.ts';

/** What an identity provider says of a person, as it calls it. */
export type Claims = Readonly<Record<string, unknown>>;

/** How the claims of a provider become an account of ours. */
export type ClaimRules = {
  /** The claim with the account's login. */
  readonly loginClaim: string;
  /** The claim with the names of the person's groups; empty: accounts have grants of their own. */
  readonly groupsClaim: string;
  readonly groupGrants: ReadonlyMap<string, readonly Grant[]>;
};

/** Who signs in by a provider; `grants` is null where groups are not asked for. */
export type Claimed = {
  readonly login: string;
  readonly name: string;
  readonly grants: readonly Grant[] | null;
};

export type ClaimProblem = 'NO_LOGIN_CLAIM' | 'EMAIL_NOT_VERIFIED';

const LOGIN_LENGTH_MAX = 100;
const GRANT = /^(clerk|manager|operator|reader)@([^/\s]+)(?:\/([^/\s]+))?$/;
const EVERY_SELLER = 'all';

/** Who the claims say that it is. An e-mail address names an account only if the provider has verified it. */
export function claimed(claims: Claims, rules: ClaimRules): Result<Claimed, ClaimProblem> {
  const { loginClaim, groupsClaim, groupGrants } = rules;
  const said = claims[loginClaim];
  const login = typeof said === 'string' ? said.trim() : '';
  if (login === '' || login.length > LOGIN_LENGTH_MAX) return err('NO_LOGIN_CLAIM');
  if (loginClaim === 'email' && claims['email_verified'] !== true) return err('EMAIL_NOT_VERIFIED');
  const { name } = claims;
  const shown = typeof name === 'string' && name.trim() !== '' ? name.trim() : login;
  if (groupsClaim === '') return ok({ login, name: shown, grants: null });
  const groups = claims[groupsClaim];
  const names = Array.isArray(groups) ? groups : [groups];
  const given = names.flatMap((group) =>
    typeof group === 'string' ? (groupGrants.get(group) ?? []) : [],
  );
  const distinct = new Map(given.map((grant) => [JSON.stringify(grant), grant]));
  return ok({ login, name: shown, grants: [...distinct.values()] });
}

/**
 * Grants by group as a configuration writes them: `ops=operator@all;shop=clerk@21230/1342,reader@21230`.
 * @throws TypeError that names what is no grant.
 */
export function groupGrantsOf(text: string): ReadonlyMap<string, readonly Grant[]> {
  const groups = text.split(';').filter((part) => part.trim() !== '');
  return new Map(
    groups.map((part) => {
      const [, group = '', words = ''] = /^([^=]+)=(.+)$/.exec(part.trim()) ?? [];
      if (group === '') throw new TypeError(`${part} is no group with grants: GROUP=GRANT,GRANT`);
      return [group.trim(), words.split(',').map((word) => grantOf(word.trim()))];
    }),
  );
}

function grantOf(word: string): Grant {
  const [, role = '', seller = '', storeId = ''] = GRANT.exec(word) ?? [];
  const isOfAll = seller === EVERY_SELLER;
  if ((role === 'clerk' || role === 'manager') && storeId !== '' && !isOfAll) {
    return { role: role === 'clerk' ? 'CLERK' : 'MANAGER', sellerId: seller, storeId };
  }
  if ((role === 'operator' || role === 'reader') && storeId === '') {
    return { role: role === 'operator' ? 'OPERATOR' : 'READER', sellerId: isOfAll ? null : seller };
  }
  throw new TypeError(
    `${word} is no grant: clerk@SELLER/STORE, manager@SELLER/STORE, operator@SELLER, reader@SELLER; all is every seller`,
  );
}

/** An address of our own pages to come back to after a sign-in: what stands behind the `#`; else the start. */
export const returnAddress = (asked: string): string =>
  /^#\/[\w\-./~?=&%:+]{0,500}$/.test(asked) ? asked : '';
