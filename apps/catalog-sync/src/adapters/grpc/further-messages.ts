import { promotionFromMessage } from '@astrolabe/contracts';
import type { Promotion as PromotionMessage } from '@astrolabe/contracts/catalog';
import { currentCode, officialName } from '@astrolabe/kernel/regions';
import type { Accessory, Pool, Warranty } from '../../application/offer/ports.ts';
import type { Promotion } from '../../domain/offer/offer.ts';
import { checkCodes, checkLengths, checkSku } from './offer-messages.ts';
import { refusal } from './refusals.ts';

const TEXT_MAX = 1_000;
const SKUS_MAX = 1_000;
const REGIONS_MAX = 500;

/** Its content, without whose it is. */
type Unowned<T> = Omit<T, 'sellerId'>;

/** @throws GrpcRefusal for a promotion that lacks something, or never holds. */
export function promotionFrom(message: PromotionMessage | undefined): Promotion {
  const read = message && promotionFromMessage(message);
  if (!message || !read) throw refusal('MISSING_FIELD');
  return checkedPromotion({ ...read, appliedAt: message.appliedAt ?? null });
}

/** @throws GrpcRefusal for one that never holds. */
export function checkedPromotion(promotion: Promotion): Promotion {
  checkCodes(promotion.promotionId);
  if (promotion.priceFen <= 0n) throw refusal('BAD_AMOUNT', 'a promotion has a price');
  if (promotion.quantityMilli < 0n) throw refusal('BAD_AMOUNT');
  if (promotion.startsAt >= promotion.endsAt) throw refusal('BAD_SPAN');
  return promotion;
}

/** @throws GrpcRefusal for what is no pool. */
export function poolFrom(sellerId: string, { poolId, name }: Unowned<Pool>): Pool {
  checkCodes(sellerId, poolId);
  checkLengths([name], TEXT_MAX);
  return { sellerId, poolId, name };
}

/** @throws GrpcRefusal for what is no accessory. */
export function accessoryFrom(
  sellerId: string,
  { accessoryId, name, isService, parameters, priceFen, skus }: Unowned<Accessory>,
): Accessory {
  checkCodes(sellerId, accessoryId);
  checkLengths([name, parameters], TEXT_MAX);
  if (priceFen < 0n) throw refusal('BAD_AMOUNT');
  if (skus.length > SKUS_MAX) throw refusal('TOO_MANY_SKUS');
  skus.forEach(checkSku);
  return { sellerId, accessoryId, name, isService, parameters, priceFen, skus };
}

/** @throws GrpcRefusal for what is no warranty, or is sold in what is no division. */
export function warrantyFrom(
  sellerId: string,
  { warrantyId, sku, name, content, priceFen, ...sold }: Unowned<Warranty>,
): Warranty {
  checkCodes(sellerId, warrantyId);
  checkSku(sku);
  checkLengths([name, content], TEXT_MAX);
  if (priceFen < 0n) throw refusal('BAD_AMOUNT');
  if (sold.regionCodes.length > REGIONS_MAX) throw refusal('TOO_MANY_DETAILS');
  const regionCodes = sold.regionCodes.map(currentCode);
  const unknown = sold.regionCodes.filter((_, at) => officialName(regionCodes[at] ?? '') === '');
  if (unknown.length > 0) throw refusal('BAD_REGION_CODE', `no division: ${unknown.join(', ')}`);
  return { sellerId, warrantyId, sku, name, content, priceFen, regionCodes };
}
