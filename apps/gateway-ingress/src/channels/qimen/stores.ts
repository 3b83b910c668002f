import { BindingAction, StoreStatus } from '@astrolabe/contracts/catalog';
import type { StoreCategory, StoreProfile as ProfileMessage } from '@astrolabe/contracts/catalog';
import {
  bindItem,
  createStore,
  deleteStore,
  getStoreCategories,
  queryItemStores,
  queryStore,
  queryStoreItems,
  updateStore,
} from '@astrolabe/schemas';
import type { StoreProfile } from '@astrolabe/schemas';
import type { Peers } from '../peers.ts';
import { serve } from './method.ts';
import type { Served } from './method.ts';

const done = <T>(answer: T) => ({ kind: 'done', answer }) as const;

/** Stores and bindings (white paper 6.1): each relayed to the catalog. */
export function storeMethods({ catalog }: Pick<Peers, 'catalog'>): [string, Served][] {
  return [
    [
      createStore.method,
      serve(createStore, {
        work: async (request, { sellerId, left }) => {
          const profile = toMessage(request, request.shopId);
          return done(await catalog.call('createStore', { sellerId, profile }, left()));
        },
      }),
    ],
    [
      updateStore.method,
      serve(updateStore, {
        work: async ({ storeId, ...sent }, { sellerId, left }) => {
          const profile = toMessage(sent, sent.shopId);
          await catalog.call('updateStore', { sellerId, storeId, profile }, left());
          return done({});
        },
      }),
    ],
    [
      deleteStore.method,
      serve(deleteStore, {
        work: async ({ storeId }, { sellerId, left }) => {
          await catalog.call('deleteStore', { sellerId, storeId }, left());
          return done({});
        },
      }),
    ],
    [
      queryStore.method,
      serve(queryStore, {
        readOnly: true,
        work: async ({ storeId }, { sellerId, left }) => {
          const { store } = await catalog.call('getStore', { sellerId, storeId }, left());
          if (!store?.profile) throw new TypeError('a store without a profile');
          return done(fromMessage(store.profile));
        },
      }),
    ],
    [
      getStoreCategories.method,
      serve(getStoreCategories, {
        readOnly: true,
        work: async (_request, { left }) => {
          const { categories } = await catalog.call('listStoreCategories', {}, left());
          return done({ categories: JSON.stringify(categories.map(toJson)) });
        },
      }),
    ],
    ...bindingMethods({ catalog }),
  ];
}

function bindingMethods({ catalog }: Pick<Peers, 'catalog'>): [string, Served][] {
  return [
    [
      bindItem.method,
      serve(bindItem, {
        work: async ({ action, itemId, storeIds: ids }, { sellerId, left }) => {
          const change = { sellerId, itemId, storeIds: [...ids], action: BindingAction[action] };
          await catalog.call('changeBindings', change, left());
          return done({});
        },
      }),
    ],
    [
      queryItemStores.method,
      serve(queryItemStores, {
        readOnly: true,
        work: async ({ itemId, page }, { sellerId, left }) =>
          done(await catalog.call('listItemStores', { sellerId, itemId, page }, left())),
      }),
    ],
    [
      queryStoreItems.method,
      serve(queryStoreItems, {
        readOnly: true,
        work: async ({ storeId, page }, { sellerId, left }) =>
          done(await catalog.call('listStoreItems', { sellerId, storeId, page }, left())),
      }),
    ],
  ];
}

type WireProfile = Omit<StoreProfile, 'shopId'>;

function toMessage(profile: WireProfile, shopId: string | undefined): ProfileMessage {
  const { address, keeper } = profile;
  return {
    storeCode: profile.storeCode,
    shopId: shopId ?? '',
    companyName: profile.companyName,
    storeName: profile.storeName,
    storeType: profile.storeType,
    mainCategory: profile.mainCategory,
    startTime: profile.startTime,
    endTime: profile.endTime,
    address: {
      region: address.region ?? '',
      province: address.province,
      city: address.city,
      area: address.area,
      town: address.town ?? '',
      detailAddress: address.detail,
      countryCode: address.countryCode ?? '',
    },
    status: StoreStatus[profile.status ?? 'NORMAL'],
    description: profile.description ?? '',
    keeper: {
      name: keeper.name ?? '',
      tel: keeper.tel,
      mobile: keeper.mobile,
      fax: keeper.fax ?? '',
      zipCode: keeper.zipCode ?? '',
    },
    remark: profile.remark ?? '',
  };
}

const STATUS_WORDS = new Map<StoreStatus, 'HOLD' | 'CLOSE' | 'NORMAL'>([
  [StoreStatus.HOLD, 'HOLD'],
  [StoreStatus.CLOSE, 'CLOSE'],
  [StoreStatus.NORMAL, 'NORMAL'],
]);

/** The optional fields of a record that are set; absent ones stay out of the answer. */
const present = <T extends Record<string, string>>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<T>;

function fromMessage(message: ProfileMessage): StoreProfile {
  const { address, keeper } = message;
  return {
    storeCode: message.storeCode,
    companyName: message.companyName,
    storeName: message.storeName,
    // The catalog keeps what the codec let in.
    storeType: message.storeType as StoreProfile['storeType'],
    mainCategory: message.mainCategory,
    startTime: message.startTime,
    endTime: message.endTime,
    status: STATUS_WORDS.get(message.status) ?? 'NORMAL',
    address: {
      province: address?.province ?? '',
      city: address?.city ?? '',
      area: address?.area ?? '',
      detail: address?.detailAddress ?? '',
      ...present({
        region: address?.region ?? '',
        town: address?.town ?? '',
        countryCode: address?.countryCode ?? '',
      }),
    },
    keeper: {
      tel: keeper?.tel ?? '',
      mobile: keeper?.mobile ?? '',
      ...present({
        name: keeper?.name ?? '',
        fax: keeper?.fax ?? '',
        zipCode: keeper?.zipCode ?? '',
      }),
    },
    ...present({
      shopId: message.shopId,
      description: message.description,
      remark: message.remark,
    }),
  };
}

type CategoryJson = { id: string; name: string; children?: CategoryJson[] };

const toJson = ({ id, name, children }: StoreCategory): CategoryJson =>
  children.length === 0 ? { id, name } : { id, name, children: children.map(toJson) };
