import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { encodeMessage } from '@astrolabe/schemas/procurement';
import type { MessageToPrint, ProcurementSaid } from '@astrolabe/schemas/procurement';
import type { Account } from './account.ts';
import type { Pushed } from '../../../domain/procurement/messages.ts';
import { memberOf } from './json.ts';

/** The seven messages of the document: 2, 4, 5, 9, 12, 14 and 19. */
export const MESSAGE_KINDS = [
  'REQUISITION_CREATED',
  'REQUISITION_REJECTED',
  'ORDER_CREATED',
  'ORDER_CANCELLED',
  'RECEIPT_CHANGED',
  'SETTLEMENT_CHANGED',
  'GOODS_STATUS_CHANGED',
] as const;

type Kind = (typeof MESSAGE_KINDS)[number];
type Action = 'CREATE' | 'CANCEL' | 'EDIT' | 'REJECT' | 'CONFIRM';

/** A message by kind and id, with what the books say of it; or the whole of it. */
export type Wanted = {
  readonly kind?: Kind;
  readonly id?: string;
  readonly action?: Action;
  readonly json?: string;
  readonly messageId?: string;
};

/** Ids that no other run has used. */
export function messageIds(clock: Clock): () => string {
  let next = BigInt(clock().getTime()) * 1_000n;
  return () => {
    next += 1n;
    return next.toString();
  };
}

/** The message as it is pushed; the reason when it cannot be made. */
export function messageOf(
  account: Account,
  wanted: Wanted,
  nextMessageId: () => string,
  now: Date,
): Result<Pushed, string> {
  const { kind, id, json } = wanted;
  if (json !== undefined) {
    const own = (memberOf(json, 'msgId') ?? '').replaceAll('"', '');
    const messageId = wanted.messageId ?? (own === '' ? nextMessageId() : own);
    return ok({ messageId, json, bornAt: now });
  }
  if (kind === undefined || id === undefined) return err('needs kind and id, or json');
  const messageId = wanted.messageId ?? nextMessageId();
  const head = { messageId, bornAt: now, memberId: account.memberId };
  const message: MessageToPrint = { ...head, ...saidOf(account, kind, id, wanted.action) };
  return ok({ messageId, json: encodeMessage(message), bornAt: now });
}

type Said = Extract<ProcurementSaid, { readonly data: object }>;

function saidOf({ books, memberId }: Account, kind: Kind, id: string, action?: Action): Said {
  const acted = action === undefined ? {} : { action };
  switch (kind) {
    case 'REQUISITION_CREATED': {
      const { requisitionNo, title } = books.requisitions.get(id) ?? {};
      return {
        kind,
        data: {
          requisitionId: id,
          ...(requisitionNo !== undefined && { requisitionNo }),
          ...(title !== undefined && { title }),
        },
      };
    }
    case 'REQUISITION_REJECTED':
      return { kind, data: { requisitionId: id } };
    case 'ORDER_CREATED': {
      const { orderCode, status } = books.orders.get(id) ?? {};
      const told = status === 'AWAITS_SUPPLIER' || status === 'APPROVED' ? status : undefined;
      return {
        kind,
        data: {
          orderId: id,
          supplierMemberId: memberId,
          ...(orderCode !== undefined && { orderCode }),
          ...(told !== undefined && { status: told }),
        },
      };
    }
    case 'ORDER_CANCELLED': {
      const { orderCode } = books.orders.get(id) ?? {};
      return { kind, data: { orderId: id, ...(orderCode !== undefined && { orderCode }) } };
    }
    case 'RECEIPT_CHANGED':
      return { kind, data: { receiptId: id, ...acted } };
    case 'SETTLEMENT_CHANGED':
      return { kind, data: { settlementId: id, ...acted } };
    case 'GOODS_STATUS_CHANGED': {
      const { status = 'OFF_SHELF', title } = books.goods.get(id) ?? {};
      return { kind, data: { mallGoodsId: id, status, ...(title !== undefined && { title }) } };
    }
  }
}
