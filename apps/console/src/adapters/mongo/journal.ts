import type { OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { ensureIndexes, mongoSpan } from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Journal } from '../../application/store-ports.ts';

const COLLECTION = 'actions';
const KEPT_SECONDS = 90 * 24 * 3_600;

type Stored = {
  _id: string;
  sellerId: string;
  storeId: string;
  login: string;
  name: string;
  orderRef: OrderRef;
  action: string;
  reason: string;
  at: Date;
};

/** Who did what and why. The first telling of an action stays. */
export async function createJournal(db: Db): Promise<Journal> {
  await ensureIndexes(db, [
    {
      collection: COLLECTION,
      indexes: [
        { key: { at: 1 }, name: 'at', expireAfterSeconds: KEPT_SECONDS },
        { key: { sellerId: 1, storeId: 1, at: -1, _id: -1 }, name: 'storePages' },
      ],
    },
  ]);
  const actions = db.collection<Stored>(COLLECTION);
  return {
    record: async ({ clerk, orderRef, allocation, subOrderIds, action, reason, at }) => {
      const { sellerId, storeId, login, name } = clerk;
      // Of an allocation a sub-order has each action once, so one of them names this one.
      const [first = ''] = subOrderIds.toSorted();
      const key = `${orderKey(orderRef)}/${allocation}/${storeId}/${action}/${first}`;
      await mongoSpan('record action', {}, () =>
        actions.updateOne(
          { _id: key },
          { $setOnInsert: { sellerId, storeId, login, name, orderRef, action, reason, at } },
          { upsert: true },
        ),
      );
    },
    page: async (store, limit, token) => {
      const after = token === '' ? null : positionOf(token);
      if (token !== '' && !after) return null;
      const found = await mongoSpan('find actions', {}, () =>
        actions
          .find({ sellerId: store.sellerId, storeId: store.storeId, ...(after && beyond(after)) })
          .sort({ at: -1, _id: -1 })
          .limit(limit + 1)
          .toArray(),
      );
      const shown = found.slice(0, limit);
      const last = shown.at(-1);
      return {
        entries: shown.map(({ orderRef, name, action, reason, at }) => ({
          orderRef,
          name,
          action,
          reason,
          at,
        })),
        next: found.length > limit && last ? tokenOf(last) : '',
      };
    },
  };
}

type Position = { at: Date; id: string };

const tokenOf = ({ at, _id }: Pick<Stored, 'at' | '_id'>): string =>
  Buffer.from(`${at.getTime()} ${_id}`).toString('base64url');

function positionOf(token: string): Position | null {
  const match = /^(\d{1,15}) (.+)$/.exec(Buffer.from(token, 'base64url').toString('utf8'));
  return match ? { at: new Date(Number(match[1])), id: match[2] ?? '' } : null;
}

const beyond = ({ at, id }: Position) => ({
  $or: [{ at: { $lt: at } }, { at, _id: { $lt: id } }],
});
