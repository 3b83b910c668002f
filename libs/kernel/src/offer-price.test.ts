import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OfferPrices, OfferPromotion, PriceMode } from './offer-price.ts';
import { offerPrice, rateOf } from './offer-price.ts';
import { parseShanghai } from './time.ts';

const at = (text: string): Date => {
  const instant = parseShanghai(text);
  if (!instant.ok) throw new TypeError(text);
  return instant.value;
};

const groupBuy: OfferPromotion = {
  promotionId: 'G1',
  kind: 'GROUP_BUY',
  priceFen: 80_000n,
  quantityMilli: 100_000n,
  startsAt: at('2026-11-22 10:00:00'),
  endsAt: at('2026-11-22 12:00:00'),
};

const prices: OfferPrices = {
  agreementFen: 100_000n,
  minimumMilli: 0n,
  tiers: [{ fromMilli: 10_000n, rateBp: 9500 }],
  promotions: [groupBuy],
};

const fenOf = (mode: PriceMode, pieces: bigint, instant: Date, of = prices) => {
  const price = offerPrice(of, { mode, quantityMilli: pieces * 1000n, at: instant });
  return price.ok ? price.value.fen : price.error;
};

describe('the price of a line', () => {
  const noon = at('2026-11-22 12:00:00');

  test.each([
    ['2026-11-22 09:59:59', 'NO_PROMOTION'],
    ['2026-11-22 10:00:00', 80_000n],
    ['2026-11-22 11:59:59', 80_000n],
    ['2026-11-22 12:00:00', 'NO_PROMOTION'],
  ])('a group buy holds from its start until before its end: %s', (text, expected) => {
    expect(fenOf('GROUP_BUY', 1n, at(text))).toBe(expected);
  });

  test('a tier counts from its quantity on; below the first one it is the agreement price', () => {
    expect(fenOf('TIER', 9n, noon)).toBe(100_000n);
    expect(fenOf('TIER', 10n, noon)).toBe(95_000n);
    expect(fenOf('AGREEMENT', 10n, noon)).toBe(100_000n);
    expect(fenOf('SPECIAL', 1n, at('2026-11-22 10:00:00'))).toBe('NO_PROMOTION');
  });

  test('of two promotions at once the cheaper one counts, whatever their order', () => {
    const cheaper = { ...groupBuy, promotionId: 'G2', priceFen: 79_999n };
    for (const promotions of [
      [groupBuy, cheaper],
      [cheaper, groupBuy],
    ]) {
      expect(fenOf('GROUP_BUY', 1n, at('2026-11-22 11:00:00'), { ...prices, promotions })).toBe(
        79_999n,
      );
    }
  });

  test('less than the least quantity, and goods without a price, have none', () => {
    expect(fenOf('AGREEMENT', 1n, noon, { ...prices, minimumMilli: 2000n })).toBe('BELOW_MINIMUM');
    expect(fenOf('AGREEMENT', 1n, noon, { ...prices, agreementFen: 0n })).toBe('NO_PRICE');
  });

  test('a rate is rounded half up, once', () => {
    expect(rateOf(1n, 5000)).toBe(1n);
    expect(rateOf(999n, 9500)).toBe(949n);
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 12n), fc.integer({ min: 1, max: 10_000 }), (fen, bp) => {
        const exact = fen * BigInt(bp);
        const off = rateOf(fen, bp) * 10_000n - exact;
        expect(off > -5000n && off <= 5000n).toBe(true);
      }),
    );
  });
});
