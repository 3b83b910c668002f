import type { Clock, OrderRef, Result } from '@astrolabe/kernel';
import { mapOk, ok, orderKey } from '@astrolabe/kernel';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import {
  NEWEST_FIRST,
  createJournalStore,
  ensureIndexes,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { Db, Document } from 'mongodb';
import type { ReceivableQuery, Receivables } from '../../application/ports.ts';
import { agedBetween } from '../../domain/billing.ts';
import { billingOfParts, receivableStatus } from '../../domain/receivable.ts';
import type { Receivable, RecordRefusal } from '../../domain/receivable.ts';

export const RECEIVABLES = 'receivables';
export const SELLER = 'state.orderRef.sellerId';
export const MATCH = 'state.billing.match';
const FOUND_AT = 'state.discrepancy.foundAt';
/** A null is no date. */
const SOME_TIME = new Date(0);
const NEWEST_OF_MATCH_FIRST = { ...NEWEST_FIRST, along: [SELLER, MATCH] } as const;
const LATEST_FOUND_FIRST = {
  isTime: true,
  field: FOUND_AT,
  direction: -1,
  along: [SELLER],
} as const;

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
    outboxIndexes(RECEIVABLES),
    {
      collection: RECEIVABLES,
      indexes: [
        { key: { [SELLER]: 1, createdAt: -1, _id: -1 }, name: 'seller' },
        // What has changed since it was summed.
        { key: { [SELLER]: 1, updatedAt: 1 }, name: 'changed' },
        { key: { [SELLER]: 1, [MATCH]: 1, createdAt: -1, _id: -1 }, name: 'match' },
        // Few receivables have one, and only they are in its index.
        {
          key: { [SELLER]: 1, [FOUND_AT]: -1, _id: -1 },
          name: 'discrepancies',
          partialFilterExpression: { [FOUND_AT]: { $gte: SOME_TIME } },
        },
      ],
    },
  ]);
  const store = await createJournalStore<Receivable>({
    db,
    collection: RECEIVABLES,
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
    list: async ({ sellerId, discrepancies, matched, limit, after }: ReceivableQuery) => {
      const { from = SOME_TIME, to } = discrepancies ?? {};
      const filter = {
        [SELLER]: sellerId,
        ...(discrepancies && { [FOUND_AT]: { $gte: from, ...(to && { $lt: to }) } }),
        ...(matched && matching(matched, clock())),
      };
      const sort = discrepancies ? LATEST_FOUND_FIRST : NEWEST_OF_MATCH_FIRST;
      const page = await pageByToken(store, filter, sort, limit, after);
      return mapOk(page, ({ items, next }) => ({
        items: items.map((item) => current(item.state)),
        next,
      }));
    },
  };
}

const matching = (
  { match, channel, fromDays }: NonNullable<ReceivableQuery['matched']>,
  now: Date,
): Document => {
  const { from = null, to = null } = fromDays === null ? {} : (agedBetween(fromDays, now) ?? {});
  return {
    [MATCH]: match,
    ...(channel !== '' && { 'state.orderRef.channel': channel }),
    ...((from || to) && { createdAt: { ...(from && { $gte: from }), ...(to && { $lt: to }) } }),
  };
};

/** Receivables of before there were credits, discrepancies, trade numbers and bills, and those of before they were closed. */
function current(state: Receivable): Receivable {
  const {
    credits = [],
    discrepancy = null,
    tradeNo = '',
    billed = [],
  } = state as Partial<Receivable>;
  const status = receivableStatus(state);
  const isCurrent = state.status === status && 'credits' in state && 'billed' in state;
  if (isCurrent) return state;
  const billing = billingOfParts({ ...state, credits, billed });
  return { ...state, credits, discrepancy, tradeNo, status, billed, billing };
}
