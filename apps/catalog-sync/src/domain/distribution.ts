import type { Fen } from '@astrolabe/kernel';

/** What a seller may order of an offer, and at what price. */
export type OfferSpec = {
  /** Empty for goods without specifications. */
  readonly specId: string;
  readonly priceFen: Fen;
};

/** An offer of a supplier that the seller may distribute. */
export type Relation = {
  readonly sellerId: string;
  readonly offerId: string;
  readonly supplierId: string;
  readonly specs: readonly OfferSpec[];
  readonly postFeeFen: Fen;
  /** The goods lie with the seller. */
  readonly ownStock: boolean;
  /** Why it needs a look first, such as a price that has changed; empty when it does not. */
  readonly staleReason: string;
};

/** A shop elsewhere whose orders the seller passes on. */
export type OutShop = {
  readonly sellerId: string;
  readonly salesChannel: string;
  readonly outShopCode: string;
  readonly shopName: string;
  /** Null: without a beginning, or without an end. */
  readonly authorisedFrom: Date | null;
  readonly authorisedUntil: Date | null;
};

/** Goods of such a shop, and the offer that they are bought as. */
export type OutItem = {
  readonly sellerId: string;
  readonly salesChannel: string;
  readonly outShopCode: string;
  readonly outItemCode: string;
  readonly offerId: string;
};

export type LineKey = Pick<OutItem, 'salesChannel' | 'outShopCode' | 'outItemCode'> & {
  readonly offerId: string;
  readonly specId: string;
};

export type Obstacle = {
  readonly code:
    | 'RELATION_MISSING'
    | 'RELATION_STALE'
    | 'SHOP_MISSING'
    | 'SHOP_EXPIRED'
    | 'ITEM_MISSING'
    | 'UNKNOWN_SPEC';
  readonly message: string;
};

/** What the registries have for a line. */
export type Found = {
  readonly relation: Relation | null;
  readonly shop: OutShop | null;
  readonly item: OutItem | null;
};

/**
 * Why a line may not be ordered, null when it may: the relation first, then the shop, its goods, and the
 * specification (catalogue B.1.6, B.4). An authorisation ends at its last instant.
 */
export function obstacleOf(line: LineKey, found: Found, now: Date): Obstacle | null {
  const { relation, shop, item } = found;
  if (!relation) return obstacle('RELATION_MISSING', `offer ${line.offerId} is not related`);
  if (relation.staleReason !== '') return obstacle('RELATION_STALE', relation.staleReason);
  const name = `${line.salesChannel} ${line.outShopCode}`;
  if (!shop) return obstacle('SHOP_MISSING', `shop ${name} is not known`);
  if (!isAuthorised(shop, now))
    return obstacle('SHOP_EXPIRED', `shop ${name} is not authorised now`);
  if (item?.offerId !== line.offerId) {
    const what = `item ${line.outItemCode} of ${name} is not related to offer ${line.offerId}`;
    return obstacle('ITEM_MISSING', what);
  }
  return specOf(relation, line)
    ? null
    : obstacle('UNKNOWN_SPEC', `[${line.specId}] is no specification of [${line.offerId}]`);
}

const obstacle = (code: Obstacle['code'], message: string): Obstacle => ({ code, message });

const isAuthorised = ({ authorisedFrom, authorisedUntil }: OutShop, now: Date): boolean =>
  (authorisedFrom === null || authorisedFrom <= now) &&
  (authorisedUntil === null || now <= authorisedUntil);

/** The specification that a line names, whatever the case of its digits. */
export const specOf = (
  { specs }: Relation,
  { specId }: Pick<LineKey, 'specId'>,
): OfferSpec | undefined =>
  specs.find((spec) => spec.specId.toLowerCase() === specId.toLowerCase());
