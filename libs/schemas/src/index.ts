export type { WireNode, WireNode as XmlNode } from './wire/tree.ts';
export { leaf, listNode, objectNode } from './wire/tree.ts';
export type { Codec, Field, FieldRefusal, Fields, RecordOf, Shape, TypeOf } from './wire/codec.ts';
export {
  aliased,
  defaulted,
  joined,
  list,
  mapped,
  optional,
  record,
  refusalText,
  required,
} from './wire/codec.ts';
export {
  clockTime,
  count,
  flag,
  id,
  oneOf,
  pieces,
  renamed,
  text,
  time,
  yuan,
} from './wire/leaves.ts';

export type { XmlRefusal } from './xml/refusal.ts';
export { XML_MAX_BYTES, parseXml } from './xml/read.ts';
export { printXml } from './xml/write.ts';
export type { JsonRefusal } from './json/read.ts';
export { JSON_MAX_BYTES, parseJson } from './json/read.ts';
export { printJson } from './json/write.ts';

export type { LineFailure } from './qimen/failures.ts';
export {
  adjustGoods,
  adjustItems,
  initialiseGoods,
  initialiseItems,
  queryGoods,
  queryItems,
  updateGoods,
  updateItems,
} from './qimen/inventory.ts';
export type {
  BillType,
  InitialLine,
  ReceivedLine,
  ShopGoods,
  StockGoods,
  UpdateLine,
} from './qimen/inventory-lines.ts';
export { BILL_TYPES } from './qimen/inventory-lines.ts';
export type { QimenMethod, QimenReply } from './qimen/method.ts';
export type { ChannelRefusal } from './wire/refusal.ts';
export { qimenFailure, qimenSuccess } from './qimen/method.ts';
export { channelRefusal } from './wire/refusal.ts';
export type { ChannelReply } from './wire/reply.ts';
export type { StatusReport } from './qimen/order-status.ts';
export { syncOrderStatus, updateOrderStatus } from './qimen/order-status.ts';
export type { StoreProfile, StoreUpdate } from './qimen/stores.ts';
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
} from './qimen/stores.ts';

export type {
  AllocateRequest,
  AllocatedLine,
  AllocationAnswer,
  AllocationReport,
  ConsignReport,
  RefundNotice,
  StoreReport,
  SubOrderState,
} from './omni/messages.ts';
export type { OmniSpi } from './omni/methods.ts';
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
} from './omni/methods.ts';
export type {
  AllocationStatus,
  DeliveryFlow,
  OrderStatus,
  StatusRule,
  StatusSetter,
  TradeStatus,
} from './omni/status.ts';
export {
  FLOW_WORDS,
  ORDER_STATUSES,
  ORDER_STATUS_CODES,
  STATUS_CODES,
  TRADE_STATUS_WORDS,
  statusRule,
} from './omni/status.ts';

export type { TopError, TopErrorName } from './top/errors.ts';
export { TOP_ERRORS, topError, topErrorClass } from './top/errors.ts';
export type { TopApi } from './top/api.ts';
export type { ScItemName, ScItemRequest } from './top/scitem.ts';
export { addScItem, mapScItem } from './top/scitem.ts';
export { getTradeStatus, shipAtTmall } from './top/shipping.ts';
export type { FullTrade, FullTradeReply, TradeStanding } from './top/trade.ts';
export { getFullTrade } from './top/trade.ts';
export type { FormRecord, FormRefusal } from './top/form.ts';
export { FORM_FIELDS_MAX, decodeTopForm, encodeTopForm, parseForm, printForm } from './top/form.ts';
export type { TopReply } from './top/reply.ts';
export {
  TOP_CONTENT_TYPES,
  decodeTopReply,
  encodeTopError,
  encodeTopReply,
  topResponseName,
} from './top/reply.ts';
export type { TopFormat, TopPublicParams } from './top/request.ts';
export {
  QIMEN_VERSIONS,
  TOP_PUBLIC_NAMES,
  TOP_VERSIONS,
  decodeTopParams,
  parseTopTimestamp,
  topFormat,
} from './top/request.ts';

export type {
  OmnichannelEntry,
  OmnichannelPairs,
  ReadOmnichannelParam,
} from './jdp/omnichannel-param.ts';
export {
  printOmnichannelParam,
  readOmnichannelPairs,
  writeOmnichannelPairs,
} from './jdp/omnichannel-param.ts';
export type { JdpRefund, JdpTrade } from './jdp/response.ts';
export {
  decodeJdpRefund,
  decodeJdpTrade,
  encodeJdpRefund,
  encodeJdpTrade,
} from './jdp/response.ts';

export { tradeAfter } from './tmall/after.ts';
export type { ReadTmallPush, TmallPush, TmallReply } from './tmall/push.ts';
export {
  TMALL_TOPICS,
  decodeTmallPush,
  decodeTmallReply,
  encodeTmallPush,
  encodeTmallReply,
  tmallPushShape,
} from './tmall/push.ts';
export {
  REFUND_STATES,
  TRADE_STATES,
  causeOfTopic,
  refundStateOf,
  refundStatusOf,
  saleStateOf,
  tradeStatusOf,
} from './tmall/words.ts';
export type { TmallTrade, TmallTradeLine } from './tmall/trade.ts';

export type { GovReply, GovValue, ReceivedGovReply } from './govmall/reply.ts';
export { TOKEN_EXPIRED, decodeGovReply, encodeGovReply } from './govmall/reply.ts';
export { accessTokenOf, decodeGovParams, govParam } from './govmall/request.ts';
export type { GovArea, GovStock, GovStockRequest } from './govmall/stock.ts';
export {
  GOV_SKUS_READ_MAX,
  decodeGovStockReply,
  decodeGovStockRequest,
  encodeGovStockReply,
  encodeGovStockRequest,
  govStockShape,
} from './govmall/stock.ts';
export type { GovTokenGrant, GovTokenRequest } from './govmall/token.ts';
export {
  decodeGovTokenReply,
  decodeGovTokenRequest,
  encodeGovTokenGrant,
  encodeGovTokenRequest,
  govTokenShape,
} from './govmall/token.ts';
export { consumeStoreCollect, queryStoreCollect } from './omni/store-collect.ts';
