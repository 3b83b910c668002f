export type { GovArea } from './area.ts';
export { govAreaText } from './area.ts';
export type { GovInterface } from './interfaces.ts';
export { GOV_CATALOGUE, GOV_INTERFACES, GOV_METHODS } from './interfaces.ts';
export type { GovListMethod, GovMethod } from './method.ts';
export { GOV_INVOICE_ORDERS_MAX, GOV_TRANSFER_ORDERS_MAX } from './money.ts';
export type { GovNames } from './names.ts';
export { FAMILY_NAMES, familyNames, inFamilyNames, tellInOwnNames } from './names.ts';
export type { GovOrderLine, GovParcel, GovPreOrder } from './orders.ts';
export { GOV_LINES_MAX, confirmsAPart } from './orders.ts';
export { govBodyRefusal } from './refusal.ts';
export type {
  ByteText,
  GovReply,
  GovTelling,
  GovValue,
  MoneyAs,
  ReceivedGovReply,
} from './reply.ts';
export {
  TOKEN_EXPIRED,
  byteText,
  decodeGovReply,
  encodeGovEntries,
  encodeGovReply,
} from './reply.ts';
export { accessTokenOf, decodeGovParams, govBodyForm, govFields, govParam } from './request.ts';
export type { GovStock } from './stock.ts';
export { govStockRows } from './stock.ts';
export type { GovTokenGrant, GovTokenRequest } from './token.ts';
export {
  GOV_TOKEN_PATH,
  decodeGovTokenReply,
  decodeGovTokenRequest,
  encodeGovTokenGrant,
  encodeGovTokenRequest,
  govTokenShape,
} from './token.ts';
export { GOV_SKUS_READ_MAX } from './values.ts';
