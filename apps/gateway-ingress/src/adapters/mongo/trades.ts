import type { Clock } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { OutboxSource } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { TradeInbox } from '../../application/ports.ts';
import { messageKey, takeMessage } from '../../domain/trade-log.ts';
import type { LoggedMessage, TradeLog } from '../../domain/trade-log.ts';

type StoredMessage = Omit<LoggedMessage, 'rawBody'> & { rawBody: Binary | null };

/** Trade messages by trade, with the outbox that the relay publishes. */
export async function createTrades(options: {
  db: Db;
  topic: string;
  sealer: Sealer;
  clock: Clock;
  wake: (id: string) => void;
}): Promise<TradeInbox & { readonly outbox: OutboxSource }> {
  const { db, topic, sealer, clock, wake } = options;
  await ensureIndexes(db, [outboxIndexes('trades')]);
  const store = createAggregateStore<TradeLog>({
    db,
    collection: 'trades',
    topic,
    source: 'gateway-ingress',
    wake,
    mapping: {
      encode: (log) => ({
        ...log,
        messages: log.messages.map((message) => ({
          ...message,
          rawBody: message.rawBody && new Binary(message.rawBody),
        })),
      }),
      decode: (stored) => {
        const log = stored as Omit<TradeLog, 'messages'> & { messages: StoredMessage[] };
        return {
          ...log,
          messages: log.messages.map((message) => ({
            ...message,
            rawBody: message.rawBody?.buffer ?? null,
          })),
        };
      },
    },
  });
  const idOf = ({ sellerId, tradeId }: { sellerId: string; tradeId: string }) =>
    `${sellerId}/${tradeId}`;
  return {
    outbox: store.outbox,
    isKnown: async (sellerId, tradeId) => (await store.load(idOf({ sellerId, tradeId }))) !== null,
    newest: async (sellerId, tradeId) => {
      const id = idOf({ sellerId, tradeId });
      const rawBody = (await store.load(id))?.state.messages.at(-1)?.rawBody;
      return rawBody ? sealer.open(rawBody, `trade|${id}`) : null;
    },
    take: async (trade, { rawBody, ...message }, event) => {
      const id = idOf(trade);
      const receivedAt = clock();
      const sealed = sealer.seal(rawBody, `trade|${id}`);
      await store.transact(id, null, (log) => {
        const logged = { key: messageKey(message), receivedAt, rawBody: sealed };
        const next = takeMessage(log, trade, logged);
        if (next)
          return ok({ state: next, events: [{ ...event, time: receivedAt }], result: null });
        // A repeat: there is a log, or it would not be one.
        return ok({ state: log ?? { ...trade, messages: [] }, events: [], result: null });
      });
    },
  };
}
