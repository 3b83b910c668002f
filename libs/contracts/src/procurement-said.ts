import type { NoteAction, ProcurementNews, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { ProcurementSaid as SaidMessage } from './gen/astrolabe/ingress/v1/ingress_events.ts';
import {
  NoteAction as ActionNumber,
  ProcurementGoodsState as StateNumber,
  ProcurementKind as KindNumber,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';

/** A message of a procurement platform, as its event carries it. */
export type ProcurementSaidEvent = {
  readonly sellerId: string;
  /** The connection that it came by. */
  readonly appKey: string;
  /** The same for a push and its replay. */
  readonly messageId: string;
  readonly bornAt: Date | null;
  readonly news: ProcurementNews;
  /** The platform's JSON as it came, for people. */
  readonly raw: string;
};

const KINDS = {
  REQUISITION_CREATED: KindNumber.REQUISITION_CREATED,
  REQUISITION_REJECTED: KindNumber.REQUISITION_REJECTED,
  ORDER_CREATED: KindNumber.ORDER_CREATED,
  ORDER_CANCELLED: KindNumber.ORDER_CANCELLED,
  RECEIPT_CHANGED: KindNumber.RECEIPT_CHANGED,
  SETTLEMENT_CHANGED: KindNumber.SETTLEMENT_CHANGED,
  GOODS_STATUS_CHANGED: KindNumber.GOODS_STATUS_CHANGED,
} as const satisfies Record<ProcurementNews['kind'], KindNumber>;

const ACTIONS = {
  CREATE: ActionNumber.CREATE,
  CANCEL: ActionNumber.CANCEL,
  EDIT: ActionNumber.EDIT,
  REJECT: ActionNumber.REJECT,
  CONFIRM: ActionNumber.CONFIRM,
} as const satisfies Record<NoteAction, ActionNumber>;

const STATES = {
  ON_SHELF: StateNumber.ON_SHELF,
  OFF_SHELF: StateNumber.OFF_SHELF,
  DELETED: StateNumber.DELETED,
} as const;

const ABOUT = { requisitionId: '', orderId: '', receiptId: '', settlementId: '', goodsId: '' };

/** The event's message. */
export function procurementSaidToMessage(event: ProcurementSaidEvent): SaidMessage {
  const { news, bornAt, ...rest } = event;
  const { kind, ...about } = news;
  const action = 'action' in news && news.action !== null ? ACTIONS[news.action] : undefined;
  return {
    ...ABOUT,
    ...rest,
    ...about,
    kind: KINDS[kind],
    bornAt: bornAt ?? undefined,
    action: action ?? ActionNumber.UNSPECIFIED,
    goodsState: 'state' in news ? STATES[news.state] : StateNumber.UNSPECIFIED,
  };
}

/** Its inverse; refused is what says not of what, or speaks in a number of a newer version. */
export function procurementSaidFromMessage(
  message: SaidMessage,
): Result<ProcurementSaidEvent, 'INCOMPLETE' | 'UNKNOWN_WORD'> {
  const { sellerId, appKey, messageId, raw } = message;
  const news = newsOf(message);
  if (news === null) return err('UNKNOWN_WORD');
  const isAbout = Object.values(news).every((value) => value !== '');
  if (sellerId === '' || messageId === '' || !isAbout) return err('INCOMPLETE');
  return ok({ sellerId, appKey, messageId, raw, bornAt: message.bornAt ?? null, news });
}

function newsOf(message: SaidMessage): ProcurementNews | null {
  const { requisitionId, orderId, receiptId, settlementId, goodsId } = message;
  const kind = wordOf(KINDS, message.kind);
  const action = wordOf(ACTIONS, message.action);
  if (action === null && message.action !== ActionNumber.UNSPECIFIED) return null;
  switch (kind) {
    case 'REQUISITION_CREATED':
    case 'REQUISITION_REJECTED':
      return { kind, requisitionId };
    case 'ORDER_CREATED':
    case 'ORDER_CANCELLED':
      return { kind, orderId };
    case 'RECEIPT_CHANGED':
      return { kind, receiptId, action };
    case 'SETTLEMENT_CHANGED':
      return { kind, settlementId, action };
    case 'GOODS_STATUS_CHANGED': {
      const state = wordOf(STATES, message.goodsState);
      return state && { kind, goodsId, state };
    }
    case null:
      return null;
  }
}

const wordOf = <W extends string>(numbers: Readonly<Record<W, number>>, value: number): W | null =>
  (Object.keys(numbers) as W[]).find((word) => numbers[word] === value) ?? null;
