import { createHash } from 'node:crypto';
import type { Clock } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { ParkedMessages } from '../../application/platform/inbox.ts';
import type { Parked } from '../../domain/platform-message.ts';

const COLLECTION = 'parked_messages';

type Stored = Omit<Parked, 'raw'> & { readonly raw: Binary; readonly parkedAt: Date };

export type ParkedOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly encode: (message: Parked) => Omit<NewEvent, 'time'>;
};

/** The same bytes of one application are one letter. */
const idOf = ({ platform, appKey, raw }: Parked): string => {
  const digest = createHash('sha256').update(raw).digest('base64url');
  return `${platform}/${appKey}/${digest}`;
};

const context = (id: string): string => `parked|${id}`;

/** Messages that were signed and not understood, bodies sealed, with the outbox that the relay publishes. */
export async function createParked(
  options: ParkedOptions,
): Promise<ParkedMessages & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, sealer, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    {
      collection: COLLECTION,
      indexes: [{ key: { 'state.parkedAt': -1, _id: -1 }, name: 'newest' }],
    },
  ]);
  const documents = db.collection<{ _id: string; state: Stored }>(COLLECTION);
  const store = createAggregateStore<Stored>({
    db,
    collection: COLLECTION,
    topic,
    source: 'gateway-ingress.parked',
    wake,
  });
  return {
    outbox: store.outbox,
    park: async (message) => {
      const id = idOf(message);
      await store.transact<null, never>(id, null, (known) => {
        if (known) return ok({ state: known, events: [], result: null });
        const parkedAt = clock();
        const raw = new Binary(sealer.seal(message.raw, context(id)));
        const events = [{ ...encode(message), time: parkedAt }];
        return ok({ state: { ...message, raw, parkedAt }, events, result: null });
      });
    },
    list: async (limit, after) => {
      const before = after === '' ? null : await documents.findOne({ _id: after });
      const found = await documents
        .find(before ? olderThan(after, before.state.parkedAt) : {})
        .sort({ 'state.parkedAt': -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const items = found.slice(0, limit).map(({ _id: parkedId, state }) => ({
        parkedId,
        sellerId: state.sellerId,
        appKey: state.appKey,
        reason: state.reason,
        details: state.details,
        type: state.type,
        messageId: state.messageId,
        parkedAt: state.parkedAt,
        raw: sealer.open(state.raw.buffer, context(parkedId)).toString('utf8'),
      }));
      return { items, next: found.length > limit ? (items.at(-1)?.parkedId ?? '') : '' };
    },
  };
}

const olderThan = (id: string, at: Date) => ({
  $or: [{ 'state.parkedAt': { $lt: at } }, { 'state.parkedAt': at, _id: { $lt: id } }],
});
