export type { GovReply, GovValue, ReceivedGovReply } from './reply.ts';
export { TOKEN_EXPIRED, decodeGovReply, encodeGovReply } from './reply.ts';
export { accessTokenOf, decodeGovParams, govParam } from './request.ts';
export type { GovArea, GovStock, GovStockRequest } from './stock.ts';
export {
  GOV_SKUS_READ_MAX,
  decodeGovStockReply,
  decodeGovStockRequest,
  encodeGovStockReply,
  encodeGovStockRequest,
  govStockShape,
} from './stock.ts';
export type { GovTokenGrant, GovTokenRequest } from './token.ts';
export {
  decodeGovTokenReply,
  decodeGovTokenRequest,
  encodeGovTokenGrant,
  encodeGovTokenRequest,
  govTokenShape,
} from './token.ts';
