/** Who works at one store of one seller; a manager also sees who did what. */
export type StoreGrant = {
  readonly role: 'CLERK' | 'MANAGER';
  readonly sellerId: string;
  readonly storeId: string;
};

/** Who looks after a seller's orders; a reader changes nothing. */
export type SellerGrant = {
  readonly role: 'OPERATOR' | 'READER';
  /** Null: every seller, and what belongs to the platform as a whole. */
  readonly sellerId: string | null;
};

export type Grant = StoreGrant | SellerGrant;

/** What one route of the API is about. Each is asked of a target, which says where. */
export const RIGHTS = [
  /** Orders of one store, and what its clerks do with them. */
  'store.work',
  /** Who did what at one store. */
  'store.journal',
  /** Orders, stock and money of one seller. */
  'seller.read',
  /** Changes to a seller's orders. */
  'seller.act',
  /** To whom a seller's orders go, in full; for a reason, which is kept. */
  'receiver.reveal',
  /** What belongs to no seller or to all of them, such as dead letters. */
  'platform.read',
  /** Changes that reach beyond one seller: sellers, keys of applications, connections. */
  'platform.act',
  /** What people did in the console, of every seller. */
  'audit.read',
] as const;

export type Right = (typeof RIGHTS)[number];

/** Where a right is asked for; a right that needs no store, or no seller, does not look at it. */
export type Target = { readonly sellerId: string; readonly storeId: string };

export const isOfStore = (grant: Grant): grant is StoreGrant =>
  grant.role === 'CLERK' || grant.role === 'MANAGER';

/** Whether grants allow something at a target. What no grant names is refused. */
export const may = (grants: readonly Grant[], right: Right, target: Target): boolean =>
  grants.some((grant) => allows(grant, right, target));

function allows(grant: Grant, right: Right, { sellerId, storeId }: Target): boolean {
  if (isOfStore(grant)) {
    const isHere = grant.sellerId === sellerId && grant.storeId === storeId;
    if (right === 'store.work') return isHere;
    return right === 'store.journal' && isHere && grant.role === 'MANAGER';
  }
  const isOfAll = grant.sellerId === null;
  switch (right) {
    case 'seller.read':
      return isOfAll || grant.sellerId === sellerId;
    case 'seller.act':
    case 'receiver.reveal':
      return grant.role === 'OPERATOR' && (isOfAll || grant.sellerId === sellerId);
    case 'platform.read':
      return isOfAll;
    case 'platform.act':
    case 'audit.read':
      return isOfAll && grant.role === 'OPERATOR';
    case 'store.work':
    case 'store.journal':
      return false;
  }
}

/** The store that a user works at; null for who works at none. */
export const storeOf = (grants: readonly Grant[]): StoreGrant | null =>
  grants.find((grant) => isOfStore(grant)) ?? null;

/** The sellers that a user looks after, each once; `all` beside those that are named. */
export function sellersOf(grants: readonly Grant[]): { all: boolean; sellerIds: string[] } {
  const ids = grants.filter((grant) => !isOfStore(grant)).map(({ sellerId }) => sellerId);
  const named = ids.filter((id) => id !== null);
  return { all: ids.includes(null), sellerIds: [...new Set(named)] };
}

const GRANTS_MAX = 200;

export type GrantProblem = 'NO_GRANT' | 'TOO_MANY_GRANTS' | 'MISSING_FIELD' | 'TWO_STORES';

/** What is wrong with the grants of an account; null when nothing is. A till is of one store. */
export function grantProblem(grants: readonly Grant[]): GrantProblem | null {
  if (grants.length === 0) return 'NO_GRANT';
  if (grants.length > GRANTS_MAX) return 'TOO_MANY_GRANTS';
  const stores = grants.filter((grant) => isOfStore(grant));
  const isEmpty = ({ sellerId }: Grant): boolean => sellerId === '';
  if (grants.some(isEmpty) || stores.some(({ storeId }) => storeId === '')) return 'MISSING_FIELD';
  return stores.length > 1 ? 'TWO_STORES' : null;
}
