import type { Body, Command } from './commands.ts';
import type { PolicyRule } from './policy-rules.ts';
import { LIMITS } from './limits.ts';
import type { Reason } from './outcomes.ts';
import { WHOLE_SHARE } from './policy.ts';
import type { Milli } from './quantity.ts';

const isId = (text: string): boolean => text.length > 0 && text.length <= LIMITS.idLength;
const isText = (text: string): boolean => text.length <= LIMITS.idLength;
const isQuantity = (milli: Milli): boolean => milli > 0 && milli <= LIMITS.lineMilli;
/** 0 stands for "all of it". */
const isPart = (milli: Milli): boolean => milli === 0 || isQuantity(milli);

/** What is wrong with the shape of a command; empty when nothing is. */
export function wrongWith(command: Command): Reason {
  const names = isId(command.operationId) && isId(command.sellerId);
  if (!names || !isText(command.actor) || !isText(command.messageId)) return 'MALFORMED';
  return wrongWithBody(command.body);
}

function wrongWithBody(body: Body): Reason {
  if ('ref' in body && !isId(body.ref)) return 'MALFORMED';
  switch (body.verb) {
    case 'RESERVE': {
      if (!isText(body.channel) || !isText(body.buyerRef)) return 'MALFORMED';
      if (!(body.ttlMs >= 0 && body.ttlMs <= LIMITS.ttlMs)) return 'QUANTITY_OUT_OF_RANGE';
      for (const { goodsId, place, quantity } of body.lines) {
        if (!isId(goodsId) || (place !== null && !isId(place.id))) return 'MALFORMED';
        if (!isQuantity(quantity)) return 'QUANTITY_OUT_OF_RANGE';
      }
      return wrongWithIds(body.lines.map((line) => line.lineId));
    }
    case 'ROUTE': {
      if (body.lines.some((line) => !isId(line.place.id) || !isText(line.goodsId))) {
        return 'MALFORMED';
      }
      if (body.lines.some((line) => !isPart(line.quantity))) return 'QUANTITY_OUT_OF_RANGE';
      return wrongWithIds(body.lines.map((line) => line.lineId));
    }
    case 'CONSUME': {
      if (!isText(body.shipmentRef)) return 'MALFORMED';
      if (body.lines.some((line) => !isPart(line.quantity))) return 'QUANTITY_OUT_OF_RANGE';
      return wrongWithIds(body.lines.map((line) => line.lineId));
    }
    case 'REBIND': {
      if (!isId(body.newRef) || body.newRef === body.ref) return 'MALFORMED';
      if (body.lines.some((line) => !isPart(line.quantity))) return 'QUANTITY_OUT_OF_RANGE';
      return (
        wrongWithIds(body.lines.map((line) => line.lineId)) ||
        wrongWithIds(body.lines.map((line) => line.newLineId))
      );
    }
    case 'INITIALISE':
    case 'ADJUST': {
      if (!isText(body.billScope)) return 'MALFORMED';
      const bad = body.lines.some(
        (line) =>
          !isId(line.billNum) ||
          !isId(line.goodsId) ||
          !isId(line.place.id) ||
          (line.operationTimeMs !== null && line.operationTimeMs < 0),
      );
      return bad ? 'MALFORMED' : wrongWithCount(body.lines.length);
    }
    case 'RELEASE':
    case 'GIVE_BACK':
      if (!isText(body.reason)) return 'MALFORMED';
      return body.lineIds.length === 0 ? '' : wrongWithIds(body.lineIds);
    case 'ACCEPT':
    case 'REFUSE':
      return body.lineIds.length === 0 ? '' : wrongWithIds(body.lineIds);
    case 'CONFIRM':
    case 'EXPIRE':
      return '';
    case 'REPAIR_HOLD':
      return isText(body.reason) ? '' : 'MALFORMED';
    case 'REPAIR_CELL': {
      const names = isId(body.goodsId) && isId(body.place.id) && isText(body.reason);
      return names ? '' : 'MALFORMED';
    }
    case 'PUT_POLICY':
      return (
        body.rules.map(wrongWithRule).find((wrong) => wrong) ?? wrongWithCount(body.rules.length)
      );
  }
}

function wrongWithRule(rule: PolicyRule): Reason {
  switch (rule.rule) {
    case 'SAFETY': {
      const { goodsId, place, quantity } = rule;
      if (!isText(goodsId) || (place && !isId(place.id))) return 'MALFORMED';
      const inRange = quantity === null || (quantity >= 0 && quantity <= LIMITS.lineMilli);
      return inRange ? '' : 'QUANTITY_OUT_OF_RANGE';
    }
    case 'QUOTA': {
      const { channel, goodsId, limit } = rule;
      if (!isId(channel) || !isText(goodsId)) return 'MALFORMED';
      if (limit === null) return '';
      if (limit.of === 'SHARE') {
        return isWhole(limit.tenThousandths, WHOLE_SHARE) ? '' : 'QUANTITY_OUT_OF_RANGE';
      }
      const inRange = limit.quantity >= 0 && limit.quantity <= LIMITS.lineMilli;
      return inRange ? '' : 'QUANTITY_OUT_OF_RANGE';
    }
    case 'CHANNEL_HOLDS':
    case 'BUYER_HOLDS': {
      if (rule.rule === 'CHANNEL_HOLDS' && !isId(rule.channel)) return 'MALFORMED';
      const fine = rule.most === null || isWhole(rule.most, LIMITS.budget);
      return fine ? '' : 'QUANTITY_OUT_OF_RANGE';
    }
  }
}

const isWhole = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 0 && value <= most;

function wrongWithCount(count: number): Reason {
  if (count === 0) return 'NO_LINES';
  return count > LIMITS.lines ? 'TOO_MANY_LINES' : '';
}

function wrongWithIds(ids: readonly string[]): Reason {
  const count = wrongWithCount(ids.length);
  if (count) return count;
  for (const id of ids) if (!isId(id)) return 'MALFORMED';
  return ids.length > 1 && new Set(ids).size !== ids.length ? 'DUPLICATE_LINE' : '';
}
