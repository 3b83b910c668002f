import { placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import type {
  ChannelQuota,
  PolicyRule as RuleMessage,
  PutPolicy,
  SafetyStock,
} from '@astrolabe/contracts/inventory';
import type { Place } from '@astrolabe/kernel';
import type { Body } from '../../domain/commands.ts';
import type { Policy, PolicyRule, QuotaLimit } from '../../domain/policy-rules.ts';
import { rulesOf } from '../../domain/policy-rules.ts';

/** A place that no command may name; `apply` refuses it as malformed. */
export const NO_PLACE: Place = { type: 'STORE', id: '' };

/** Null: a rule of no kind. */
export function policyFromMessage(message: PutPolicy): Body | null {
  const rules = message.rules.flatMap((rule) => ruleFromMessage(rule) ?? []);
  if (rules.length < message.rules.length) return null;
  return { verb: 'PUT_POLICY', rules };
}

function ruleFromMessage({ rule }: RuleMessage): PolicyRule | null {
  switch (rule?.$case) {
    case 'safetyStock':
      return safety(rule.value);
    case 'channelQuota': {
      const { channel, goodsId } = rule.value;
      return { rule: 'QUOTA', channel, goodsId, limit: limitOf(rule.value) };
    }
    case 'channelHoldBudget': {
      const { channel, most } = rule.value;
      return { rule: 'CHANNEL_HOLDS', channel, most: most ?? null };
    }
    case 'buyerHoldBudget':
      return { rule: 'BUYER_HOLDS', most: rule.value.most ?? null };
    case undefined:
      return null;
  }
}

const safety = (message: SafetyStock): PolicyRule => ({
  rule: 'SAFETY',
  goodsId: message.goodsId,
  place: message.place ? (placeFromMessage(message.place) ?? NO_PLACE) : null,
  quantity: message.quantityMilli === undefined ? null : Number(message.quantityMilli),
});

function limitOf({ limit }: ChannelQuota): QuotaLimit | null {
  if (!limit) return null;
  return limit.$case === 'shareTenThousandths'
    ? { of: 'SHARE', tenThousandths: limit.value }
    : { of: 'QUANTITY', quantity: Number(limit.value) };
}

export const rulesToMessages = (policy: Policy): RuleMessage[] =>
  rulesOf(policy).map((rule) => ({ rule: ruleToMessage(rule) }));

function ruleToMessage(rule: PolicyRule): RuleMessage['rule'] {
  switch (rule.rule) {
    case 'SAFETY': {
      const place = rule.place ? placeToMessage(rule.place) : undefined;
      const quantityMilli = rule.quantity === null ? undefined : BigInt(rule.quantity);
      return { $case: 'safetyStock', value: { goodsId: rule.goodsId, place, quantityMilli } };
    }
    case 'QUOTA': {
      const { channel, goodsId, limit } = rule;
      return { $case: 'channelQuota', value: { channel, goodsId, limit: limitMessage(limit) } };
    }
    case 'CHANNEL_HOLDS': {
      const { channel } = rule;
      return { $case: 'channelHoldBudget', value: { channel, most: rule.most ?? undefined } };
    }
    case 'BUYER_HOLDS':
      return { $case: 'buyerHoldBudget', value: { most: rule.most ?? undefined } };
  }
}

function limitMessage(limit: QuotaLimit | null): ChannelQuota['limit'] {
  if (!limit) return undefined;
  return limit.of === 'SHARE'
    ? { $case: 'shareTenThousandths', value: limit.tenThousandths }
    : { $case: 'quantityMilli', value: BigInt(limit.quantity) };
}
