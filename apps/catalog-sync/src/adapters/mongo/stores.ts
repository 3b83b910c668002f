import type { Clock } from '@astrolabe/kernel';
import { mapOk } from '@astrolabe/kernel';
import {
  OLDEST_FIRST,
  createAggregateStore,
  createReseal,
  ensureIndexes,
  isDuplicateKey,
  mongoSpan,
  nextValue,
  outboxIndexes,
  pageByToken,
} from '@astrolabe/mongo';
import type { NewEvent, OutboxSource, Reseal, StateMapping } from '@astrolabe/mongo';
import { askTogether } from '@astrolabe/service';
import type { Sealer } from '@astrolabe/signing';
import { Binary } from 'mongodb';
import type { Collection, Db, Filter } from 'mongodb';
import type { RoutingStore, Stores } from '../../application/ports.ts';
import type { Store, StoreRefusal } from '../../domain/store.ts';

export type StoreOptions = {
  readonly db: Db;
  readonly topic: string;
  readonly wake: (id: string) => void;
  readonly clock: Clock;
  /** Seals what is personal of a store: its keeper. */
  readonly sealer: Sealer;
  readonly encode: (store: Store) => Omit<NewEvent, 'time'>;
};

/** Ids of our own start here, above those of any test of the documents. */
const FIRST_STORE_ID = 10_000_000n;

const keyOf = (sellerId: string, storeId: string): string => `${sellerId}/${storeId}`;

const amongst = (sellerId: string, storeIds: readonly string[]) => ({
  _id: { $in: storeIds.map((storeId) => keyOf(sellerId, storeId)) },
  'state.deleted': false,
});

/** Read for thousands of stores at once, so nothing else of them is fetched. */
const ROUTED_FIELDS = {
  _id: 0,
  'state.storeId': 1,
  'state.priority': 1,
  'state.profile.storeName': 1,
  'state.profile.status': 1,
  'state.profile.startTime': 1,
  'state.profile.endTime': 1,
  'state.profile.address.province': 1,
  'state.profile.address.city': 1,
  'state.profile.address.area': 1,
};

type RoutedDocument = {
  state: Pick<Store, 'storeId' | 'priority'> & {
    profile: Pick<Store['profile'], 'storeName' | 'status' | 'startTime' | 'endTime'> & {
      address: Pick<Store['profile']['address'], 'province' | 'city' | 'area'>;
    };
  };
};

const toRoutingStore = ({
  state: { storeId, priority, profile },
}: RoutedDocument): RoutingStore => ({
  storeId,
  priority,
  name: profile.storeName,
  status: profile.status,
  startTime: profile.startTime,
  endTime: profile.endTime,
  province: profile.address.province,
  city: profile.address.city,
  area: profile.address.area,
});

type Keeper = Store['profile']['keeper'];

/** A store as it lies in the database; stores of before were stored with the keeper as it is. */
type StoredStore = Omit<Store, 'profile'> & {
  profile: Omit<Store['profile'], 'keeper'> & { keeper: Binary | Keeper };
};

const keeperContext = (key: string): string => `store-keeper|${key}`;

const bytesOf = (keeper: unknown): Buffer => Buffer.from(JSON.stringify(keeper), 'utf8');

const SEALED_KEEPER = {
  path: 'state.profile.keeper',
  contextOf: keeperContext,
  plainOf: bytesOf,
};

/** The keeper's name and numbers are a person's, so they are sealed. */
function sealedKeeper(sealer: Sealer): StateMapping<Store> {
  return {
    encode: (store) => {
      const context = keeperContext(keyOf(store.sellerId, store.storeId));
      const keeper = new Binary(sealer.seal(bytesOf(store.profile.keeper), context));
      return { ...store, profile: { ...store.profile, keeper } };
    },
    decode: (stored) => {
      const store = stored as StoredStore;
      const { keeper } = store.profile;
      if (!(keeper instanceof Binary)) return { ...store, profile: { ...store.profile, keeper } };
      const context = keeperContext(keyOf(store.sellerId, store.storeId));
      const opened = JSON.parse(sealer.open(keeper.buffer, context).toString('utf8')) as Keeper;
      return { ...store, profile: { ...store.profile, keeper: opened } };
    },
  };
}

