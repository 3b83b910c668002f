export type { TopError, TopErrorName } from './errors.ts';
export { TOP_ERRORS, topError, topErrorClass } from './errors.ts';
export type { TopApi } from './api.ts';
export type { ScItemName, ScItemRequest } from './scitem.ts';
export { addScItem, mapScItem } from './scitem.ts';
export { getTradeStatus, shipAtTmall } from './shipping.ts';
export { askStoreMailNo, cancelWaybill, listWaybills, readPrintData } from './waybill.ts';
export type { TillAnswer, TillBuyerKind, TillGoods, TillLine, TillRequest } from './till.ts';
export { createTillOrder } from './till.ts';
export type { FullTrade, FullTradeReply, TradeStanding } from './trade.ts';
export { getFullTrade } from './trade.ts';
export type { FormRecord, FormRefusal } from './form.ts';
export { FORM_FIELDS_MAX, decodeTopForm, encodeTopForm, parseForm, printForm } from './form.ts';
export type { TopReply } from './reply.ts';
export {
  TOP_CONTENT_TYPES,
  decodeTopReply,
  encodeTopError,
  encodeTopReply,
  topErrorShape,
  topResponseName,
} from './reply.ts';
export type { TopFormat, TopPublicParams } from './request.ts';
export {
  QIMEN_VERSIONS,
  TOP_PUBLIC_NAMES,
  TOP_VERSIONS,
  decodeTopParams,
  parseTopTimestamp,
  topFormat,
} from './request.ts';
