import { PromotionKind } from '@astrolabe/contracts/catalog';
import type {
  FoundOffer,
  Offer as OfferMessage,
  OfferAttribute as AttributeMessage,
  OfferDetail as DetailMessage,
  OfferDraft as DraftMessage,
  OfferName as NameMessage,
  OfferPrices as PricesMessage,
  OfferShelf,
  Promotion as PromotionMessage,
  SoldOffer,
} from '@astrolabe/contracts/catalog';
import type { Result } from '@astrolabe/kernel';
import type { DescribedOffer, OfferRow, PicturedOffer } from '../../application/offer/ports.ts';
import type { OfferCommand } from '../../application/offer/put-offer.ts';
import type { Attribute, OfferDetail, PriceRow } from '../../domain/offer/content.ts';
import type { Promotion } from '../../domain/offer/offer.ts';
import type { OfferName } from '../../domain/offer/names.ts';
import { isOnPlatformShelf, isPublicAddress } from '../../domain/offer/shelf.ts';
import { goodsKeyFrom } from './messages.ts';
import { refusal } from './refusals.ts';

const SKU = /^[^\s,]{1,50}$/u;
const CODE_MAX = 50;
const TEXT_MAX = 1_000;
const HTML_MAX = 200_000;
const IMAGES_MAX = 50;
const ATTRIBUTES_MAX = 200;
const SPECS_MAX = 2;
const POOLS_MAX = 50;
const NAMES_MAX = 20;
const TIERS_MAX = 50;
const WHOLE_BP = 10_000;

export const offerTo = (row: OfferRow): OfferMessage => ({
  sellerId: row.sellerId,
  goodsId: row.goodsId,
  sku: row.sku,
  name: row.detail.name,
  unit: row.detail.unit,
  cargoNo: row.cargoNo,
  platformGoodsId: row.platform.goodsId,
  platformSkuId: row.platform.skuId,
  prices: pricesTo(row),
  listed: row.listed,
  onShelf: row.obstacles.length === 0,
  obstacles: [...row.obstacles],
  poolIds: [...row.poolIds],
  revision: row.revision,
  changedAt: row.changedAt,
  platformShelf: row.platform.shelf ?? '',
  onPlatformShelf: isOnPlatformShelf(row),
});

export const soldOfferTo = (row: OfferRow): SoldOffer => ({
  sku: row.sku,
  onShelf: row.obstacles.length === 0,
  poolIds: [...row.poolIds],
  prices: pricesTo(row),
});

export const foundOfferTo = (found: Result<OfferRow, string>): FoundOffer =>
  found.ok
    ? { offer: offerTo(found.value), reason: '' }
    : { offer: undefined, reason: found.error };

const pricesTo = ({ prices, promotions, sku }: OfferRow): PricesMessage => ({
  ...prices,
  tiers: prices.tiers.map((tier) => ({ ...tier })),
  promotions: promotions.map((promotion) => promotionTo(sku, promotion)),
});

export const promotionTo = (
  sku: string,
  { kind, appliedAt, ...promotion }: Promotion,
): PromotionMessage => ({
  ...promotion,
  sku,
  kind: PromotionKind[kind],
  appliedAt: appliedAt ?? undefined,
});

/** Pictures that nobody could open are left out. */
export const imagesTo = ({ sku, detail }: PicturedOffer) => ({
  sku,
  mainImage: isPublicAddress(detail.mainImage) ? detail.mainImage : '',
  images: detail.images.filter(isPublicAddress),
});

export const detailTo = ({ sku, detail }: DescribedOffer): DetailMessage => ({
  ...detail,
  sku,
  images: detail.images.filter(isPublicAddress),
  attributes: detail.attributes.map((attribute) => ({ ...attribute })),
});

export const shelfTo = ({ obstacles, poolIds }: DescribedOffer): OfferShelf => ({
  onShelf: obstacles.length === 0,
  poolIds: [...poolIds],
});

export const nameFrom = (message: NameMessage): OfferName => {
  const { goodsId, sku, platformGoodsId, platformSkuId, cargoNo } = message;
  return { goodsId, sku, platformGoodsId, platformSkuId, cargoNo };
};

