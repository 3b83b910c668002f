import { mapOk } from '@astrolabe/kernel';
import type { ProcurementNews, Result } from '@astrolabe/kernel';
import { decodeMessage } from '@astrolabe/schemas/procurement';
import type { ProcurementMessage } from '@astrolabe/schemas/procurement';
import type { PlatformMessage } from '../../domain/platform-message.ts';

/** Reads a message of document 000, pushed or replayed, in our words; the reason where it cannot be read. */
export const readProcurementMessage = (json: string): Result<PlatformMessage, string> =>
  mapOk(decodeMessage(json), (message) => {
    const { messageId, bornAt, memberId, type } = message;
    return {
      messageId,
      // An instant of a form that was never seen is for people, and stands in what came.
      bornAt: bornAt instanceof Date ? bornAt : null,
      memberId,
      type,
      news: newsOf(message),
    };
  });

function newsOf({ said }: ProcurementMessage): ProcurementNews | 'TEST' | null {
  switch (said.kind) {
    case 'REQUISITION_CREATED':
    case 'REQUISITION_REJECTED':
      return { kind: said.kind, requisitionId: said.data.requisitionId };
    case 'ORDER_CREATED':
    case 'ORDER_CANCELLED':
      return { kind: said.kind, orderId: said.data.orderId };
    case 'RECEIPT_CHANGED':
      return { kind: said.kind, receiptId: said.data.receiptId, action: said.data.action ?? null };
    case 'SETTLEMENT_CHANGED': {
      const { settlementId, action = null } = said.data;
      return { kind: said.kind, settlementId, action };
    }
    case 'GOODS_STATUS_CHANGED':
      return { kind: said.kind, goodsId: said.data.mallGoodsId, state: said.data.status };
    case 'TEST':
      return 'TEST';
    case 'OTHER':
      return null;
  }
}
