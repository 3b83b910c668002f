export type { GoodsToChange, GoodsToMake, MallGoods } from './goods.ts';
export { createGoods, modifyGoods, queryGoods, unpublishGoods } from './goods.ts';
export type { MessageToPrint, ProcurementMessage, ProcurementSaid } from './message.ts';
export { MESSAGE_FIELD, decodeMessage, encodeMessage } from './message.ts';
export type { FormFields, ProcurementMethod, ProcurementReply, Trouble } from './method.ts';
export { encodeGatewayError, encodeRefusal } from './method.ts';
export type { ProcurementOrder } from './order.ts';
export { confirmOrder, queryOrder, returnOrder } from './order.ts';
export type { PrecheckCode, PrecheckRequest, PrecheckVerdict } from './precheck.ts';
export {
  PRECHECK_CODES,
  PRECHECK_FIELD,
  decodePrecheck,
  decodePrecheckVerdict,
  encodePrecheck,
  encodePrecheckVerdict,
  precheckShape,
} from './precheck.ts';
export type { ReceiptNote } from './receipt.ts';
export { queryReceipt } from './receipt.ts';
export type { WaitingMessage } from './replay.ts';
export {
  confirmMessagesPath,
  decodeConfirmMessages,
  decodeMessagesPage,
  encodeConfirmMessages,
  encodeMessagesPage,
  encodeMessagesQuery,
  messagesPath,
} from './replay.ts';
export type { Requisition } from './requisition.ts';
export { queryRequisition } from './requisition.ts';
export type { SettlementNote } from './settlement.ts';
export { querySettlement } from './settlement.ts';
export type { ShipmentNote, ShipmentToMake } from './shipment.ts';
export { createShipment, queryShipment } from './shipment.ts';
export type { TokenReply } from './token.ts';
export { decodeTokenReply, encodeTokenRefresh, tokenPath } from './token.ts';
export type { Exact, Stamp } from './values.ts';
export { exactOf, instantOf, printInstant } from './values.ts';
