export type { CrateRequest, ReadCrate } from './request.ts';
export {
  CRATE_PATH,
  SALES_CHANNELS,
  crateShape,
  decodeCrate,
  encodeCrate,
  encodeLookup,
} from './request.ts';
export type {
  CrateAnswer,
  CrateItem,
  CrateReply,
  CrateSaid,
  CratedOrder,
  Unreadable,
} from './reply.ts';
export { crateReplyShape, decodeCrateReply, encodeCrateReply } from './reply.ts';
export type { ListedOrder, Looked } from './lookup.ts';
export { decodeLookupReply, encodeLookupReply } from './lookup.ts';
