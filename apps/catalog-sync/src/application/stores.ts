import type { Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';
import { STORES_PER_CALL_MAX, byNumber, changeBindings } from '../domain/binding.ts';
import type { BindingRefusal, ItemBindings } from '../domain/binding.ts';
import { createStore, updateStore } from '../domain/store.ts';
import type { Store, StoreProfile, StoreRefusal } from '../domain/store.ts';
import type { Bindings, RoutingStore, Sellers, Stores } from './ports.ts';

/** Most stores that routing looks at for one order. */
export const ROUTING_STORES_MAX = 10_000;

/**
 * Creates a store. Its id is the one the merchant centre has issued for the code, else the next free
 * one; the code keeps its id for ever, so a repeat after a lost answer finds the same store.
 */
export const makeCreateStore =
  ({ sellers, stores }: { sellers: Sellers; stores: Stores }) =>
  async (sellerId: string, profile: StoreProfile): Promise<Result<Store, StoreRefusal>> => {
    const seller = await sellers.find(sellerId);
    const issued = issuedId(seller?.merchantCentreStoreIds ?? {}, profile.storeCode);
    // Content is judged before a number is claimed: a refused store leaves nothing behind.
    const judged = createStore(null, { sellerId, storeId: '', profile });
    if (!judged.ok) return judged;
    const storeId = await stores.idOfCode(sellerId, profile.storeCode, async () =>
      issued === undefined ? await stores.nextId() : issued,
    );
    return await stores.change(sellerId, storeId, (current) =>
      createStore(current, { sellerId, storeId, profile }),
    );
  };

/** A code is any text, so only an entry of its own counts, never what every object inherits. */
const issuedId = (issued: Record<string, string>, storeCode: string): string | undefined =>
  Object.hasOwn(issued, storeCode) ? issued[storeCode] : undefined;

/**
 * Replaces a store's description. A new code must be free or the store's own; the codes that it had
 * stay its own, so that nobody else's store can be taken for it.
 */
export const makeUpdateStore =
  ({ stores }: { stores: Stores }) =>
  async (
    sellerId: string,
    storeId: string,
    profile: StoreProfile,
  ): Promise<Result<Store, StoreRefusal>> => {
    const judged = updateStore(await stores.find(sellerId, storeId), profile);
    if (!judged.ok) return judged;
    const own = () => Promise.resolve(storeId);
    const owner = await stores.idOfCode(sellerId, profile.storeCode, own);
    if (owner !== storeId) return err('STORE_CODE_EXISTS');
    return await stores.change(sellerId, storeId, (store) => updateStore(store, profile));
  };

/** Binds or unbinds one item and up to 200 stores, all or none. */
export const makeChangeBindings =
  ({ stores, bindings }: { stores: Stores; bindings: Bindings }) =>
  async (command: {
    sellerId: string;
    itemId: string;
    action: 'ADD' | 'DELETE';
    storeIds: readonly string[];
  }): Promise<Result<ItemBindings, BindingRefusal>> => {
    const { sellerId, itemId, action, storeIds } = command;
    const asked = action === 'ADD' && storeIds.length <= STORES_PER_CALL_MAX;
    const known = new Set(asked ? await stores.living(sellerId, storeIds) : []);
    return await bindings.change({ sellerId, itemId }, { action, storeIds }, (current) =>
      changeBindings(current, action, storeIds, (storeId) => known.has(storeId)),
    );
  };

/** The living stores that are bound to every one of the items, by their numbers. */
export const makeListRoutingStores =
  ({ stores, bindings }: { stores: Stores; bindings: Bindings }) =>
  async (sellerId: string, itemIds: readonly string[]): Promise<RoutingStore[]> => {
    const bound = await Promise.all(
      [...new Set(itemIds)].map((itemId) => bindings.find(sellerId, itemId)),
    );
    const [first, ...others] = bound.map((found) => new Set(found?.storeIds ?? []));
    if (!first) return [];
    const common = [...first].filter((storeId) => others.every((other) => other.has(storeId)));
    const found = await stores.findForRouting(sellerId, common);
    return found.toSorted((a, b) => byNumber(a.storeId, b.storeId)).slice(0, ROUTING_STORES_MAX);
  };

/** Every store of a seller with what routing looks at, by id; 10,000 at the most. */
export const makeListAllStores =
  ({ stores }: { stores: Pick<Stores, 'findAll'> }) =>
  async (sellerId: string): Promise<RoutingStore[]> =>
    (await stores.findAll(sellerId, ROUTING_STORES_MAX)).toSorted((a, b) =>
      byNumber(a.storeId, b.storeId),
    );
