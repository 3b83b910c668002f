export type {
  AllocateRequest,
  AllocatedLine,
  AllocationAnswer,
  AllocationReport,
  ConsignReport,
  RefundNotice,
  StoreReport,
  SubOrderState,
} from './messages.ts';
export type { OmniSpi } from './methods.ts';
export {
  allocate,
  getAllocation,
  notifyAccepted,
  notifyAllocation,
  notifyConsigned,
  notifyRefund,
  notifyRefused,
  reportAccepted,
  reportConsigned,
  reportRefused,
  syncAllocation,
} from './methods.ts';
export type {
  AllocationStatus,
  DeliveryFlow,
  OrderStatus,
  StatusRule,
  StatusSetter,
  TradeStatus,
} from './status.ts';
export {
  FLOW_WORDS,
  ORDER_STATUSES,
  ORDER_STATUS_CODES,
  STATUS_CODES,
  TRADE_STATUS_WORDS,
  statusRule,
} from './status.ts';
export { consumeStoreCollect, queryStoreCollect } from './store-collect.ts';
