import type { Fen } from './money.ts';
import type { Milli } from './quantity.ts';
import type { Result } from './result.ts';
import { err, ok } from './result.ts';

/** Under which price a line is ordered: 协议价, 团购, 特惠, 阶梯 of a government mall. */
export type PriceMode = 'AGREEMENT' | 'GROUP_BUY' | 'SPECIAL' | 'TIER';

/** From a quantity on, the agreement price times a rate is paid; 9500 basis points are 95 % of it. */
export type TierRate = { readonly fromMilli: Milli; readonly rateBp: number };

/** A price that holds from `startsAt` until before `endsAt`. */
export type OfferPromotion = {
  readonly promotionId: string;
  readonly kind: 'GROUP_BUY' | 'SPECIAL';
  readonly priceFen: Fen;
  /** What a group buy has in all; 0 for no limit. */
  readonly quantityMilli: Milli;
  readonly startsAt: Date;
  readonly endsAt: Date;
};

/** What decides the price of a line. */
export type OfferPrices = {
  readonly agreementFen: Fen;
  /** Least quantity of a line; 0 for none. */
  readonly minimumMilli: Milli;
  readonly tiers: readonly TierRate[];
  readonly promotions: readonly OfferPromotion[];
};

/** NO_PROMOTION: none of the mode is running at the instant. */
export type PriceRefusal = 'NO_PRICE' | 'BELOW_MINIMUM' | 'NO_PROMOTION';

/** Fen per piece, and the promotion that says so. */
export type OfferPrice = { readonly fen: Fen; readonly promotion: OfferPromotion | null };

const WHOLE_BP = 10_000n;

/** A rate of a price in fen, rounded half up. */
export const rateOf = (fen: Fen, rateBp: number): Fen =>
  (fen * BigInt(rateBp) + WHOLE_BP / 2n) / WHOLE_BP;

/**
 * What a piece costs in a mode, for a quantity, at an instant (document 004, interfaces 2.9, 2.12.1 and 2.20).
 * A promotion holds from its start until before its end; of several the cheapest counts. Below its first tier
 * the mode TIER has the agreement price. TIER is also the price of document 000, whose ranges are made of the tiers.
 */
export function offerPrice(
  prices: OfferPrices,
  line: { readonly mode: PriceMode; readonly quantityMilli: Milli; readonly at: Date },
): Result<OfferPrice, PriceRefusal> {
  if (line.quantityMilli < prices.minimumMilli) return err('BELOW_MINIMUM');
  if (prices.agreementFen <= 0n) return err('NO_PRICE');
  switch (line.mode) {
    case 'AGREEMENT':
      return ok({ fen: prices.agreementFen, promotion: null });
    case 'TIER':
      return ok({ fen: tierPrice(prices, line.quantityMilli), promotion: null });
    case 'GROUP_BUY':
    case 'SPECIAL': {
      const running = runningAt(prices.promotions, line.mode, line.at);
      return running ? ok({ fen: running.priceFen, promotion: running }) : err('NO_PROMOTION');
    }
  }
}

/** The highest tier that the quantity reaches decides. */
function tierPrice({ agreementFen, tiers }: OfferPrices, quantityMilli: Milli): Fen {
  const reached = tiers.filter(({ fromMilli }) => fromMilli <= quantityMilli);
  const highest = reached.reduce<TierRate | null>(
    (best, tier) => (best === null || tier.fromMilli > best.fromMilli ? tier : best),
    null,
  );
  return highest === null ? agreementFen : rateOf(agreementFen, highest.rateBp);
}

const runningAt = (
  promotions: readonly OfferPromotion[],
  kind: OfferPromotion['kind'],
  at: Date,
): OfferPromotion | null =>
  promotions
    .filter((one) => one.kind === kind && one.startsAt <= at && at < one.endsAt)
    .reduce<OfferPromotion | null>(
      (best, one) => (best === null || one.priceFen < best.priceFen ? one : best),
      null,
    );
