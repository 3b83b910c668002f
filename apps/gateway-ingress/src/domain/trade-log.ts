/** One trade message, by what makes a repeat of it the same message. */
export type TradeMessage = { topic: string; status: string; modifiedAt: Date };

/** The messages of one trade that have been taken. The newest are kept, enough to know a repeat. */
export type TradeLog = {
  sellerId: string;
  tradeId: string;
  messages: readonly LoggedMessage[];
};

export type LoggedMessage = { key: string; receivedAt: Date; rawBody: Uint8Array };

const MESSAGES_KEPT = 20;

/** Identity of a message: the platform repeats a push with the same topic, status and time. */
export const messageKey = ({ topic, status, modifiedAt }: TradeMessage): string =>
  `${topic}|${status}|${modifiedAt.toISOString()}`;

/** Takes a message; null when it has been taken before. */
export function takeMessage(
  log: TradeLog | null,
  trade: { sellerId: string; tradeId: string },
  message: LoggedMessage,
): TradeLog | null {
  const taken = log?.messages ?? [];
  if (taken.some(({ key }) => key === message.key)) return null;
  return { ...trade, messages: [...taken, message].slice(-MESSAGES_KEPT) };
}
