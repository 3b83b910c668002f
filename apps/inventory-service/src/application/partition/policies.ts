import { policyOf, rulesOf } from '../../domain/policy-rules.ts';
import type { SellerStock, State } from '../../domain/stock.ts';
import { sellerOf } from '../../domain/stock.ts';
import type { Packed } from '../journal/packed.ts';
import { packRule, unpackRule } from '../journal/policy.ts';

type Item = readonly unknown[];

/** Sellers' rules for a snapshot. */
export const packPolicies = (sellers: Iterable<SellerStock>): Item[] =>
  [...sellers].flatMap(({ sellerId, policy }) => {
    const rules = rulesOf(policy);
    return rules.length > 0 ? [[sellerId, rules.map(packRule)]] : [];
  });

export function restorePolicy(state: State, item: Item): void {
  const [sellerId, rules] = item as [string, (readonly Packed[])[]];
  sellerOf(state, sellerId).policy = policyOf(rules.map(unpackRule));
}
