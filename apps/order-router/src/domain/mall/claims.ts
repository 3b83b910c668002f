import type { Milli } from '@astrolabe/kernel';

/**
 * A part of a budget of pieces. One of a purchaser is given back once its pre-order is confirmed, for it bounds
 * what is held without being bought; one of a promotion is then used up.
 */
export type Claim = {
  readonly kind: 'PURCHASER' | 'PROMOTION';
  /** Names the budget, inside the seller. */
  readonly budget: string;
  readonly limitMilli: Milli;
  readonly quantityMilli: Milli;
};

type Wanted = {
  readonly goodsId: string;
  readonly quantityMilli: Milli;
  readonly promotion: { readonly id: string; readonly quantityMilli: Milli } | null;
};

/**
 * What an order takes of budgets: per goods of what its purchaser may have held (0: no limit), and per group
 * buy of what it has in all. Lines of the same budget are one claim.
 */
export function claimsOf(
  lines: readonly Wanted[],
  purchaser: { readonly account: string; readonly name: string; readonly limitMilli: Milli },
): readonly Claim[] {
  const claims = new Map<string, Claim>();
  const add = (claim: Claim): void => {
    const before = claims.get(claim.budget)?.quantityMilli ?? 0n;
    claims.set(claim.budget, { ...claim, quantityMilli: before + claim.quantityMilli });
  };
  for (const { goodsId, quantityMilli, promotion } of lines) {
    if (purchaser.limitMilli > 0n) {
      const budget = JSON.stringify(['purchaser', purchaser.account, purchaser.name, goodsId]);
      add({ kind: 'PURCHASER', budget, limitMilli: purchaser.limitMilli, quantityMilli });
    }
    if (promotion && promotion.quantityMilli > 0n) {
      const budget = JSON.stringify(['promotion', promotion.id]);
      add({ kind: 'PROMOTION', budget, limitMilli: promotion.quantityMilli, quantityMilli });
    }
  }
  return [...claims.values()];
}
