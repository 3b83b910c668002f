import type { AtPlatform, OfferContent, OfferDetail } from './content.ts';

/** What a mall demands of goods (document 004, interface 2.5), and the word for its absence. */
const MANDATORY = {
  name: 'MISSING_NAME',
  url: 'MISSING_URL',
  brand: 'MISSING_BRAND',
  model: 'MISSING_MODEL',
  unit: 'MISSING_UNIT',
  categoryId: 'MISSING_CATEGORY',
  mainImage: 'MISSING_IMAGE',
  service: 'MISSING_SERVICE',
  introduction: 'MISSING_INTRODUCTION',
  summary: 'MISSING_SUMMARY',
} as const satisfies Partial<Record<keyof OfferDetail, string>>;

type Mandatory = keyof typeof MANDATORY;

export type Obstacle =
  | (typeof MANDATORY)[Mandatory]
  | 'BAD_IMAGE_ADDRESS'
  | 'BAD_URL'
  | 'NO_AGREEMENT_PRICE'
  | 'NO_MARKET_PRICE'
  | 'AGREEMENT_ABOVE_MARKET'
  | 'UNPUBLISHED';

type Content = Pick<OfferContent, 'detail' | 'prices' | 'published'>;

/** Names that lead nowhere outside the seller's own network. */
const INNER = /(?:^|\.)(?:localhost|local|internal|intranet|lan|corp|home|test|invalid)$/;

/**
 * Whether anybody can open an address as it is: https, with a host that has a name in the public naming system and
 * no credentials (document 004, interface 2.7). Numbers instead of a name are refused: they are inner ones as a rule.
 */
export function isPublicAddress(address: string): boolean {
  const match = /^https:\/\/([^/?#\s\\]+)(?:[/?#][^\s\\]*)?$/.exec(address);
  const host = match?.[1]?.replace(/:\d{1,5}$/, '').toLowerCase() ?? '';
  return /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/.test(host) && !INNER.test(host);
}

/** What of the goods a mall would call unqualified data: they are not shown there. */
function incompleteness({ detail, prices }: Content): Obstacle[] {
  const missing = (Object.keys(MANDATORY) as Mandatory[])
    .filter((field) => detail[field].trim() === '')
    .map((field) => MANDATORY[field]);
  const images = [detail.mainImage, ...detail.images].filter((image) => image.trim() !== '');
  return [
    ...missing,
    ...(images.every(isPublicAddress) ? [] : ['BAD_IMAGE_ADDRESS' as const]),
    ...(detail.url.trim() === '' || isPublicAddress(detail.url) ? [] : ['BAD_URL' as const]),
    ...(prices.agreementFen > 0n ? [] : ['NO_AGREEMENT_PRICE' as const]),
    ...(prices.marketFen > 0n ? [] : ['NO_MARKET_PRICE' as const]),
  ];
}

/** Why the offer is not on a mall's shelf; empty when it is. An equal market price is allowed. */
export function obstaclesOf(content: Content): Obstacle[] {
  const { agreementFen, marketFen } = content.prices;
  const isDearer = agreementFen > 0n && marketFen > 0n && agreementFen > marketFen;
  return [
    ...incompleteness(content),
    ...(isDearer ? ['AGREEMENT_ABOVE_MARKET' as const] : []),
    ...(content.published ? [] : ['UNPUBLISHED' as const]),
  ];
}

/** It may be shown at a mall, on the shelf or not. */
export const isListed = (content: Content): boolean => incompleteness(content).length === 0;

/**
 * It may be sold at the procurement platform. Goods that are deleted there are off the shelf (document 000, message
 * 19); a platform that has not said anything does not keep them from being sold.
 */
export const isOnPlatformShelf = ({
  published,
  prices,
  platform,
}: Pick<OfferContent, 'published' | 'prices'> & { readonly platform: AtPlatform }): boolean =>
  published &&
  prices.agreementFen > 0n &&
  (platform.shelf === null || platform.shelf === 'ON_SHELF');
