import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { Milli } from './quantity.ts';

/** A rule of a seller; null takes it back. */
export type PolicyRule =
  | {
      readonly rule: 'SAFETY';
      /** Empty means: all goods. */
      readonly goodsId: string;
      /** Null means: all places. */
      readonly place: Place | null;
      readonly quantity: Milli | null;
    }
  | {
      readonly rule: 'QUOTA';
      readonly channel: string;
      /** Empty means: each article by itself. */
      readonly goodsId: string;
      readonly limit: QuotaLimit | null;
    }
  | { readonly rule: 'CHANNEL_HOLDS'; readonly channel: string; readonly most: number | null }
  | { readonly rule: 'BUYER_HOLDS'; readonly most: number | null };

/**
 * What a seller has ruled beyond the stock itself. A rule decides about new promises only: what was
 * promised before it is kept, routed, accepted and shipped as if it were not there.
 */
export type Policy = {
  /** Certain stock that is kept back from new promises, by `safetyKey`. */
  readonly safety: Map<string, Safety & { readonly quantity: Milli }>;
  /** Most that a channel may hold of goods at once, by `quotaKey`. */
  readonly quotas: Map<string, Quota & { readonly limit: QuotaLimit }>;
  /** Most holds of a channel that are open at once, by channel. */
  readonly channelHolds: Map<string, number>;
  /** Most holds of one buyer reference that are open at once, over all channels; null: no limit. */
  buyerHolds: number | null;
};

type Safety = Extract<PolicyRule, { rule: 'SAFETY' }>;
type Quota = Extract<PolicyRule, { rule: 'QUOTA' }>;

/** A part of the certain stock that stands there (in ten-thousandths), or a quantity. */
export type QuotaLimit =
  | { readonly of: 'SHARE'; readonly tenThousandths: number }
  | { readonly of: 'QUANTITY'; readonly quantity: Milli };

export const createPolicy = (): Policy => ({
  safety: new Map(),
  quotas: new Map(),
  channelHolds: new Map(),
  buyerHolds: null,
});

/** An empty `goodsId` means: each article by itself. */
export const quotaKey = (channel: string, goodsId: string): string =>
  `${channel.length}:${channel}|${goodsId}`;

/** An empty `goodsId` means: all goods; no place: all places. */
export const safetyKey = (goodsId: string, place: Place | null): string =>
  `${goodsId.length}:${goodsId}|${place ? placeKey(place) : ''}`;

/** What rules come to, of which a later one stands in the place of an earlier one. */
export function policyOf(rules: Iterable<PolicyRule>): Policy {
  const policy = createPolicy();
  for (const rule of rules) take(policy, rule);
  return policy;
}

function take(policy: Policy, rule: PolicyRule): void {
  switch (rule.rule) {
    case 'SAFETY': {
      const { quantity } = rule;
      const key = safetyKey(rule.goodsId, rule.place);
      put(policy.safety, key, quantity === null ? null : { ...rule, quantity });
      return;
    }
    case 'QUOTA': {
      const { limit } = rule;
      put(policy.quotas, quotaKey(rule.channel, rule.goodsId), limit && { ...rule, limit });
      return;
    }
    case 'CHANNEL_HOLDS':
      put(policy.channelHolds, rule.channel, rule.most);
      return;
    case 'BUYER_HOLDS':
      policy.buyerHolds = rule.most;
  }
}

function put<V>(map: Map<string, V>, key: string, value: V | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}

/** The rules that stand, in the order of their kinds and keys: the same policy, the same list. */
export const rulesOf = (policy: Policy): PolicyRule[] => [
  ...inOrder(policy.safety),
  ...inOrder(policy.quotas),
  ...[...policy.channelHolds.keys()].toSorted().map((channel) => ({
    rule: 'CHANNEL_HOLDS' as const,
    channel,
    most: policy.channelHolds.get(channel) ?? null,
  })),
  ...(policy.buyerHolds === null
    ? []
    : [{ rule: 'BUYER_HOLDS' as const, most: policy.buyerHolds }]),
];

const inOrder = <V>(map: ReadonlyMap<string, V>): V[] =>
  [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
