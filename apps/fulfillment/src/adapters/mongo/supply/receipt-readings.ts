import { ok, orderKey } from '@astrolabe/kernel';
import { createJournalStore, dueIndex, dueOrders, ensureIndexes } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { ReceiptReadings } from '../../../application/supply/ports.ts';
import type { ReceiptReading } from '../../../domain/supply/receipt-reading.ts';

const COLLECTION = 'receipt_readings';

/** Receipts of platforms that are to be read, or were; one document each. */
export async function createReceiptReadings(db: Db): Promise<ReceiptReadings> {
  await ensureIndexes(db, [
    { collection: COLLECTION, indexes: [dueIndex('state.dueAt', 'dueAt')] },
  ]);
  const store = await createJournalStore<ReceiptReading>({
    db,
    collection: COLLECTION,
    topic: '',
    source: 'fulfillment',
    wake: () => undefined,
  });
  return {
    load: async (receipt) => (await store.load(orderKey(receipt)))?.state ?? null,
    change: async (receipt, from, decide) => {
      const stored = await store.transact<ReceiptReading, never>(
        orderKey(receipt),
        from,
        (current) => {
          const state = decide(current) ?? current;
          if (!state) throw new TypeError('a receipt that is not there is not changed');
          return ok({ state, events: [], result: state });
        },
      );
      return stored.ok ? (stored.value.result ?? null) : null;
    },
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
  };
}
