import type { PutPolicy, Reserve } from './commands.ts';
import type { Cell } from './goods.ts';
import { cellsOfKind } from './goods.ts';
import { LIMITS } from './limits.ts';
import type { Decision, Reason } from './outcomes.ts';
import { alreadyDone, applied, refused } from './outcomes.ts';
import type { Policy, QuotaLimit } from './policy-rules.ts';
import { policyOf, quotaKey, rulesOf, safetyKey } from './policy-rules.ts';
import type { Milli } from './quantity.ts';
import type { SellerStock } from './stock.ts';

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
