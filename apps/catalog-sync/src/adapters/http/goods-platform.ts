import type { ProcurementCalled, ProcurementClient } from '@astrolabe/channel-client';
import { ONE_PIECE, err, ok, rateOf } from '@astrolabe/kernel';
import type { Failed } from '@astrolabe/outbound';
import {
  createGoods,
  modifyGoods,
  queryGoods,
  unpublishGoods,
} from '@astrolabe/schemas/procurement';
import type { GoodsToChange, GoodsToMake } from '@astrolabe/schemas/procurement';
import type { GoodsPlatform } from '../../application/listing/ports.ts';
import type { Listing, ListingTerms } from '../../domain/listing/listing.ts';
import type { Offer } from '../../domain/offer/offer.ts';

/** The mall of enterprise procurement (document 000, interfaces 16, 17, 18 and 20). */
export const createGoodsPlatform = (client: Pick<ProcurementClient, 'call'>): GoodsPlatform => ({
  create: async (listing, offers) => {
    const request = goodsToMake(listing, offers);
    if (!request) return NO_OFFERS;
    const called = await client.call(listing.sellerId, createGoods, request);
    return called.kind === 'ok' ? { kind: 'succeeded', goodsId: called.value } : failedOf(called);
  },
  modify: async (listing, offers) => {
    const request = goodsToChange(listing, offers);
    if (!request) return NO_OFFERS;
    const called = await client.call(listing.sellerId, modifyGoods, request);
    return called.kind === 'ok' ? { kind: 'succeeded', goodsId: '' } : failedOf(called);
  },
  unpublish: async ({ sellerId, platformGoodsId, terms }) => {
    const called = await client.call(sellerId, unpublishGoods, {
      mallGoodsId: platformGoodsId,
      ...actor(terms),
    });
    if (called.kind !== 'ok') return failedOf(called);
    return called.value ? { kind: 'succeeded', goodsId: '' } : NOT_DONE;
  },
  shelf: async ({ sellerId, platformGoodsId }) => {
    const called = await client.call(sellerId, queryGoods, { mallGoodsId: platformGoodsId });
    return called.kind === 'ok' ? ok(called.value.status ?? null) : err(failedOf(called));
  },
});

const NO_OFFERS: Failed = { kind: 'refused', problem: { code: 'NO_OFFERS', message: '' } };
/** `success` beside a truth that is false: the goods decide (field row W1). */
const NOT_DONE: Failed = { kind: 'unknown', problem: { code: 'NOT_DONE', message: '' } };

/** What is not let in, or is left alone, was not sent: it waits, and no attempt is counted (field rows A1 to A3). */
function failedOf(called: Exclude<ProcurementCalled<never>, { kind: 'ok' }>): Failed {
  const { kind, code, message } = called;
  const isSent = kind === 'refused' || kind === 'unknown';
  return { kind: isSent ? kind : 'withheld', problem: { code, message } };
}

/** The fields that have a value; an empty one is not said. */
function said<T extends Readonly<Record<string, unknown>>>(fields: T): Said<T> {
  const isSaid = (value: unknown): boolean =>
    value !== '' && value !== null && value !== 0 && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isSaid(value))) as Said<T>;
}

type Said<T> = { readonly [K in keyof T]?: NonNullable<T[K]> };

const actor = ({ mainUserId, operatorName }: ListingTerms) => said({ mainUserId, operatorName });

function goodsToMake({ cargoNo, terms }: Listing, offers: readonly Offer[]): GoodsToMake | null {
  const [first] = offers;
  if (!first) return null;
  const [firstCategory, secondCategory, thirdCategory] = terms.categories;
  const { buyerLoginId, supplierLoginId } = terms;
  return {
    cargoNo,
    publishes: true,
    ...described(first),
    ...actor(terms),
    ...said({ buyerLoginId, supplierLoginId, firstCategory, secondCategory, thirdCategory }),
    ...materialOf(terms),
    agreement: { ...agreementOf(terms, first), ...pricesOf(offers) },
  };
}

/** Categories are named by the buyer's ids here, and by their names in interface 16 (catalogue A.3.17). */
function goodsToChange(listing: Listing, offers: readonly Offer[]): GoodsToChange | null {
  const [first] = offers;
  if (!first) return null;
  const { cargoNo, platformGoodsId, terms } = listing;
  const [firstCategoryId, secondCategoryId, thirdCategoryId] = terms.categoryIds;
  return {
    mallGoodsId: platformGoodsId,
    ...actor(terms),
    base: {
      cargoNo,
      ...described(first),
      ...said({ firstCategoryId, secondCategoryId, thirdCategoryId }),
      ...materialOf(terms),
    },
    agreement: { ...agreementOf(terms, first), ...pricesOf(offers) },
  };
}

const described = ({ detail }: Offer) => ({
  title: detail.name,
  ...said({
    brandName: detail.brand,
    brandModel: detail.model,
    unit: detail.unit,
    detail: detail.introduction,
    pictures: [detail.mainImage, ...detail.images].filter((image) => image !== ''),
  }),
});

/** One of the two suffices (catalogue A.3.16). */
const materialOf = ({ materialCode, categories }: ListingTerms) =>
  said({ materialCode, ...(materialCode === '' && { materialName: categories[2] }) });

const agreementOf = (terms: ListingTerms, { prices }: Offer) => ({
  taxRate: String(prices.taxRate),
  priceBasis: prices.untaxed ? ('UNTAXED' as const) : ('TAXED' as const),
  ...said({
    contractCode: terms.contractCode,
    dueDays: terms.dueDays,
    expiresAt: terms.expiresAt === null ? '' : terms.expiresAt.toISOString().slice(0, 10),
    invoice: terms.invoice,
    minimumMilli: prices.minimumMilli === 0n ? null : prices.minimumMilli,
    payTypes: terms.payTypes,
    tradeType: terms.tradeType,
    regions: terms.regions,
  }),
});

/**
 * The one row of prices as this mall has them: by specification where there are several SKUs, else by quantity, with the
 * agreement price from the least quantity on and a range for each tier.
 */
function pricesOf(offers: readonly Offer[]) {
  const [first, further] = offers;
  if (!first) return {};
  const skus = offers.map(({ sku, specs, prices }) => ({
    outSkuId: sku,
    price: prices.agreementFen,
    ...said({ attributes: specs.map(({ name, value }) => ({ name, value })) }),
  }));
  if (further || first.specs.length > 0) return { quotedBy: 'SPEC' as const, skus };
  const { agreementFen, minimumMilli, tiers } = first.prices;
  const least = { fromMilli: minimumMilli > 0n ? minimumMilli : ONE_PIECE, price: agreementFen };
  const ranges = tiers
    .filter(({ fromMilli }) => fromMilli > least.fromMilli)
    .map(({ fromMilli, rateBp }) => ({ fromMilli, price: rateOf(agreementFen, rateBp) }));
  return { quotedBy: 'QUANTITY' as const, skus, ranges: [least, ...ranges.toReversed()] };
}
