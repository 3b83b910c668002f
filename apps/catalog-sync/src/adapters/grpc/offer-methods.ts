import { enumReader } from '@astrolabe/contracts';
import { OfferServiceService, PromotionKind } from '@astrolabe/contracts/catalog';
import type { OfferServiceServer } from '@astrolabe/contracts/catalog';
import type { PageRequest } from '@astrolabe/contracts/common';
import { unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { makeFindOffers } from '../../application/offer/find-offers.ts';
import type { OfferRegistry, Offers, PageAsked, Span } from '../../application/offer/ports.ts';
import { ratingShares } from '../../domain/offer/offer.ts';
import type { Promotion } from '../../domain/offer/offer.ts';
import {
  checkSku,
  detailTo,
  foundOfferTo,
  imagesTo,
  nameFrom,
  promotionTo,
  shelfTo,
  soldOfferTo,
} from './offer-messages.ts';
import { refusal } from './refusals.ts';
import type { RegionMethods } from './region-methods.ts';

const NAMES_MAX = 500;
const FOLLOWED_MAX = 1_000;
const DETAILS_MAX = 20;
const POOLS_MAX = 5_000;
const SKU_PAGE_MAX = 10_000;
const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;
const DAY_MS = 24 * 3_600_000;
/** A change is written down at once, but the instant in it is a little older: a span begins as much earlier. */
const OVERLAP_MS = 60_000;

export type OfferMethodDeps = {
  readonly offers: Offers;
  readonly registry: OfferRegistry;
  readonly regions: RegionMethods;
  readonly clock: Clock;
};

const promotionKindFrom = enumReader<PromotionKind, Promotion['kind'] | null>('PromotionKind', {
  [PromotionKind.UNSPECIFIED]: null,
  [PromotionKind.GROUP_BUY]: 'GROUP_BUY',
  [PromotionKind.SPECIAL]: 'SPECIAL',
});

/** OfferService: what documents 000 and 004 read of goods. */
export function offerService(deps: OfferMethodDeps) {
  const methods: OfferServiceServer = {
    ...offerMethods(deps),
    ...poolMethods(deps),
    ...feedMethods(deps),
    ...furtherMethods(deps),
    ...deps.regions,
  };
  return [OfferServiceService, methods] as const;
}

function offerMethods({ offers }: OfferMethodDeps) {
  const find = makeFindOffers(offers);
  const methods: Pick<
    OfferServiceServer,
    'getOffers' | 'followOffers' | 'getDetails' | 'getImages' | 'getRatings'
  > = {
    getOffers: unary('getOffers', async ({ sellerId, names }) => {
      checkSeller(sellerId);
      checkNumber(names.length, NAMES_MAX);
      const found = await find(sellerId, names.map(nameFrom));
      return { offers: found.map(foundOfferTo) };
    }),
    followOffers: unary('followOffers', async ({ sellerId, turn, skus }) => {
      checkSkus(sellerId, skus, FOLLOWED_MAX);
      const followed = await offers.follow(sellerId, turn > 0n ? turn : null, skus);
      const { turn: now, changed, open, rows } = followed;
      return {
        turn: now ?? 0n,
        forgetAll: changed === null,
        changed: [...(changed ?? [])],
        open: [...open],
        offers: rows.map(soldOfferTo),
      };
    }),
    getDetails: unary('getDetails', async ({ sellerId, skus }) => {
      checkSkus(sellerId, skus, DETAILS_MAX);
      const found = await offers.described(sellerId, skus);
      const shown = inOrder(
        skus,
        found.filter(({ listed }) => listed),
      );
      return { details: shown.map(detailTo), shelves: shown.map(shelfTo) };
    }),
    getImages: unary('getImages', async ({ sellerId, skus }) => {
      checkSkus(sellerId, skus, NAMES_MAX);
      return { images: inOrder(skus, await offers.pictured(sellerId, skus)).map(imagesTo) };
    }),
    getRatings: unary('getRatings', async ({ sellerId, skus }) => {
      checkSkus(sellerId, skus, NAMES_MAX);
      const found = inOrder(skus, await offers.bySkus(sellerId, skus));
      return {
        ratings: found.flatMap(({ sku, rating }) => {
          if (!rating) return [];
          const [good, medium, bad] = ratingShares(rating);
          return [{ sku, averageHundredths: rating.averageHundredths, good, medium, bad }];
        }),
      };
    }),
  };
  return methods;
}

function poolMethods({ offers, registry }: OfferMethodDeps) {
  const methods: Pick<OfferServiceServer, 'listPools' | 'listPoolSkus'> = {
    listPools: unary('listPools', async ({ sellerId }) => {
      checkSeller(sellerId);
      const { rows } = await registry.pools.list(sellerId, POOLS_MAX, '');
      return { pools: rows.map(({ poolId, name }) => ({ poolId, name })) };
    }),
    listPoolSkus: unary('listPoolSkus', async ({ sellerId, poolId, ...asked }) => {
      checkSeller(sellerId);
      const [pool] = await registry.pools.find([{ sellerId, poolId }]);
      if (!pool) throw refusal('UNKNOWN_POOL');
      const { rows, next } = await offers.poolSkus(sellerId, poolId, skuPage(asked));
      return { skus: [...rows], nextToken: next };
    }),
  };
  return methods;
}

function feedMethods({ offers, clock }: OfferMethodDeps) {
  const spanOf = ({ from, until }: { from?: Date | undefined; until?: Date | undefined }): Span => {
    const end = until ?? clock();
    const begin = from ?? new Date(end.getTime() - DAY_MS);
    if (begin >= end) throw refusal('BAD_SPAN');
    return { from: new Date(begin.getTime() - OVERLAP_MS), until: end };
  };
  const methods: Pick<OfferServiceServer, 'listNew' | 'listModified'> = {
    listNew: unary('listNew', async ({ sellerId, poolIds, size, token, ...span }) => {
      checkSeller(sellerId);
      const page = skuPage({ size, token });
      const { rows, next } = await offers.newSkus(sellerId, { ...spanOf(span), poolIds }, page);
      return { skus: [...rows], nextToken: next };
    }),
    listModified: unary('listModified', async ({ sellerId, poolIds, size, token, ...span }) => {
      checkSeller(sellerId);
      const page = skuPage({ size, token });
      const { rows, next } = await offers.modifiedSkus(
        sellerId,
        { ...spanOf(span), poolIds },
        page,
      );
      return { skus: [...rows], nextToken: next };
    }),
  };
  return methods;
}

function furtherMethods({ offers, registry, clock }: OfferMethodDeps) {
  const methods: Pick<OfferServiceServer, 'listAccessories' | 'listPromotions' | 'listTierRates'> =
    {
      listAccessories: unary('listAccessories', async ({ sellerId, sku, page }) => {
        checkSeller(sellerId);
        const { size, token } = rowPage(page);
        const narrowed = sku === '' ? {} : { skus: sku };
        const { rows, next } = await registry.accessories.list(sellerId, size, token, narrowed);
        return {
          accessories: rows.map(({ sellerId: _seller, skus, ...one }) => ({
            ...one,
            skus: [...skus],
          })),
          nextToken: next,
        };
      }),
      listPromotions: unary('listPromotions', async ({ sellerId, sku, kind, page }) => {
        checkSeller(sellerId);
        const wanted = promotionKindFrom(kind);
        const now = clock();
        const skus = sku === '' ? [] : [sku];
        const { rows, next } = await offers.promoted(sellerId, skus, now, rowPage(page));
        const promotions = rows.flatMap((row) =>
          row.promotions
            .filter((one) => one.endsAt > now && (wanted === null || one.kind === wanted))
            .map((one) => promotionTo(row.sku, one)),
        );
        return { promotions, nextToken: next };
      }),
      listTierRates: unary('listTierRates', async ({ sellerId, page }) => {
        checkSeller(sellerId);
        const { rows, next } = await offers.tiered(sellerId, rowPage(page));
        return {
          skus: rows.map(({ sku, prices }) => ({
            sku,
            tiers: prices.tiers.map((tier) => ({ ...tier })),
          })),
          nextToken: next,
        };
      }),
    };
  return methods;
}

/** The rows of the SKUs in the order asked, each once. */
function inOrder<T extends { readonly sku: string }>(
  skus: readonly string[],
  rows: readonly T[],
): T[] {
  const bySku = new Map(rows.map((row) => [row.sku, row]));
  return [...new Set(skus)].flatMap((sku) => bySku.get(sku) ?? []);
}

export function checkSeller(sellerId: string): void {
  if (sellerId === '') throw refusal('MISSING_FIELD');
}

function checkNumber(count: number, max: number): void {
  if (count > max) throw refusal('TOO_MANY_SKUS');
}

function checkSkus(sellerId: string, skus: readonly string[], max: number): void {
  checkSeller(sellerId);
  checkNumber(skus.length, max);
  for (const sku of skus) checkSku(sku);
}

const skuPage = ({ size, token }: PageAsked): PageAsked => ({
  size: Math.min(size > 0 ? size : SKU_PAGE_MAX, SKU_PAGE_MAX),
  token,
});

export const rowPage = (page: PageRequest | undefined): PageAsked => ({
  size: Math.min(page && page.size > 0 ? page.size : PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX),
  token: page?.token ?? '',
});
