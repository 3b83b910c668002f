import { enumReader, placeFromMessage, placeToMessage } from '@astrolabe/contracts';
import {
  Acceptor,
  Allocator,
  StoreStatus,
  acceptorFromMessage,
  allocatorFromMessage,
} from '@astrolabe/contracts/catalog';
import type {
  GoodsKey as GoodsKeyMessage,
  RoutingStore as RoutingStoreMessage,
  Seller as SellerMessage,
  Store as StoreMessage,
  StoreCategory,
  StoreProfile as StoreProfileMessage,
} from '@astrolabe/contracts/catalog';
import type { Place } from '@astrolabe/kernel';
import type { Place as PlaceMessage } from '@astrolabe/contracts/common';
import type { RoutingStore, Seller } from '../../application/ports.ts';
import type { Category } from '../../domain/category.ts';
import type { GoodsKey } from '../../domain/goods.ts';
import type { Store, StoreProfile, StoreStatus as Status } from '../../domain/store.ts';

/** A store without a status is open (white paper 6.1.1: the field is optional). */
const statusFrom = enumReader<StoreStatus, Status>('StoreStatus', {
  [StoreStatus.UNSPECIFIED]: 'NORMAL',
  [StoreStatus.NORMAL]: 'NORMAL',
  [StoreStatus.HOLD]: 'HOLD',
  [StoreStatus.CLOSE]: 'CLOSE',
});

const statusTo = (status: Status): StoreStatus => StoreStatus[status];

export function profileFrom(message: StoreProfileMessage): StoreProfile {
  const { address, keeper } = message;
  return {
    storeCode: message.storeCode,
    shopId: message.shopId,
    companyName: message.companyName,
    storeName: message.storeName,
    storeType: message.storeType,
    mainCategory: message.mainCategory,
    startTime: message.startTime,
    endTime: message.endTime,
    address: {
      region: address?.region ?? '',
      province: address?.province ?? '',
      city: address?.city ?? '',
      area: address?.area ?? '',
      town: address?.town ?? '',
      detailAddress: address?.detailAddress ?? '',
      countryCode: address?.countryCode ?? '',
    },
    status: statusFrom(message.status),
    description: message.description,
    keeper: {
      name: keeper?.name ?? '',
      tel: keeper?.tel ?? '',
      mobile: keeper?.mobile ?? '',
      fax: keeper?.fax ?? '',
      zipCode: keeper?.zipCode ?? '',
    },
    remark: message.remark,
  };
}

export const storeTo = (store: Store): StoreMessage => ({
  sellerId: store.sellerId,
  storeId: store.storeId,
  profile: { ...store.profile, status: statusTo(store.profile.status) },
});

export const routingStoreTo = (store: RoutingStore): RoutingStoreMessage => ({
  ...store,
  status: statusTo(store.status),
});

export const categoryTo = (category: Category): StoreCategory => ({
  id: category.id,
  name: category.name,
  children: category.children.map(categoryTo),
});

/** A key of the contract; null when none of its cases is set. */
export function goodsKeyFrom(message: GoodsKeyMessage | undefined): GoodsKey | null {
  const key = message?.key;
  switch (key?.$case) {
    case 'itemSku':
      return { kind: 'ITEM_SKU', itemId: key.value.itemId, skuId: key.value.skuId };
    case 'scItemId':
      return { kind: 'SC_ITEM', id: key.value };
    case 'outerId':
      return { kind: 'OUTER', id: key.value };
    case 'cargoNo':
      return { kind: 'CARGO', id: key.value };
    case 'mallSku':
      return { kind: 'MALL_SKU', id: key.value };
    case undefined:
      return null;
  }
}

export function goodsKeyTo(key: GoodsKey): GoodsKeyMessage {
  switch (key.kind) {
    case 'ITEM_SKU':
      return { key: { $case: 'itemSku', value: { itemId: key.itemId, skuId: key.skuId } } };
    case 'SC_ITEM':
      return { key: { $case: 'scItemId', value: key.id } };
    case 'OUTER':
      return { key: { $case: 'outerId', value: key.id } };
    case 'CARGO':
      return { key: { $case: 'cargoNo', value: key.id } };
    case 'MALL_SKU':
      return { key: { $case: 'mallSku', value: key.id } };
  }
}

/** A seller of the contract; null without an id or with an unset switch. */
export function sellerFrom(message: SellerMessage | undefined): Seller | null {
  if (!message || message.sellerId === '') return null;
  const allocator = allocatorFromMessage(message.allocator);
  const acceptor = acceptorFromMessage(message.acceptor);
  if (!allocator || !acceptor) return null;
  return {
    sellerId: message.sellerId,
    nick: message.nick,
    allocator,
    acceptor,
    sellableCountsShared: message.sellableCountsShared,
    merchantCentreStoreIds: { ...message.merchantCentreStoreIds },
  };
}

export const sellerTo = (seller: Seller): SellerMessage => ({
  ...seller,
  allocator: Allocator[seller.allocator],
  acceptor: Acceptor[seller.acceptor],
});

/** Places of the contract; null when one of them is none. */
export function placesFrom(messages: readonly PlaceMessage[]): Place[] | null {
  const places = messages.map(placeFromMessage).filter((place) => place !== null);
  return places.length === messages.length ? places : null;
}

export const placesTo = (places: readonly Place[]): PlaceMessage[] => places.map(placeToMessage);