/** Stores, one document each, with the outbox of their changes. */
export async function createStores(
  options: StoreOptions,
): Promise<Stores & { readonly outbox: OutboxSource; readonly reseal: Reseal }> {
  const { db, topic, wake, clock, encode, sealer } = options;
  await ensureIndexes(db, [
    outboxIndexes('stores'),
    {
      collection: 'stores',
      indexes: [{ key: { 'state.sellerId': 1, createdAt: 1, _id: 1 }, name: 'seller' }],
    },
  ]);
  const documents = db.collection<{ _id: string; state: Store }>('stores');
  const store = createAggregateStore<Store>({
    db,
    collection: 'stores',
    topic,
    source: 'catalog-sync',
    wake,
    mapping: sealedKeeper(sealer),
  });
  // Every upload asks for its stores; calls of one turn share a read.
  const living = askTogether<string>(async (sellerId, storeIds) => {
    const found = await documents
      .find(amongst(sellerId, storeIds))
      .project<{ state: { storeId: string } }>({ 'state.storeId': 1 })
      .toArray();
    return new Map(found.map(({ state: { storeId } }) => [storeId, storeId]));
  });
  return {
    outbox: store.outbox,
    reseal: createReseal(db.collection('stores'), sealer, [SEALED_KEEPER]),
    ...createStoreIds(db),
    ...createRoutingReads(documents),
    find: async (sellerId, storeId) => {
      const found = await store.load(keyOf(sellerId, storeId));
      return found && !found.state.deleted ? found.state : null;
    },
    living: async (sellerId, storeIds) => {
      const found = await mongoSpan('find stores', {}, () => living(sellerId, storeIds));
      return storeIds.filter((storeId) => found.has(storeId));
    },
    list: async (sellerId, { size, token }) => {
      const filter = { 'state.sellerId': sellerId, 'state.deleted': false };
      const sort = { ...OLDEST_FIRST, along: ['state.sellerId'] };
      const page = await pageByToken(store, filter, sort, size, token);
      return mapOk(page, ({ items, next }) => ({ stores: items.map(({ state }) => state), next }));
    },
    change: async (sellerId, storeId, decide) => {
      const changed = await store.transact<Store, StoreRefusal>(
        keyOf(sellerId, storeId),
        null,
        (current) =>
          mapOk(decide(current), (change) => ({
            state: change.changed || current === null ? change.store : current,
            events: change.changed ? [{ ...encode(change.store), time: clock() }] : [],
            result: change.store,
          })),
      );
      return mapOk(changed, ({ result }) => {
        if (!result) throw new TypeError('a change without origin is always applied');
        return result;
      });
    },
  };
}

/** Stores as routing and the console look at them: of thousands at once, and nothing personal. */
function createRoutingReads(
  documents: Collection<{ _id: string; state: Store }>,
): Pick<Stores, 'findForRouting' | 'findAll'> {
  const read = async (filter: Filter<{ _id: string; state: Store }>, limit = 0) => {
    const found = await mongoSpan('find stores', {}, () =>
      documents
        .find(filter)
        .project<RoutedDocument>(ROUTED_FIELDS)
        .sort(limit > 0 ? { createdAt: 1, _id: 1 } : {})
        .limit(limit)
        .toArray(),
    );
    return found.map(toRoutingStore);
  };
  return {
    findForRouting: (sellerId, storeIds) => read(amongst(sellerId, storeIds)),
    findAll: (sellerId, limit) =>
      read({ 'state.sellerId': sellerId, 'state.deleted': false }, limit),
  };
}

/** Store codes keep the id they once got; new ids come from one counter. */
function createStoreIds(db: Db): Pick<Stores, 'idOfCode' | 'findIdOfCode' | 'nextId'> {
  const codes = db.collection<{ _id: string; storeId: string }>('store_codes');
  const find = async (id: string): Promise<string | null> => {
    const claimed = await mongoSpan('findOne store_codes', {}, () => codes.findOne({ _id: id }));
    return claimed?.storeId ?? null;
  };
  return {
    findIdOfCode: (sellerId, storeCode) => find(`${sellerId}/${storeCode}`),
    idOfCode: async (sellerId, storeCode, newId) => {
      const id = `${sellerId}/${storeCode}`;
      const claimed = await find(id);
      if (claimed !== null) return claimed;
      const storeId = await newId();
      try {
        await mongoSpan('insertOne store_codes', {}, () => codes.insertOne({ _id: id, storeId }));
        return storeId;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        return (await codes.findOne({ _id: id }))?.storeId ?? storeId;
      }
    },
    nextId: async () => (FIRST_STORE_ID + (await nextValue(db, 'store'))).toString(),
  };
}
