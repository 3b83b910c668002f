import type { Clock } from '@astrolabe/kernel';
import { ok, orderKey } from '@astrolabe/kernel';
import { createJournalStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { OutboxSource } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import type { Db } from 'mongodb';
import type { TradeInbox } from '../../application/ports.ts';
import { logMessage, messageKey, newestMessage } from '../../domain/trade-log.ts';
import type { TradeLog } from '../../domain/trade-log.ts';
import { createTradeBodies } from './trade-bodies.ts';

/** Trade messages by trade, with the outbox that the relay publishes. */
export async function createTrades(options: {
  db: Db;
  topic: string;
  sealer: Sealer;
  clock: Clock;
  /** How long the body of a message is kept. */
  bodiesKeptDays: number;
  wake: (id: string) => void;
}): Promise<TradeInbox & { readonly outbox: OutboxSource }> {
  const { db, topic, clock, wake } = options;
  await ensureIndexes(db, [outboxIndexes('trades')]);
  const bodies = await createTradeBodies(options);
  const store = await createJournalStore<TradeLog>({
    db,
    collection: 'trades',
    topic,
    source: 'gateway-ingress',
    wake,
    leisurely: true,
    mapping: { encode: (log) => log, decode: (stored) => stored as TradeLog },
  });
  return {
    outbox: store.outbox,
    isKnown: async (order) => (await store.load(orderKey(order))) !== null,
    newest: async (order) => {
      const id = orderKey(order);
      const loaded = await store.load(id);
      const newest = loaded && newestMessage(loaded.state);
      const rawBody = newest && (await bodies.find(id, newest.key));
      return rawBody && { rawBody, version: loaded.version };
    },
    isStill: (order, version) => store.isAt(orderKey(order), version),
    take: async (orderRef, { rawBody, ...message }, event) => {
      const id = orderKey(orderRef);
      const receivedAt = clock();
      const key = messageKey(message);
      // The body first: a message in the log without one could not be read again.
      await Promise.all([bodies.keep(id, key, rawBody, receivedAt), store.expect(id)]);
      await store.transact(id, null, (log) => {
        const logged = { key, receivedAt, modifiedAt: message.modifiedAt };
        const next = logMessage(log, orderRef, logged);
        if (next)
          return ok({ state: next, events: [{ ...event, time: receivedAt }], result: null });
        // A repeat: there is a log, or it would not be one.
        return ok({ state: log ?? { orderRef, messages: [] }, events: [], result: null });
      });
    },
  };
}