/**
 * What an operator maintains of an offer.
 *
 * @throws GrpcRefusal for a field that is missing, too long, or no amount
 */
export function offerFrom(draft: DraftMessage): OfferCommand {
  const { detail } = draft;
  if (!detail) throw refusal('MISSING_FIELD');
  checkSku(detail.sku);
  const lists = [
    [draft.specs, SPECS_MAX],
    [draft.poolIds, POOLS_MAX],
    [draft.names, NAMES_MAX],
  ] as const;
  if (lists.some(([list, max]) => list.length > max)) throw refusal('TOO_MANY_DETAILS');
  checkLengths(
    [draft.cargoNo, draft.platformGoodsId, draft.platformSkuId, ...draft.poolIds],
    CODE_MAX,
  );
  const names = draft.names.map((name) => {
    const key = goodsKeyFrom(name);
    if (!key) throw refusal('BAD_KEY');
    return key;
  });
  return {
    sku: detail.sku,
    content: {
      cargoNo: draft.cargoNo,
      specs: draft.specs.map(attributeFrom),
      detail: detailFrom(detail),
      prices: pricesFrom(draft.prices),
      poolIds: [...new Set(draft.poolIds)],
      published: draft.published,
    },
    names,
    platform: { goodsId: draft.platformGoodsId, skuId: draft.platformSkuId },
  };
}

function detailFrom({ sku: _sku, ...detail }: DetailMessage): OfferDetail {
  const { introduction, images, attributes, weightGrams, ...texts } = detail;
  const isLong = images.length > IMAGES_MAX || attributes.length > ATTRIBUTES_MAX;
  if (isLong) throw refusal('TOO_MANY_DETAILS');
  checkLengths([introduction], HTML_MAX);
  checkLengths(
    [...images, ...Object.values(texts).filter((value) => typeof value === 'string')],
    TEXT_MAX,
  );
  if (weightGrams < 0n) throw refusal('BAD_AMOUNT');
  return { ...detail, attributes: attributes.map(attributeFrom) };
}

const attributeFrom = ({ attributeId, name, valueId, value }: AttributeMessage): Attribute => {
  checkLengths([attributeId, name, valueId, value], TEXT_MAX);
  return { attributeId, name, valueId, value };
};

/** @throws GrpcRefusal for negative amounts, a rate that is none, or two tiers of one quantity. */
export function pricesFrom(message: PricesMessage | undefined): PriceRow {
  if (!message) throw refusal('MISSING_FIELD');
  const { agreementFen, marketFen, minimumMilli, taxRate, untaxed, tiers, promotions } = message;
  if (promotions.length > 0 || tiers.length > TIERS_MAX) throw refusal('TOO_MANY_DETAILS');
  const amounts = [agreementFen, marketFen, minimumMilli, BigInt(taxRate)];
  const isRate = ({ rateBp }: { rateBp: number }) => rateBp > 0 && rateBp <= WHOLE_BP;
  const froms = new Set(tiers.map(({ fromMilli }) => fromMilli));
  if (
    amounts.some((amount) => amount < 0n) ||
    taxRate > 100 ||
    !tiers.every(isRate) ||
    [...froms].some((from) => from <= 0n)
  ) {
    throw refusal('BAD_AMOUNT');
  }
  if (froms.size < tiers.length) throw refusal('SPEC_TWICE');
  const falling = tiers.toSorted((a, b) => (a.fromMilli < b.fromMilli ? 1 : -1));
  return { agreementFen, marketFen, minimumMilli, taxRate, untaxed, tiers: falling };
}

/** A SKU is written in lists with commas, and compared as text. */
export function checkSku(sku: string): void {
  if (!SKU.test(sku)) throw refusal('BAD_SKU');
}

/** Refuses an empty code, and one that is longer than its column. */
export function checkCodes(...codes: readonly string[]): void {
  if (codes.some((code) => code === '')) throw refusal('MISSING_FIELD');
  checkLengths(codes, CODE_MAX);
}

export function checkLengths(texts: readonly string[], max: number): void {
  if (texts.some((text) => text.length > max)) throw refusal('FIELD_TOO_LONG');
}
