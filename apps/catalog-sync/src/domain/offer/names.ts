import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { AtPlatform } from './content.ts';

/** Names of one offer as a channel gives them; empty ones were not given. */
export type OfferName = {
  readonly goodsId: string;
  readonly sku: string;
  readonly platformGoodsId: string;
  readonly platformSkuId: string;
  readonly cargoNo: string;
};

/** By what an offer is known. */
export type Named = {
  readonly goodsId: string;
  readonly sku: string;
  readonly cargoNo: string;
  readonly platform: AtPlatform;
};

export type NameRefusal = 'UNKNOWN_OFFER' | 'NAMES_DIFFER' | 'SKU_REQUIRED';

/**
 * The one of some offers that all given names are of. Our own names decide and must be known; ids at the platform may be
 * younger than what we know of it, and are passed over while nobody has them. What is left of a listing of
 * several SKUs needs one of its own.
 */
export function offerOf<T extends Named>(
  name: OfferName,
  offers: readonly T[],
): Result<T, NameRefusal> {
  const own = [
    { given: name.goodsId, of: offers.filter(({ goodsId }) => goodsId === name.goodsId) },
    { given: name.sku, of: offers.filter(({ sku }) => sku === name.sku) },
    { given: name.cargoNo, of: offers.filter(({ cargoNo }) => cargoNo === name.cargoNo) },
  ].filter(({ given }) => given !== '');
  const atPlatform = offers.filter(
    ({ platform }) => name.platformGoodsId !== '' && platform.goodsId === name.platformGoodsId,
  );
  const isKnown = own.every(({ of }) => of.length > 0);
  const sets = [...own.map(({ of }) => of), ...(atPlatform.length > 0 ? [atPlatform] : [])];
  const [first, ...others] = sets;
  if (!isKnown || !first) return err('UNKNOWN_OFFER');
  const common = first.filter((offer) => others.every((set) => set.includes(offer)));
  if (common.length === 0) return err('NAMES_DIFFER');
  const fitting = common.filter(
    ({ platform: { skuId } }) =>
      name.platformSkuId === '' || skuId === '' || skuId === name.platformSkuId,
  );
  if (fitting.length === 0) return err('NAMES_DIFFER');
  const exact = fitting.filter(
    ({ platform: { skuId } }) => skuId !== '' && skuId === name.platformSkuId,
  );
  const [only, further] = exact.length > 0 ? exact : fitting;
  if (!only) return err('UNKNOWN_OFFER');
  return further ? err('SKU_REQUIRED') : ok(only);
}
