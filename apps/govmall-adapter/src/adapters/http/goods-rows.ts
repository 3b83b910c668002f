import { printScaled } from '@astrolabe/kernel';
import { GOV_METHODS } from '@astrolabe/schemas/govmall';
import type { Caller, Offer, OfferDetail, Offers } from '../../application/ports.ts';
import { printedOnce } from './printed-once.ts';
import { govRow, govRowPrintedBy, refuse } from './row.ts';
import type { Row } from './row.ts';

/** At most so many goods in one call; the seed sets no limit. */
export type GoodsRowsDeps = { readonly offers: Offers; readonly skusMax: number };

/** Refuses more goods than one call may name. */
export function checkCount(skus: readonly string[], skusMax: number): void {
  if (skus.length > skusMax) refuse(`sku 最多 ${skusMax} 个`);
}

/** Whether this mall is shown goods; an account without pools is shown all. */
const isShownTo = ({ poolIds }: Caller, offer: Pick<Offer, 'poolIds'>): boolean =>
  poolIds.length === 0 || offer.poolIds.some((id) => poolIds.includes(id));

/** Which of the goods asked for, each once, are not in the answer, for people. */
function missingOf(
  skus: readonly string[],
  told: readonly { readonly sku: string }[],
): { desc?: string } {
  if (told.length === skus.length) return {};
  const known = new Set(told.map(({ sku }) => sku));
  const missing = skus.filter((sku) => !known.has(sku));
  return missing.length === 0 ? {} : { desc: `无数据的sku: ${missing.join(',')}` };
}

/** One for each of the goods asked for, in their order; null: unknown, or not shown to this mall. */
async function shownOrNull(
  { offers, skusMax }: GoodsRowsDeps,
  caller: Caller,
  skus: readonly string[],
): Promise<readonly (Offer | null)[]> {
  checkCount(skus, skusMax);
  const found = await offers.find(caller.sellerId, skus);
  if (caller.poolIds.length === 0) return found;
  return found.map((offer) => (offer && isShownTo(caller, offer) ? offer : null));
}

/** The goods asked for that are known and shown to this mall, in the order asked. */
const shown = async (...asked: Parameters<typeof shownOrNull>): Promise<readonly Offer[]> =>
  (await shownOrNull(...asked)).filter((offer) => offer !== null);

/** Of the goods asked for, the SKUs that this mall may ask about; an account without pools may ask about all. */
export async function skusShown(
  deps: GoodsRowsDeps,
  caller: Caller,
  skus: readonly string[],
): Promise<readonly string[]> {
  checkCount(skus, deps.skusMax);
  return caller.poolIds.length === 0
    ? skus
    : (await shown(deps, caller, skus)).map(({ sku }) => sku);
}

/** 2.3 to 2.9, 2.20.2 to 2.20.4, 2.22 and 2.23: goods and their prices, as the catalog has them now. */
export const goodsRows = (deps: GoodsRowsDeps): readonly Row[] => [
  ...poolRows(deps),
  ...batchRows(deps),
  ...promotionRows(deps),
  govRow(GOV_METHODS.newSkus, async (span, { sellerId, poolIds }) => ({
    result: await deps.offers.newSkus(sellerId, span, poolIds),
  })),
  govRow(GOV_METHODS.modifiedSkus, async (span, { sellerId, poolIds }) => ({
    result: await deps.offers.modifiedSkus(sellerId, span, poolIds),
  })),
];

const poolRows = ({ offers }: GoodsRowsDeps): readonly Row[] => [
  govRow(GOV_METHODS.pools, async (_request, { sellerId, poolIds }) => {
    const pools = await offers.pools(sellerId);
    return { result: pools.filter(({ id }) => poolIds.length === 0 || poolIds.includes(id)) };
  }),
  govRow(GOV_METHODS.poolSkus, async ({ poolId }, { sellerId, poolIds }) => {
    const isShown = poolIds.length === 0 || poolIds.includes(poolId);
    const skus = isShown ? await offers.poolSkus(sellerId, poolId) : null;
    return { result: skus ?? refuse(`品目池 ${poolId} 不存在`) };
  }),
  govRow(GOV_METHODS.detail, async ({ sku }, caller) => {
    const goods = await offers.detail(caller.sellerId, sku);
    if (!goods || !isShownTo(caller, goods)) return refuse(`商品 ${sku} 不存在或资料不完整`);
    return { result: wireDetail(goods.detail, goods.onShelf) };
  }),
];

