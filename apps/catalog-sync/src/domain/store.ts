import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { faultOf } from '@astrolabe/kernel/regions';
import { isLeafCategory } from './category.ts';

export type StoreStatus = 'NORMAL' | 'HOLD' | 'CLOSE';

/** A store as its merchant describes it (white paper 6.1.1); absent texts are empty. */
export type StoreProfile = {
  storeCode: string;
  shopId: string;
  companyName: string;
  storeName: string;
  storeType: string;
  mainCategory: string;
  startTime: string;
  endTime: string;
  address: {
    region: string;
    province: string;
    city: string;
    area: string;
    town: string;
    detailAddress: string;
    countryCode: string;
  };
  status: StoreStatus;
  description: string;
  keeper: { name: string; tel: string; mobile: string; fax: string; zipCode: string };
  remark: string;
};

export type Store = {
  sellerId: string;
  storeId: string;
  profile: StoreProfile;
  deleted: boolean;
  /** 0 is routed to first, 10 last. */
  priority: number;
};

export type StoreRefusal =
  | 'UNKNOWN_CATEGORY'
  | 'UNKNOWN_ADDRESS'
  | 'STORE_CODE_EXISTS'
  | 'UNKNOWN_STORE'
  | 'SHOP_ID_REQUIRED';

/** What a command leaves: the store, and whether it is other than before. */
export type StoreChange = { store: Store; changed: boolean };

const DEFAULT_PRIORITY = 5;

const sameProfile = (a: StoreProfile, b: StoreProfile): boolean =>
  JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

const samePlace = ({ address: a }: StoreProfile, { address: b }: StoreProfile): boolean =>
  a.province === b.province && a.city === b.city && a.area === b.area;

/** Field order does not make two profiles different. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

/**
 * Creates a store under the id that its code has claimed. The same content again is the same store;
 * other content under a living store's code is refused; a deleted store comes back. Orders are routed by
 * where a store is, so its address has to name one place.
 */
export function createStore(
  current: Store | null,
  command: { sellerId: string; storeId: string; profile: StoreProfile },
): Result<StoreChange, StoreRefusal> {
  const { sellerId, storeId, profile } = command;
  if (!isLeafCategory(profile.mainCategory)) return err('UNKNOWN_CATEGORY');
  if (current && !current.deleted) {
    return sameProfile(current.profile, profile)
      ? ok({ store: current, changed: false })
      : err('STORE_CODE_EXISTS');
  }
  if (faultOf(profile.address)) return err('UNKNOWN_ADDRESS');
  const store = { sellerId, storeId, profile, deleted: false, priority: DEFAULT_PRIORITY };
  return ok({ store, changed: true });
}

/** Replaces a store's description; an update must name the shop (white paper 6.1.3). */
export function updateStore(
  current: Store | null,
  profile: StoreProfile,
): Result<StoreChange, StoreRefusal> {
  if (!current || current.deleted) return err('UNKNOWN_STORE');
  if (profile.shopId === '') return err('SHOP_ID_REQUIRED');
  if (!isLeafCategory(profile.mainCategory)) return err('UNKNOWN_CATEGORY');
  if (sameProfile(current.profile, profile)) return ok({ store: current, changed: false });
  // A store that was there before its address was judged may change everything else.
  if (!samePlace(current.profile, profile) && faultOf(profile.address)) {
    return err('UNKNOWN_ADDRESS');
  }
  return ok({ store: { ...current, profile }, changed: true });
}

/** What is left of a deleted store's keeper. */
const NOBODY: StoreProfile['keeper'] = { name: '', tel: '', mobile: '', fax: '', zipCode: '' };

/**
 * Deletes a store, and forgets who kept it. Its holds and its orders stay: they finish or are routed
 * again.
 */
export function deleteStore(current: Store | null): Result<StoreChange, StoreRefusal> {
  if (!current) return err('UNKNOWN_STORE');
  if (current.deleted) return ok({ store: current, changed: false });
  const profile = { ...current.profile, keeper: NOBODY };
  return ok({ store: { ...current, profile, deleted: true }, changed: true });
}
