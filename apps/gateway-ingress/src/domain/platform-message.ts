import type { OrderRef, ProcurementNews } from '@astrolabe/kernel';
import type { Connection } from './connection.ts';

/** A message as it was read. `news`: a test of the channel says nothing, and some say what nobody knows. */
export type PlatformMessage = {
  /** The same for a push and its replay. */
  readonly messageId: string;
  readonly bornAt: Date | null;
  readonly memberId: string;
  readonly type: string;
  readonly news: ProcurementNews | 'TEST' | null;
};

/** A message that is understood and belongs to a seller. */
export type SaidMessage = {
  readonly sellerId: string;
  readonly appKey: string;
  readonly messageId: string;
  readonly bornAt: Date | null;
  readonly news: ProcurementNews;
  /** As it came, for people. */
  readonly raw: string;
};

/** Why a message that was signed is not passed on. */
export type ParkReason = 'UNREADABLE' | 'UNKNOWN_TYPE' | 'UNKNOWN_MEMBER';

/** A dead letter of a platform. */
export type Parked = {
  readonly platform: string;
  readonly appKey: string;
  /** Empty where the member is not known. */
  readonly sellerId: string;
  readonly reason: ParkReason;
  readonly details: string;
  readonly type: string;
  readonly messageId: string;
  /** What was signed, as it came. */
  readonly raw: Buffer;
};

/** A message, the application that it came by, and whose it is. */
export type ReceivedMessage = {
  readonly platform: string;
  readonly raw: string;
  readonly appKey: string;
  /** Null where it could not be read, and then `problem` says why. */
  readonly message: PlatformMessage | null;
  readonly problem: string;
  /** The connection of its member with that application; null where there is none. */
  readonly connection: Connection | null;
};

/** The number of the order or requisition that a message is about; null for notes and goods. */
const numberOf = (news: ProcurementNews): string | null => {
  if ('requisitionId' in news) return `r${news.requisitionId}`;
  return 'orderId' in news ? news.orderId : null;
};

/** What a message is about; messages about one thing stay in their order. */
function thingOf(news: ProcurementNews): string {
  switch (news.kind) {
    case 'RECEIPT_CHANGED':
      return `receipt-${news.receiptId}`;
    case 'SETTLEMENT_CHANGED':
      return `settlement-${news.settlementId}`;
    case 'GOODS_STATUS_CHANGED':
      return `goods-${news.goodsId}`;
    case 'REQUISITION_CREATED':
    case 'REQUISITION_REJECTED':
    case 'ORDER_CREATED':
    case 'ORDER_CANCELLED':
      return numberOf(news) ?? '';
  }
}

/** The order that a message is about; null for notes and goods. */
export function orderOfNews(
  platform: string,
  sellerId: string,
  news: ProcurementNews,
): OrderRef | null {
  const number = numberOf(news);
  return number === null ? null : { channel: platform, sellerId, number };
}

/** What the event of a message is keyed by. */
export const keyOfNews = (platform: string, sellerId: string, news: ProcurementNews): string =>
  `${platform}/${sellerId}/${thingOf(news)}`;

/** A dead letter of the message, or what it says; `TEST` asks for nothing. */
export function sortedOut(
  received: ReceivedMessage,
): { readonly kind: 'TEST' } | { readonly kind: 'PARKED'; readonly parked: Parked } | Said {
  const { platform, raw, appKey, message, problem, connection } = received;
  if (message?.news === 'TEST') return { kind: 'TEST' };
  if (!message || !connection || !message.news) {
    const parked: Parked = {
      platform,
      appKey,
      sellerId: connection?.sellerId ?? '',
      reason: reasonOf(received),
      details: problem,
      type: message?.type ?? '',
      messageId: message?.messageId ?? '',
      raw: Buffer.from(raw, 'utf8'),
    };
    return { kind: 'PARKED', parked };
  }
  const { messageId, bornAt, news } = message;
  const { sellerId } = connection;
  return { kind: 'SAID', said: { sellerId, appKey, messageId, bornAt, news, raw } };
}

type Said = { readonly kind: 'SAID'; readonly said: SaidMessage };

function reasonOf({ message, connection }: ReceivedMessage): ParkReason {
  if (!message) return 'UNREADABLE';
  return connection ? 'UNKNOWN_TYPE' : 'UNKNOWN_MEMBER';
}
