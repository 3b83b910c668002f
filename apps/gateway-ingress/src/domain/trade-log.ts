import type { OrderRef } from '@astrolabe/kernel';

/**
 * One trade message. It is the same message as another one exactly when topic and body are the same:
 * TOP's `modified` has whole seconds, in which several messages about one trade may fall.
 */
export type TradeMessage = {
  topic: string;
  /** Digest of the body as it arrived. */
  digest: string;
  /** The trade's `modified`, or else when the message was published. */
  modifiedAt: Date;
};

/** The messages of one trade, in the order of their arrival. Their bodies lie elsewhere. */
export type TradeLog = {
  orderRef: OrderRef;
  messages: readonly LoggedMessage[];
};

export type LoggedMessage = { key: string; receivedAt: Date; modifiedAt: Date };

/** A repeat of the payment is recognised whatever has happened to the trade since. */
const KEYS_KEPT = 1_000;

/** Identity of a message within its trade. */
export const messageKey = ({ topic, digest }: Pick<TradeMessage, 'topic' | 'digest'>): string =>
  `${topic}|${digest}`;

/** The log with one more message; null when it holds the message already. */
export function logMessage(
  log: TradeLog | null,
  orderRef: OrderRef,
  message: LoggedMessage,
): TradeLog | null {
  const logged = log?.messages ?? [];
  if (logged.some(({ key }) => key === message.key)) return null;
  return { orderRef, messages: [...logged, message].slice(-KEYS_KEPT) };
}

/**
 * The message whose trade is the newest: by `modified`, and of those within one second the last one
 * that arrived. Null for an empty log.
 */
export const newestMessage = (log: TradeLog): LoggedMessage | null =>
  log.messages.reduce<LoggedMessage | null>(
    (newest, message) => (newest && newest.modifiedAt > message.modifiedAt ? newest : message),
    null,
  );
