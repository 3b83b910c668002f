import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { err, ok, orderKey } from '@astrolabe/kernel';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import {
  InvalidPageCursor,
  createAggregateStore,
  ensureIndexes,
  outboxIndexes,
} from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { ReceivableQuery, Receivables } from '../../application/ports.ts';
import { receivableStatus } from '../../domain/receivable.ts';
import type { Receivable, RecordRefusal } from '../../domain/receivable.ts';

const COLLECTION = 'receivables';

export type ReceivableStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  /** The event that tells a receivable. */
  readonly encode: (receivable: Receivable) => Omit<NewEvent, 'time'>;
};

type Changed = { receivable: Receivable; recorded: boolean };

/** The receivables of this service, with the outbox that its relay reads. */
export async function createReceivables(
  options: ReceivableStoreOptions,
): Promise<Receivables & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    {
      collection: COLLECTION,
      indexes: [{ key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' }],
    },
  ]);
  const store = createAggregateStore<Receivable>({
    db,
    collection: COLLECTION,
    topic,
    source: 'settlement',
    wake,
  });
  return {
    outbox: store.outbox,
    load: async (name) => {
      const found = await store.load(orderKey(name));
      return found && current(found.state);
    },
    change: async <E = RecordRefusal>(
      name: OrderRef,
      change: (state: Receivable | null) => Result<Receivable, E>,
    ) => {
      const stored = await store.transact<Changed, E>(orderKey(name), null, (state) => {
        const before = state && current(state);
        const changed = change(before);
        if (!changed.ok) return changed;
        const receivable = changed.value;
        const recorded = receivable !== before;
        const events = recorded ? [{ ...encode(receivable), time: clock() }] : [];
        return ok({ state: receivable, events, result: { receivable, recorded } });
      });
      if (!stored.ok) return stored;
      if (!stored.value.result) throw new TypeError('a change without origin is always applied');
      return ok(stored.value.result);
    },
    list: async ({ sellerId, limit, after }: ReceivableQuery) => {
      const newest = { field: 'createdAt', direction: -1 } as const;
      try {
        const filter = { 'state.orderRef.sellerId': sellerId };
        const page = await store.page(filter, newest, limit, after || undefined);
        return ok({
          items: page.items.map((item) => current(item.state)),
          next: page.next ?? '',
        });
      } catch (error) {
        if (error instanceof InvalidPageCursor) return err('INVALID_PAGE_TOKEN');
        throw error;
      }
    },
  };
}

/** Receivables of before there were credits have none; those of before they were closed say OPEN. */
function current(state: Receivable): Receivable {
  const status = receivableStatus(state);
  const { credits } = state as Partial<Receivable>;
  return credits && state.status === status ? state : { ...state, credits: credits ?? [], status };
}
