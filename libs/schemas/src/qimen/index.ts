export type { LineFailure } from './failures.ts';
export {
  adjustGoods,
  adjustItems,
  initialiseGoods,
  initialiseItems,
  queryGoods,
  queryItems,
  updateGoods,
  updateItems,
} from './inventory.ts';
export type {
  BillType,
  InitialLine,
  ReceivedLine,
  ShopGoods,
  StockGoods,
  UpdateLine,
} from './inventory-lines.ts';
export { BILL_TYPES } from './inventory-lines.ts';
export type { QimenMethod, QimenReply } from './method.ts';
export { qimenFailure, qimenSuccess } from './method.ts';
export type { StatusReport } from './order-status.ts';
export { syncOrderStatus, updateOrderStatus } from './order-status.ts';
export type { StoreProfile, StoreUpdate } from './stores.ts';
export {
  BINDING_PAGE_SIZE,
  MAX_STORES_PER_BINDING,
  bindItem,
  createStore,
  deleteStore,
  getStoreCategories,
  queryItemStores,
  queryStore,
  queryStoreItems,
  updateStore,
} from './stores.ts';
