import type { Clock, OrderRef } from '@astrolabe/kernel';
import { mapOk, ok, orderKey, parseOrderKey } from '@astrolabe/kernel';
import type { NewEvent, OutboxSource } from '@astrolabe/mongo';
import {
  NEWEST_FIRST,
  createAggregateStore,
  dueIndex,
  dueOrders,
  ensureIndexes,
  isDuplicateKey,
  mongoSpan,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { Db } from 'mongodb';
import type { Procurements } from '../../../application/procurement/ports.ts';
import type { SupplyEvent } from '../../../domain/procurement/events.ts';
import type { Procurement } from '../../../domain/procurement/procurement.ts';
import type { Rules } from '../../../domain/procurement/settle.ts';
import { settled } from '../../../domain/procurement/settle.ts';

const COLLECTION = 'procurements';
const HOMES = 'procurement_homes';

export type ProcurementStoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  readonly rules: Rules;
  /** An event as it goes to the topic, under the key of its order. */
  readonly encode: (p: Procurement, event: SupplyEvent, now: Date) => Omit<NewEvent, 'time'>;
};

/** Requisitions and their orders, with the outbox that their relay reads. */
export async function createProcurements(
  options: ProcurementStoreOptions,
): Promise<Procurements & { readonly outbox: OutboxSource }> {
  const { db, topic, wake, clock, rules, encode } = options;
  await ensureIndexes(db, [
    outboxIndexes(COLLECTION),
    { collection: COLLECTION, indexes: INDEXES },
  ]);
  const store = createAggregateStore<Procurement>({
    db,
    collection: COLLECTION,
    topic,
    source: 'order-router-procurement',
    wake,
  });
  return {
    outbox: store.outbox,
    load: async (ref) => {
      const found = await store.load(orderKey(ref));
      return found && { p: found.state, version: found.version };
    },
    change: async (ref, origin, change) => {
      const stored = await store.transact<Procurement, Refusal<typeof change>>(
        orderKey(ref),
        origin,
        (before) =>
          mapOk(change(before), (next) => {
            const now = clock();
            const { p, events } = settled(next, now, rules);
            const told = events.map((event) => ({ ...encode(p, event, now), time: now }));
            const state = before && isSame(before, p) ? before : p;
            return { state, events: told, result: state };
          }),
      );
      if (!stored.ok) return stored;
      if (stored.value.result) return ok(stored.value.result);
      // The event had its effect before.
      const found = await store.load(orderKey(ref));
      if (!found) throw new TypeError('an event was applied to a document that is not there');
      return ok(found.state);
    },
    due: (now, limit) =>
      dueOrders(db, { collection: COLLECTION, dueAt: 'state.dueAt' }, now, limit),
    list: async ({ sellerId, onlyProblems, limit, after }) => {
      const filter = {
        'state.orderRef.sellerId': sellerId,
        ...(onlyProblems && { 'state.problem': { $gt: '' } }),
      };
      // Few have a problem, and their index is of the problem.
      const sort = onlyProblems ? { ...NEWEST_FIRST, along: [] } : NEWEST_FIRST;
      const page = await pageByToken(store, filter, sort, limit, after);
      return mapOk(page, ({ items, next }) => ({
        items: items.map((item) => ({ p: item.state, version: item.version })),
        next,
      }));
    },
    keeping: async (sellerId, companyCode, limit) => {
      const found = await mongoSpan(`find ${COLLECTION}`, {}, () =>
        db
          .collection<{ _id: string; state: Procurement }>(COLLECTION)
          .find({
            'state.orderRef.sellerId': sellerId,
            'state.requisition.seen.companyCode': companyCode,
            'state.requisition.hold.state': 'HELD',
          })
          .sort({ createdAt: -1 })
          .limit(limit)
          .toArray(),
      );
      return found.map(({ state }) => state);
    },
    ...createHomes(db),
  };
}

type Refusal<C> = C extends (p: Procurement | null) => infer R
  ? R extends { readonly ok: false; readonly error: infer E }
    ? E
    : never
  : never;

/** A change that changed nothing leaves the document as it is; when it is due next may be told anew. */
const isSame = (before: Procurement, after: Procurement): boolean =>
  before.dueAt?.getTime() === after.dueAt?.getTime() &&
  (Object.keys(after) as (keyof Procurement)[]).every(
    (key) => key === 'dueAt' || before[key] === after[key],
  );

/** Where orders are, by their own names; written once. */
function createHomes(db: Db): Pick<Procurements, 'homeOf' | 'setHome'> {
  const homes = db.collection<{ _id: string; home: string }>(HOMES);
  const homeIn = (found: { readonly home: string } | null, order: OrderRef): OrderRef => {
    if (!found) return order;
    const home = parseOrderKey(found.home);
    if (!home.ok) throw new TypeError(`the home of ${orderKey(order)} is no order`);
    return home.value;
  };
  return {
    homeOf: async (order) =>
      homeIn(
        await mongoSpan(`findOne ${HOMES}`, {}, () => homes.findOne({ _id: orderKey(order) })),
        order,
      ),
    setHome: async (order, home) => {
      const id = orderKey(order);
      try {
        const made = { _id: id, home: orderKey(home) };
        await mongoSpan(`insertOne ${HOMES}`, {}, () => homes.insertOne(made));
        return home;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      // Another one was first, and it counts; homes are never taken away.
      const found = await mongoSpan(`findOne ${HOMES}`, {}, () => homes.findOne({ _id: id }));
      if (!found) throw new Error(`the home of ${id} is gone`);
      return homeIn(found, order);
    },
  };
}

const INDEXES = [
  dueIndex('state.dueAt', 'dueAt'),
  { key: { 'state.orderRef.sellerId': 1, createdAt: -1, _id: -1 }, name: 'seller' },
  {
    key: { 'state.orderRef.sellerId': 1, 'state.problem': 1, createdAt: -1, _id: -1 },
    name: 'sellerProblem',
  },
  {
    key: {
      'state.orderRef.sellerId': 1,
      'state.requisition.seen.companyCode': 1,
      'state.requisition.hold.state': 1,
      createdAt: -1,
    },
    name: 'sellerCompany',
  },
] as const;
