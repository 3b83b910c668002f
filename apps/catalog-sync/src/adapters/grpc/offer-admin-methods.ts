import { OfferAdminServiceService } from '@astrolabe/contracts/catalog';
import type { OfferAdminServiceServer } from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import { err } from '@astrolabe/kernel';
import type { Clock } from '@astrolabe/kernel';
import { makePutOffer } from '../../application/offer/put-offer.ts';
import type { OfferRegistry, Offers } from '../../application/offer/ports.ts';
import type { GoodsDeps } from '../../application/goods.ts';
import type { Offer } from '../../domain/offer/offer.ts';
import { editOffer, withPromotion, withoutPromotion } from '../../domain/offer/offer.ts';
import { searchWords } from '../../domain/offer/terms.ts';
import { importMethod } from './import/import-method.ts';
import { listingMethods } from './listing-methods.ts';
import type { ListingMethodDeps } from './listing-methods.ts';
import { accessoryFrom, poolFrom, promotionFrom, warrantyFrom } from './further-messages.ts';
import {
  checkLengths,
  checkSku,
  foundOfferTo,
  offerFrom,
  offerTo,
  pricesFrom,
} from './offer-messages.ts';
import { checkSeller, rowPage } from './offer-methods.ts';
import { refusal, valueOf } from './refusals.ts';

const PRICES_MAX = 500;
const TEXT_MAX = 1_000;
const AVERAGE_MAX = 500;

export type OfferAdminDeps = GoodsDeps & {
  readonly offers: Offers;
  readonly registry: OfferRegistry;
  readonly clock: Clock;
};

/** OfferAdminService: offers and what goes with them. */
export function offerAdmin(deps: OfferAdminDeps & ListingMethodDeps) {
  const methods = {
    ...contentMethods(deps),
    ...promotionMethods(deps),
    ...registryMethods(deps),
    ...listingMethods(deps),
    ...importMethod(deps),
  };
  return [OfferAdminServiceService, methods] as const;
}

function contentMethods(deps: OfferAdminDeps) {
  const { offers, clock } = deps;
  const put = makePutOffer(deps);
  const edit = (sellerId: string, sku: string, change: (offer: Offer) => Partial<Offer>) =>
    offers.change(sellerId, sku, (current) => editOffer(current, change, clock()));
  const methods: Pick<
    OfferAdminServiceServer,
    'putOffer' | 'putPrices' | 'setPublished' | 'searchOffers' | 'putRating'
  > = {
    putOffer: unary('putOffer', async ({ offer: draft }) => {
      if (!draft) throw refusal('MISSING_FIELD');
      checkSeller(draft.sellerId);
      const { offer } = valueOf(await put(draft.sellerId, offerFrom(draft)));
      return { offer: offerTo(offer) };
    }),
    putPrices: unary('putPrices', async ({ sellerId, prices }) => {
      checkSeller(sellerId);
      if (prices.length > PRICES_MAX) throw refusal('TOO_MANY_SKUS');
      const rows = prices.map(({ sku, prices: row }) => ({ sku, row: pricesFrom(row) }));
      const changed = await Promise.all(
        rows.map(({ sku, row }) => edit(sellerId, sku, () => ({ prices: row }))),
      );
      return {
        offers: changed.map((one) =>
          foundOfferTo(one.ok ? { ok: true, value: one.value.offer } : err(one.error)),
        ),
      };
    }),
    setPublished: unary('setPublished', async ({ sellerId, sku, published }) => {
      const { offer } = valueOf(await edit(sellerId, sku, () => ({ published })));
      return { offer: offerTo(offer) };
    }),
    putRating: unary('putRating', async ({ sellerId, sku, ...rating }) => {
      const { averageHundredths, good, medium, bad } = rating;
      if (averageHundredths < 0 || averageHundredths > AVERAGE_MAX) throw refusal('BAD_AMOUNT');
      if ([good, medium, bad].some((count) => count < 0n)) throw refusal('BAD_AMOUNT');
      const none = good + medium + bad === 0n;
      valueOf(await edit(sellerId, sku, () => ({ rating: none ? null : rating })));
      return {};
    }),
    searchOffers: unary('searchOffers', async ({ sellerId, text, poolId, withFaults, page }) => {
      checkSeller(sellerId);
      checkLengths([text], TEXT_MAX);
      const words = searchWords(text);
      // A text without a letter is the beginning of nothing.
      if (text.trim() !== '' && words.length === 0) return { offers: [], nextToken: '' };
      const search = { words, poolId, withFaults };
      const { rows, next } = await offers.search(sellerId, search, rowPage(page));
      return { offers: rows.map(offerTo), nextToken: next };
    }),
  };
  return methods;
}

function promotionMethods({ offers, clock }: OfferAdminDeps) {
  const methods: Pick<OfferAdminServiceServer, 'putPromotion' | 'deletePromotion'> = {
    putPromotion: unary('putPromotion', async ({ sellerId, promotion: message }) => {
      const promotion = promotionFrom(message);
      const sku = message?.sku ?? '';
      checkSku(sku);
      const now = clock();
      valueOf(
        await offers.change(sellerId, sku, (current) =>
          editOffer(current, withPromotion(promotion, now), now),
        ),
      );
      return {};
    }),
    deletePromotion: unary('deletePromotion', async ({ sellerId, sku, promotionId }) => {
      valueOf(
        await offers.change(sellerId, sku, (current) =>
          editOffer(current, withoutPromotion(promotionId), clock()),
        ),
      );
      return {};
    }),
  };
  return methods;
}

function registryMethods({ registry }: OfferAdminDeps) {
  const methods: Pick<OfferAdminServiceServer, 'putPool' | 'putAccessory' | 'putWarranty'> = {
    putPool: unary('putPool', async ({ sellerId, pool }) => {
      if (!pool) throw refusal('MISSING_FIELD');
      await registry.pools.put(poolFrom(sellerId, pool));
      return {};
    }),
    putAccessory: unary('putAccessory', async ({ sellerId, accessory }) => {
      if (!accessory) throw refusal('MISSING_FIELD');
      await registry.accessories.put(accessoryFrom(sellerId, accessory));
      return {};
    }),
    putWarranty: unary('putWarranty', async ({ sellerId, warranty }) => {
      if (!warranty) throw refusal('MISSING_FIELD');
      await registry.warranties.put(warrantyFrom(sellerId, warranty));
      return {};
    }),
  };
  return methods;
}
