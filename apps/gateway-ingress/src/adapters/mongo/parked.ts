import { createHash } from 'node:crypto';
import type { Clock } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { createAggregateStore, ensureIndexes, outboxIndexes } from '@astrolabe/mongo';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import type { ParkedMessage, ParkedMessages } from '../../application/platform/inbox.ts';
import type { Parked } from '../../domain/platform-message.ts';

const COLLECTION = 'parked_messages';

type Stored = Omit<Parked, 'raw'> & {
  readonly raw: Binary;
  readonly parkedAt: Date;
  readonly takenAt?: Date;
};

type Document = { readonly _id: string; readonly state: Stored };

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

/** Opens letters as they are listed. */
const reading =
  (sealer: Sealer) =>
  ({ _id: parkedId, state }: Document): ParkedMessage => ({
    parkedId,
    sellerId: state.sellerId,
    appKey: state.appKey,
    reason: state.reason,
    details: state.details,
    type: state.type,
    messageId: state.messageId,
    parkedAt: state.parkedAt,
    takenAt: state.takenAt,
    raw: sealer.open(state.raw.buffer, context(parkedId)).toString('utf8'),
  });

/** Messages that were signed and not understood, bodies sealed, with the outbox that the relay publishes. */
export async function createParked(
  options: ParkedOptions,
): Promise<ParkedMessages & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, sealer, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    {
      collection: COLLECTION,
      indexes: [
        { key: { 'state.parkedAt': -1, _id: -1 }, name: 'newest' },
        { key: { 'state.platform': 1, 'state.takenAt': 1, 'state.parkedAt': 1 }, name: 'open' },
      ],
    },
  ]);
  const documents = db.collection<Document>(COLLECTION);
  const store = createAggregateStore<Stored>({
    db,
    collection: COLLECTION,
    topic,
    source: 'gateway-ingress.parked',
    wake,
  });
  const messageOf = reading(sealer);
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
      const items = found.slice(0, limit).map(messageOf);
      return { items, next: found.length > limit ? (items.at(-1)?.parkedId ?? '') : '' };
    },
    since: async ({ platform, since, limit, after }) => {
      const before = after === '' ? null : await documents.findOne({ _id: after });
      const found = await documents
        .find({
          'state.platform': platform,
          'state.takenAt': { $exists: false },
          'state.parkedAt': { $gte: since },
          ...(before && newerThan(after, before.state.parkedAt)),
        })
        .sort({ 'state.parkedAt': 1, _id: 1 })
        .limit(limit + 1)
        .toArray();
      const items = found.slice(0, limit).map(messageOf);
      return { items, next: found.length > limit ? (items.at(-1)?.parkedId ?? '') : '' };
    },
    taken: async (parkedId) => {
      await store.transact<null, 'UNKNOWN_MESSAGE'>(parkedId, null, (known) => {
        if (!known) return err('UNKNOWN_MESSAGE');
        const state = known.takenAt ? known : { ...known, takenAt: clock() };
        return ok({ state, events: [], result: null });
      });
    },
  };
}

const olderThan = (id: string, at: Date) => ({
  $or: [{ 'state.parkedAt': { $lt: at } }, { 'state.parkedAt': at, _id: { $lt: id } }],
});

const newerThan = (id: string, at: Date) => ({
  $or: [{ 'state.parkedAt': { $gt: at } }, { 'state.parkedAt': at, _id: { $gt: id } }],
});