const wireDetail = (detail: OfferDetail, onShelf: boolean) => ({
  ...detail,
  onShelf,
  category: detail.categoryId,
  description: detail.introduction,
  parameters: detail.summary,
  weight: printScaled(detail.weightGrams, 3),
  upc: detail.barcode,
  packing: detail.packingList,
  attributes: detail.attributes.map(({ name, ...rest }) => ({ ...rest, attributeName: name })),
});

const batchRows = (deps: GoodsRowsDeps): readonly Row[] => [
  govRowPrintedBy(
    GOV_METHODS.shelfStates,
    async ({ skus }, caller) => {
      const offers = await shownOrNull(deps, caller, skus);
      return { result: skus.map((sku, at) => offers[at] ?? { sku, onShelf: false }) };
    },
    printedOnce(GOV_METHODS.shelfStates.encodeEntry),
  ),
  govRow(GOV_METHODS.images, async ({ skus }, caller) => {
    const asked = await skusShown(deps, caller, skus);
    const found = await deps.offers.images(caller.sellerId, asked);
    const result = found.map(({ sku, images }) => ({
      sku,
      images: images.map((url, index) => ({ url, order: String(index + 1) })),
    }));
    return { result, ...missingOf(skus, result) };
  }),
  govRow(GOV_METHODS.ratings, async ({ skus }, caller) => {
    const asked = await skusShown(deps, caller, skus);
    const found = await deps.offers.ratings(caller.sellerId, asked);
    const result = found.map(({ sku, averageHundredths, good, medium, bad }) => ({
      sku,
      average: printScaled(BigInt(Math.round(averageHundredths / 10)), 1),
      good: String(good),
      medium: String(medium),
      bad: String(bad),
    }));
    return { result, ...missingOf(skus, result) };
  }),
  govRowPrintedBy(
    GOV_METHODS.prices,
    async ({ skus }, caller) => {
      const offers = await shown(deps, caller, skus);
      const result = offers.filter(
        ({ agreementFen, marketFen }) => agreementFen > 0n && marketFen > 0n,
      );
      return { result, ...missingOf(skus, result) };
    },
    printedOnce(GOV_METHODS.prices.encodeEntry),
  ),
];

const promotionRows = (deps: GoodsRowsDeps): readonly Row[] => [
  govRow(GOV_METHODS.groupBuys, async ({ skus }, caller) => ({
    result: promotionsOf(await shown(deps, caller, skus), 'GROUP_BUY'),
  })),
  govRow(GOV_METHODS.specials, async ({ skus }, caller) => ({
    result: promotionsOf(await shown(deps, caller, skus), 'SPECIAL'),
  })),
  govRow(GOV_METHODS.tiers, async ({ skus }, caller) => {
    const offers = await shown(deps, caller, skus);
    const result = offers
      .filter(({ tiers }) => tiers.length > 0)
      .map(({ sku, tiers }) => ({
        sku,
        tiers: tiers
          .map(({ fromMilli, rateBp }) => ({ fromMilli, rate: rateOf(rateBp) }))
          .toSorted((a, b) => Number(a.fromMilli - b.fromMilli)),
      }));
    return { result };
  }),
];

const promotionsOf = (offers: readonly Offer[], kind: 'GROUP_BUY' | 'SPECIAL') =>
  offers.flatMap(({ sku, promotions }) =>
    promotions
      .filter((promotion) => promotion.kind === kind)
      .map(({ promotionId, startsAt, ...promotion }) => ({
        ...promotion,
        id: promotionId,
        sku,
        beginsAt: startsAt,
      })),
  );

/** The part of the price that is paid, as a decimal without zeros at its end. */
const rateOf = (basisPoints: number): string =>
  printScaled(BigInt(basisPoints), 4).replace(/\.?0+$/, '');
