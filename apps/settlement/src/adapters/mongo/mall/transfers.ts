import { mapOk } from '@astrolabe/kernel';
import { NEWEST_FIRST, dueIndex, mongoSpan, pageByToken } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { TransferName, Transfers } from '../../../application/mall/ports.ts';
import type { Transfer } from '../../../domain/mall/transfer.ts';
import { createPlainStore } from '../plain-store.ts';

export const TRANSFERS = 'mall_transfers';
const DUE_AT = 'state.dueAt';

const idOf = ({ sellerId, bankNumber }: TransferName): string => `${sellerId}/${bankNumber}`;

/** Transfers at the bank, by their number. */
export async function createTransfers(db: Db): Promise<Transfers> {
  const store = await createPlainStore<Transfer>(db, TRANSFERS, [
    dueIndex(DUE_AT, 'dueAt'),
    { key: { 'state.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
    { key: { 'state.sellerId': 1, 'state.state': 1, createdAt: -1, _id: -1 }, name: 'state' },
  ]);
  return {
    load: (name) => store.load(idOf(name)),
    record: (name, decide) => store.record(idOf(name), null, decide),
    change: (name, decide) => store.change(idOf(name), decide),
    list: async ({ sellerId, state, limit, after }) => {
      const filter = { 'state.sellerId': sellerId, ...(state && { 'state.state': state }) };
      const page = await pageByToken(store, filter, NEWEST_FIRST, limit, after);
      return mapOk(page, ({ items, next }) => ({ items: items.map((item) => item.state), next }));
    },
    due: async (now, limit) => {
      const found = await mongoSpan(`find ${TRANSFERS}`, {}, () =>
        db
          .collection<{ state: Transfer }>(TRANSFERS)
          .find({ [DUE_AT]: { $gt: new Date(0), $lte: now } })
          .sort({ [DUE_AT]: 1 })
          .limit(limit)
          .toArray(),
      );
      return { names: found.map(({ state }) => state), oldestAt: found[0]?.state.dueAt ?? null };
    },
  };
}
