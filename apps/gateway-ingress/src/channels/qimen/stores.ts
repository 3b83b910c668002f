import { enumReader } from '@astrolabe/contracts';
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
} from '@astrolabe/schemas/qimen';
import type { StoreProfile } from '@astrolabe/schemas/qimen';
import { TEXTS_BODY_BYTES } from '../body-limits.ts';
import type { Peers } from '../peers.ts';
import { relayRow } from './method.ts';
import type { Served } from './method.ts';

/** Stores and bindings (white paper 6.1): each relayed to the catalog. */
export const storeMethods = ({ catalog }: Pick<Peers, 'catalog'>): readonly Served[] => [
  relayRow(
    createStore,
    async ({ shopId, ...sent }, { sellerId, left }) =>
      await catalog.call('createStore', { sellerId, profile: toMessage(sent, shopId) }, left()),
    { bodyBytesMax: TEXTS_BODY_BYTES },
  ),
  relayRow(
    updateStore,
    async ({ storeId, shopId, ...sent }, { sellerId, left }) => {
      const changed = { sellerId, storeId, profile: toMessage(sent, shopId) };
      await catalog.call('updateStore', changed, left());
      return {};
    },
    { bodyBytesMax: TEXTS_BODY_BYTES },
  ),
  relayRow(deleteStore, async ({ storeId }, { sellerId, left }) => {
    await catalog.call('deleteStore', { sellerId, storeId }, left());
    return {};
  }),
  relayRow(
    queryStore,
    async ({ storeId }, { sellerId, left }) => {
      const { store } = await catalog.call('getStore', { sellerId, storeId }, left());
      if (!store?.profile) throw new TypeError('a store without a profile');
      return fromMessage(store.profile);
    },
    { readOnly: true },
  ),
  relayRow(
    getStoreCategories,
    async (_request, { left }) => {
      const { categories } = await catalog.call('listStoreCategories', {}, left());
      return { categories: JSON.stringify(categories.map(toJson)) };
    },
    { readOnly: true },
  ),
  relayRow(
    bindItem,
    async ({ action, itemId, storeIds: ids }, { sellerId, left }) => {
      const change = { sellerId, itemId, storeIds: [...ids], action: BindingAction[action] };
      await catalog.call('changeBindings', change, left());
      return {};
    },
    { bodyBytesMax: TEXTS_BODY_BYTES },
  ),
  relayRow(
    queryItemStores,
    async ({ itemId, page }, { sellerId, left }) =>
      await catalog.call('listItemStores', { sellerId, itemId, page }, left()),
    { readOnly: true },
  ),
  relayRow(
    queryStoreItems,
    async ({ storeId, page }, { sellerId, left }) =>
      await catalog.call('listStoreItems', { sellerId, storeId, page }, left()),
    { readOnly: true },
  ),
];

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

const statusWord = enumReader<StoreStatus, 'HOLD' | 'CLOSE' | 'NORMAL'>('StoreStatus', {
  [StoreStatus.UNSPECIFIED]: 'NORMAL',
  [StoreStatus.NORMAL]: 'NORMAL',
  [StoreStatus.HOLD]: 'HOLD',
  [StoreStatus.CLOSE]: 'CLOSE',
});

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
    status: statusWord(message.status),
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
