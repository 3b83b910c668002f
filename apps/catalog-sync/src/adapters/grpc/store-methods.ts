import { enumReader } from '@astrolabe/contracts';
import { BindingAction } from '@astrolabe/contracts/catalog';
import type {
  ChangeBindingsRequest,
  ChangeBindingsResponse,
  CreateStoreRequest,
  CreateStoreResponse,
  DeleteStoreRequest,
  DeleteStoreResponse,
  FindStoreByCodeRequest,
  FindStoreByCodeResponse,
  GetStoreRequest,
  GetStoreResponse,
  ListItemStoresRequest,
  ListItemStoresResponse,
  ListRoutingStoresRequest,
  ListRoutingStoresResponse,
  ListStoreCategoriesRequest,
  ListStoreCategoriesResponse,
  ListStoreItemsRequest,
  ListStoreItemsResponse,
  ListStoresRequest,
  ListStoresResponse,
  UpdateStoreRequest,
  UpdateStoreResponse,
} from '@astrolabe/contracts/catalog';
import { unary } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import { faultOf } from '@astrolabe/kernel/regions';
import type { Bindings, Sellers, Stores } from '../../application/ports.ts';
import {
  makeChangeBindings,
  makeCreateStore,
  makeListAllStores,
  makeListRoutingStores,
  makeUpdateStore,
} from '../../application/stores.ts';
import { bindingPage } from '../../domain/binding.ts';
import { STORE_CATEGORIES } from '../../domain/category.ts';
import { deleteStore } from '../../domain/store.ts';
import type { Store, StoreProfile, StoreRefusal } from '../../domain/store.ts';
import { categoryTo, profileFrom, routingStoreTo, storeTo } from './messages.ts';
import { refusal, valueOf } from './refusals.ts';

export type StoreMethodDeps = { sellers: Sellers; stores: Stores; bindings: Bindings };

const PAGE_SIZE_DEFAULT = 100;
const PAGE_SIZE_MAX = 500;
const ITEMS_PER_CALL_MAX = 200;
/** As many as an upload of stock has lines. */

const bindingActionFrom = enumReader<BindingAction, 'ADD' | 'DELETE' | null>('BindingAction', {
  [BindingAction.UNSPECIFIED]: null,
  [BindingAction.ADD]: 'ADD',
  [BindingAction.DELETE]: 'DELETE',
});

/** The methods about stores and their bindings. */
export const storeMethods = (deps: StoreMethodDeps) => ({
  ...profileMethods(deps),
  ...bindingMethods(deps),
});

/** The store, or its refusal, which names the places in question where the address is at fault. */
function storeOf(result: Result<Store, StoreRefusal>, { address }: StoreProfile): Store {
  const fault = !result.ok && result.error === 'UNKNOWN_ADDRESS' ? faultOf(address) : null;
  if (fault) {
    const words = fault.code === 'AMBIGUOUS' ? 'is more than one place' : 'is no known place';
    throw refusal('UNKNOWN_ADDRESS', `the address ${words}: ${fault.message}`);
  }
  return valueOf(result);
}

function profileMethods({ sellers, stores }: StoreMethodDeps) {
  const create = makeCreateStore({ sellers, stores });
  const update = makeUpdateStore({ stores });
  return {
    listStoreCategories: unary<ListStoreCategoriesRequest, ListStoreCategoriesResponse>(
      'listStoreCategories',
      async () => ({ categories: STORE_CATEGORIES.map(categoryTo) }),
    ),
    createStore: unary<CreateStoreRequest, CreateStoreResponse>(
      'createStore',
      async ({ sellerId, profile }) => {
        if (!profile?.storeCode || sellerId === '') throw refusal('MISSING_FIELD');
        const described = profileFrom(profile);
        const { storeId } = storeOf(await create(sellerId, described), described);
        return { storeId };
      },
    ),
    updateStore: unary<UpdateStoreRequest, UpdateStoreResponse>(
      'updateStore',
      async ({ sellerId, storeId, profile }) => {
        if (!profile?.storeCode) throw refusal('MISSING_FIELD');
        const described = profileFrom(profile);
        storeOf(await update(sellerId, storeId, described), described);
        return {};
      },
    ),
    deleteStore: unary<DeleteStoreRequest, DeleteStoreResponse>(
      'deleteStore',
      async ({ sellerId, storeId }) => {
        valueOf(await stores.change(sellerId, storeId, deleteStore));
        return {};
      },
    ),
    getStore: unary<GetStoreRequest, GetStoreResponse>(
      'getStore',
      async ({ sellerId, storeId }) => {
        const store = await stores.find(sellerId, storeId);
        if (!store) throw refusal('UNKNOWN_STORE');
        return { store: storeTo(store) };
      },
    ),
    findStoreByCode: unary<FindStoreByCodeRequest, FindStoreByCodeResponse>(
      'findStoreByCode',
      async ({ sellerId, storeCode }) => {
        const storeId = await stores.findIdOfCode(sellerId, storeCode);
        const [living] = storeId === null ? [] : await stores.living(sellerId, [storeId]);
        if (living === undefined) throw refusal('UNKNOWN_STORE');
        return { storeId: living };
      },
    ),
    listStores: unary<ListStoresRequest, ListStoresResponse>(
      'listStores',
      async ({ sellerId, page }) => {
        const size = Math.min(Math.max(page?.size || PAGE_SIZE_DEFAULT, 1), PAGE_SIZE_MAX);
        const listed = valueOf(await stores.list(sellerId, { size, token: page?.token ?? '' }));
        return { stores: listed.stores.map(storeTo), nextToken: listed.next };
      },
    ),
  };
}

function bindingMethods({ stores, bindings }: StoreMethodDeps) {
  const changeBindings = makeChangeBindings({ stores, bindings });
  const routingStores = makeListRoutingStores({ stores, bindings });
  const allStores = makeListAllStores({ stores });
  return {
    changeBindings: unary<ChangeBindingsRequest, ChangeBindingsResponse>(
      'changeBindings',
      async ({ sellerId, itemId, action, storeIds }) => {
        const change = bindingActionFrom(action);
        if (itemId === '' || !change) throw refusal('MISSING_FIELD');
        valueOf(
          await changeBindings({
            sellerId,
            itemId,
            storeIds,
            action: change,
          }),
        );
        return {};
      },
    ),
    listItemStores: unary<ListItemStoresRequest, ListItemStoresResponse>(
      'listItemStores',
      async ({ sellerId, itemId, page }) => {
        const found = await bindings.find(sellerId, itemId);
        return { storeIds: bindingPage(found?.storeIds ?? [], Math.max(page, 1)) };
      },
    ),
    listStoreItems: unary<ListStoreItemsRequest, ListStoreItemsResponse>(
      'listStoreItems',
      async ({ sellerId, storeId, page }) => ({
        itemIds: await bindings.itemsOf(sellerId, storeId, Math.max(page, 1)),
      }),
    ),
    listRoutingStores: unary<ListRoutingStoresRequest, ListRoutingStoresResponse>(
      'listRoutingStores',
      async ({ sellerId, itemIds, all }) => {
        if (itemIds.length > ITEMS_PER_CALL_MAX) throw refusal('TOO_MANY_ITEMS');
        if (all) return { stores: (await allStores(sellerId)).map(routingStoreTo) };
        return { stores: (await routingStores(sellerId, itemIds)).map(routingStoreTo) };
      },
    ),
  };
}
