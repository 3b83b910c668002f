import { placeFromMessage, stockKindFromMessage } from '@astrolabe/contracts';
import { BillType } from '@astrolabe/contracts/inventory';
import type {
  Adjust,
  Command as CommandMessage,
  Initialise,
  Reserve,
  Route,
} from '@astrolabe/contracts/inventory';
import { NO_PLACE, policyFromMessage } from './policies.ts';
import type { BillType as DomainBillType, Body, Command } from '../../domain/commands.ts';

const BILL_TYPES = new Map<BillType, DomainBillType>([
  [BillType.TAOBAO_INCLUDED, 'TAOBAO_INCLUDED'],
  [BillType.TAOBAO_EXCLUDED, 'TAOBAO_EXCLUDED'],
  [BillType.BALANCE, 'BALANCE'],
]);

/** Null: the message has no verb, or names a stock kind that it must and does not. */
export function commandFromMessage(message: CommandMessage | undefined): Command | null {
  const body = message && bodyFromMessage(message.verb);
  if (!body) return null;
  const { operationId, sellerId, actor, messageId } = message;
  return { operationId, sellerId, actor, messageId, body };
}

function bodyFromMessage(verb: CommandMessage['verb']): Body | null {
  switch (verb?.$case) {
    case 'reserve':
      return reserve(verb.value);
    case 'route':
      return route(verb.value);
    case 'accept':
      return { verb: 'ACCEPT', ref: verb.value.holdRef, lineIds: verb.value.lineIds };
    case 'refuse':
      return { verb: 'REFUSE', ref: verb.value.holdRef, lineIds: verb.value.lineIds };
    case 'release': {
      const { holdRef: ref, lineIds, reason } = verb.value;
      return { verb: 'RELEASE', ref, lineIds, reason };
    }
    case 'giveBack': {
      const { holdRef: ref, lineIds, reason } = verb.value;
      return { verb: 'GIVE_BACK', ref, lineIds, reason };
    }
    case 'confirm':
      return { verb: 'CONFIRM', ref: verb.value.holdRef };
    case 'rebind': {
      const { holdRef: ref, newHoldRef: newRef, lines } = verb.value;
      const rebound = lines.map(({ lineId, newLineId, quantityMilli }) => ({
        lineId,
        newLineId,
        quantity: Number(quantityMilli),
      }));
      return { verb: 'REBIND', ref, newRef, lines: rebound };
    }
    case 'consume': {
      const { holdRef: ref, shipmentRef, lines } = verb.value;
      const consumed = lines.map(({ lineId, quantityMilli }) => ({
        lineId,
        quantity: Number(quantityMilli),
      }));
      return { verb: 'CONSUME', ref, shipmentRef, lines: consumed };
    }
    case 'initialise':
      return initialise(verb.value);
    case 'adjust':
      return adjust(verb.value);
    case 'putPolicy':
      return policyFromMessage(verb.value);
    case undefined:
      return null;
  }
}

function reserve(message: Reserve): Body {
  return {
    verb: 'RESERVE',
    ref: message.holdRef,
    channel: message.channel,
    ttlMs: Number(message.ttlMs),
    buyerRef: message.buyerRef,
    lines: message.lines.map((line) => ({
      lineId: line.lineId,
      goodsId: line.goodsId,
      quantity: Number(line.quantityMilli),
      place: line.place ? (placeFromMessage(line.place) ?? NO_PLACE) : null,
      kind: stockKindFromMessage(line.kind) ?? 'CERTAIN',
    })),
  };
}

function route(message: Route): Body | null {
  const lines = message.lines.flatMap((line) => {
    const kind = stockKindFromMessage(line.kind);
    const place = placeFromMessage(line.place) ?? NO_PLACE;
    const { lineId, goodsId } = line;
    const quantity = Number(line.quantityMilli);
    return kind ? [{ lineId, goodsId, quantity, place, kind }] : [];
  });
  if (lines.length < message.lines.length) return null;
  return { verb: 'ROUTE', ref: message.holdRef, lines };
}

function initialise(message: Initialise): Body | null {
  const lines = message.lines.flatMap((line) => {
    const kind = stockKindFromMessage(line.kind);
    const place = placeFromMessage(line.place) ?? NO_PLACE;
    const { billNum, goodsId } = line;
    const quantity = Number(line.quantityMilli);
    const operationTimeMs = timeOf(line);
    return kind ? [{ billNum, goodsId, quantity, place, kind, operationTimeMs }] : [];
  });
  if (lines.length < message.lines.length) return null;
  return { verb: 'INITIALISE', billScope: message.billScope, lines };
}

function adjust(message: Adjust): Body | null {
  const lines = message.lines.flatMap((line) => {
    const kind = stockKindFromMessage(line.kind);
    const place = placeFromMessage(line.place) ?? NO_PLACE;
    const { billNum, goodsId, finalQuantityMilli } = line;
    const delta = Number(line.deltaMilli);
    const billType = BILL_TYPES.get(line.billType) ?? null;
    const finalQuantity = finalQuantityMilli === undefined ? null : Number(finalQuantityMilli);
    const counted = { billNum, goodsId, billType, delta, finalQuantity };
    return kind ? [{ ...counted, place, kind, operationTimeMs: timeOf(line) }] : [];
  });
  if (lines.length < message.lines.length) return null;
  return { verb: 'ADJUST', billScope: message.billScope, lines };
}

const timeOf = ({ operationTimeMs }: { operationTimeMs?: bigint | undefined }): number | null =>
  operationTimeMs === undefined ? null : Number(operationTimeMs);
