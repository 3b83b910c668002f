import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { PolicyRule, PutPolicy, Reserve } from './commands.ts';
import { cellsOfKind } from './goods.ts';
import { LIMITS } from './limits.ts';
import type { Decision, Reason } from './outcomes.ts';
import { alreadyDone, applied, refused } from './outcomes.ts';
import type { Cell, SellerStock } from './stock.ts';
import type { Milli } from './quantity.ts';

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

/** Empty goods: each goods by itself. */
const quotaKey = (channel: string, goodsId: string): string =>
  `${channel.length}:${channel}|${goodsId}`;

/** Empty goods: all goods. No place: all places. */
const safetyKey = (goodsId: string, place: Place | null): string =>
  `${goodsId.length}:${goodsId}|${place ? placeKey(place) : ''}`;

/** Takes the rules in, all or none. The same rules again change nothing. */
export function putPolicy(seller: SellerStock, command: PutPolicy): Decision {
  const before = seller.policy;
  const next = policyOf([...rulesOf(before), ...command.rules]);
  const { safety, quotas, channelHolds } = next;
  if (safety.size + quotas.size + channelHolds.size > LIMITS.rules) {
    return refused('INVALID', 'TOO_MANY_RULES');
  }
  if (textOf(next) === textOf(before)) return alreadyDone([]);
  seller.policy = next;
  return applied([], []);
}

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

const textOf = (policy: Policy): string => JSON.stringify(rulesOf(policy));

/**
 * What is kept back of a cell. The rule that says most wins: goods and place, then goods, then place,
 * then the seller's default. Shared stock is sold where it stands: nothing is kept back of it.
 */
export function safetyOf(seller: SellerStock, cell: Cell): Milli {
  const { safety } = seller.policy;
  if (safety.size === 0 || cell.kind !== 'CERTAIN') return 0;
  const rule =
    safety.get(safetyKey(cell.goodsId, cell.place)) ??
    safety.get(safetyKey(cell.goodsId, null)) ??
    safety.get(safetyKey('', cell.place)) ??
    safety.get(safetyKey('', null));
  return rule?.quantity ?? 0;
}

/** What the channel may still come to hold of the goods' certain stock; null: no quota. */
export function quotaLeft(seller: SellerStock, channel: string, goodsId: string): Milli | null {
  const { quotas } = seller.policy;
  if (quotas.size === 0) return null;
  const rule = quotas.get(quotaKey(channel, goodsId)) ?? quotas.get(quotaKey(channel, ''));
  if (!rule) return null;
  const held = seller.goods.get(goodsId)?.heldBy.of(channel) ?? 0;
  return limitOf(seller, goodsId, rule.limit) - held;
}

function limitOf(seller: SellerStock, goodsId: string, limit: QuotaLimit): Milli {
  if (limit.of === 'QUANTITY') return limit.quantity;
  const goods = seller.goods.get(goodsId);
  if (!goods) return 0;
  const stands = cellsOfKind(goods, 'CERTAIN').reduce((sum, { quantity }) => sum + quantity, 0);
  return shareOf(stands, limit.tenThousandths);
}

export const WHOLE_SHARE = 10_000;

/** Rounded down; in two steps, because the product of both may be too large to be exact. */
const shareOf = (milli: Milli, tenThousandths: number): Milli =>
  Math.floor(milli / WHOLE_SHARE) * tenThousandths +
  Math.floor(((milli % WHOLE_SHARE) * tenThousandths) / WHOLE_SHARE);

/** Why one more hold is too many; empty when it is not. */
export function overBudget(seller: SellerStock, command: Reserve): Reason {
  const { policy, usage } = seller;
  const ofChannel = policy.channelHolds.get(command.channel);
  if (ofChannel !== undefined && (usage.channels.get(command.channel) ?? 0) >= ofChannel) {
    return 'CHANNEL_HOLD_BUDGET';
  }
  const { buyerRef } = command;
  if (policy.buyerHolds === null || buyerRef === '') return '';
  return (usage.buyers.get(buyerRef) ?? 0) >= policy.buyerHolds ? 'BUYER_HOLD_BUDGET' : '';
}
