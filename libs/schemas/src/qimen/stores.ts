import type { TypeOf } from '../wire/codec.ts';
import { defaulted, list, optional, record, required } from '../wire/codec.ts';
import { clockTime, code, count, id, oneOf, text } from '../wire/leaves.ts';
import { defineQimen, defineSame } from './method.ts';

const address = record({
  region: optional('region', text(50)),
  province: required('province', text(50)),
  city: required('city', text(50)),
  area: required('area', text(50)),
  town: optional('town', text(50)),
  detail: required('detailAddress', text(50)),
  countryCode: optional('countryCode', text(50)),
});

const keeper = record({
  name: optional('name', text(50)),
  tel: required('tel', text(50)),
  mobile: required('mobile', text(50)),
  fax: optional('fax', text(50)),
  zipCode: optional('zipCode', text(50)),
});

const STORE_TYPES = [
  'NORMAL',
  'MALL',
  'MALL_SHOP',
  'LIGHT_SHOP',
  'HOSPITAL',
  'DEPARTMENT',
  'WAREHOUSE',
] as const;

/** Fields of a store but for the link to the online shop (white paper 6.1.1). */
const profileFields = {
  storeCode: required('storeCode', code(50)),
  companyName: required('companyName', text(50)),
  storeName: required('storeName', text(50)),
  storeType: required('storeType', oneOf(STORE_TYPES)),
  mainCategory: required('mainCategory', id()),
  startTime: required('startTime', clockTime()),
  endTime: required('endTime', clockTime()),
  address: required('address', address),
  status: optional('storeStatus', oneOf(['HOLD', 'CLOSE', 'NORMAL'])),
  description: optional('storeDescription', text(500)),
  keeper: required('storeKeeper', keeper),
  remark: optional('remark', text(500)),
};

const profile = record({ ...profileFields, shopId: optional('shopId', id()) });
const changedProfile = record({
  storeId: required('storeId', id()),
  ...profileFields,
  shopId: required('shopId', id()),
});
const nothing = record({});
const storeOnly = record({ storeId: required('storeId', id()) });

export type StoreProfile = TypeOf<typeof profile>;
export type StoreUpdate = TypeOf<typeof changedProfile>;

/** 6.1.1: opens a store; `shopId` is optional. */
export const createStore = defineSame('taobao.qimen.store.create', profile, storeOnly);

/** 6.1.3: like create with `storeId`, and `shopId` required. */
export const updateStore = defineSame('taobao.qimen.store.update', changedProfile, nothing);

/** 6.1.4: one store per call, although the text says batch. */
export const deleteStore = defineSame('taobao.qimen.store.delete', storeOnly, nothing);

/** 6.1.5: the profile, beside flag, code and message where the platform has them. */
export const queryStore = defineQimen({
  method: 'taobao.qimen.store.query',
  received: storeOnly,
  sent: storeOnly,
  answer: profile,
  maybeBare: true,
});

/** 6.1.2: the answer is a JSON document as text. */
export const getStoreCategories = defineSame(
  'taobao.qimen.storecategory.get',
  record({ remark: optional('remark', text(500)) }),
  record({ categories: required('storeCategory', text(200_000)) }),
);

/** Most stores that one call binds (6.1.6). */
export const MAX_STORES_PER_BINDING = 200;

/** 6.1.6: binds one item to stores, or unbinds it; `banding` is the name on the wire. */
export const bindItem = defineSame(
  'taobao.qimen.itemstore.banding',
  record({
    action: required('actionType', oneOf(['ADD', 'DELETE'])),
    itemId: required('itemId', id()),
    storeIds: required('storeIds', list('storeId', id(), { min: 1, max: MAX_STORES_PER_BINDING })),
    remark: optional('remark', text(500)),
  }),
  nothing,
);

/** Records per page of the two binding queries (6.1.7, 6.1.8). */
export const BINDING_PAGE_SIZE = 100;

const page = defaulted('page', count(1), 1);

/** 6.1.7: stores of an item; a page of fewer than 100 is the last. */
export const queryItemStores = defineSame(
  'taobao.qimen.itemstore.query',
  record({ itemId: required('itemId', id()), page }),
  record({ storeIds: defaulted('storeIds', list('storeId', id()), []) }),
);

/** 6.1.8: items of a store; a page of fewer than 100 is the last. */
export const queryStoreItems = defineSame(
  'taobao.qimen.storeitem.query',
  record({ storeId: required('storeId', id()), page }),
  record({ itemIds: defaulted('itemIds', list('itemId', id()), []) }),
);
