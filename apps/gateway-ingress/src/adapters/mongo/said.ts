import type { Clock } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { createJournalStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { SaidInbox } from '../../application/platform/inbox.ts';
import { keyOfNews } from '../../domain/platform-message.ts';
import type { SaidMessage } from '../../domain/platform-message.ts';

const COLLECTION = 'procurement_said';
/** Messages of one thing whose repeats are recognised; the platform keeps its own for three months. */
const KEPT = 1_000;

/** What is known of one requisition, order, note or goods: which messages came. */
type Said = { readonly messages: readonly { readonly id: string; readonly at: Date }[] };

export type SaidOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly published: (id: string, withinMs: number) => Promise<boolean>;
  readonly platform: string;
  readonly clock: Clock;
  readonly encode: (said: SaidMessage) => Omit<NewEvent, 'time'>;
  /** How long a caller waits for the publication. */
  readonly publishWithinMs: number;
};

/** Messages by what they are about, with the outbox that the relay publishes. */
export async function createSaid(
  options: SaidOptions,
): Promise<SaidInbox & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, published, platform, clock, encode, publishWithinMs } = options;
  await ensureIndexes(db, [outboxIndexes(COLLECTION)]);
  const store = await createJournalStore<Said>({
    db,
    collection: COLLECTION,
    topic,
    source: 'gateway-ingress.procurement',
    wake,
    leisurely: true,
  });
  return {
    outbox: store.outbox,
    take: async (event) => {
      const id = keyOfNews(platform, event.sellerId, event.news);
      await store.transact<null, never>(id, null, (said) => {
        const messages = said?.messages ?? [];
        if (said && messages.some((one) => one.id === event.messageId)) {
          return ok({ state: said, events: [], result: null });
        }
        const at = clock();
        const state = { messages: [...messages, { id: event.messageId, at }].slice(-KEPT) };
        return ok({ state, events: [{ ...encode(event), time: at }], result: null });
      });
      return await published(id, publishWithinMs);
    },
  };
}
