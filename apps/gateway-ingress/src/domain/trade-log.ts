/** One trade message, by what makes a repeat of it the same message. */
export type TradeMessage = { topic: string; status: string; modifiedAt: Date };

/** The messages of one trade that have been taken: the newest whole, older ones by their keys. */
export type TradeLog = {
  sellerId: string;
  tradeId: string;
  messages: readonly LoggedMessage[];
};

/** `rawBody` is null once newer messages have taken its room. */
export type LoggedMessage = { key: string; receivedAt: Date; rawBody: Uint8Array | null };

/** Bodies are up to 256 KB and a document 16 MB. */
const BODIES_KEPT = 20;
/** A repeat of the payment must be known whatever has happened to the trade since. */
const KEYS_KEPT = 1_000;

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
  const messages = [...taken, message].slice(-KEYS_KEPT);
  return {
    ...trade,
    messages: messages.map((one, index) =>
      index < messages.length - BODIES_KEPT ? { ...one, rawBody: null } : one,
    ),
  };
}
