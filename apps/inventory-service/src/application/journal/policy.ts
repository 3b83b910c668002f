import { placeFromKey, placeKey } from '@astrolabe/kernel';
import type { PolicyRule, QuotaLimit } from '../../domain/policy-rules.ts';
import type { Packed } from './packed.ts';

/** Numbers of the journal's format are positions in this list: append only. */
const RULES: readonly PolicyRule['rule'][] = ['SAFETY', 'QUOTA', 'CHANNEL_HOLDS', 'BUYER_HOLDS'];

/** A rule that is withdrawn has an empty text where its value would be. */
export function packRule(rule: PolicyRule): Packed[] {
  const code = RULES.indexOf(rule.rule);
  switch (rule.rule) {
    case 'SAFETY': {
      const quantity = rule.quantity === null ? '' : rule.quantity;
      return [code, rule.goodsId, rule.place ? placeKey(rule.place) : '', quantity];
    }
    case 'QUOTA':
      return [code, rule.channel, rule.goodsId, rule.limit ? packLimit(rule.limit) : ''];
    case 'CHANNEL_HOLDS':
      return [code, rule.channel, rule.most ?? ''];
    case 'BUYER_HOLDS':
      return [code, rule.most ?? ''];
  }
}

export function unpackRule(packed: readonly Packed[]): PolicyRule {
  const [code, first, second, third] = packed;
  const rule = RULES[code as number];
  switch (rule) {
    case 'SAFETY': {
      const place = placeFromKey(second as string);
      const quantity = third === '' ? null : (third as number);
      return { rule, goodsId: first as string, place, quantity };
    }
    case 'QUOTA': {
      const limit = third === '' ? null : unpackLimit(third as readonly Packed[]);
      return { rule, channel: first as string, goodsId: second as string, limit };
    }
    case 'CHANNEL_HOLDS':
      return { rule, channel: first as string, most: numberOf(second) };
    case 'BUYER_HOLDS':
      return { rule, most: numberOf(first) };
    case undefined:
    default:
      throw new TypeError(`no rule ${String(code)}`);
  }
}

const packLimit = (limit: QuotaLimit): readonly Packed[] =>
  limit.of === 'SHARE' ? [0, limit.tenThousandths] : [1, limit.quantity];

function unpackLimit(packed: readonly Packed[]): QuotaLimit {
  const value = packed[1] as number;
  return packed[0] === 0
    ? { of: 'SHARE', tenThousandths: value }
    : { of: 'QUANTITY', quantity: value };
}

const numberOf = (packed: Packed | undefined): number | null =>
  packed === '' ? null : (packed as number);
