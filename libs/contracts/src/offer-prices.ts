import type { OfferPrices, OfferPromotion } from '@astrolabe/kernel';
import { PromotionKind } from './gen/astrolabe/catalog/v1/offer.ts';
import type {
  OfferPrices as PricesMessage,
  Promotion as PromotionMessage,
} from './gen/astrolabe/catalog/v1/offer.ts';

/** What decides the price of a line; without prices there is none. */
export const offerPricesFromMessage = (message: PricesMessage | undefined): OfferPrices => ({
  agreementFen: message?.agreementFen ?? 0n,
  minimumMilli: message?.minimumMilli ?? 0n,
  tiers: message?.tiers ?? [],
  promotions: message?.promotions.flatMap((one) => promotionFromMessage(one) ?? []) ?? [],
});

/** Null for one without a kind, an id, or an end. */
export function promotionFromMessage(message: PromotionMessage): OfferPromotion | null {
  const kind = kindFrom(message.kind);
  const { promotionId, priceFen, quantityMilli, startsAt, endsAt } = message;
  if (kind === null || promotionId === '' || !startsAt || !endsAt) return null;
  return { promotionId, kind, priceFen, quantityMilli, startsAt, endsAt };
}

function kindFrom(kind: PromotionKind): OfferPromotion['kind'] | null {
  if (kind === PromotionKind.GROUP_BUY) return 'GROUP_BUY';
  if (kind === PromotionKind.SPECIAL) return 'SPECIAL';
  return null;
}
