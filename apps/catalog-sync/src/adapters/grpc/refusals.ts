import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { GrpcCode } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import type { BindingRefusal } from '../../domain/binding.ts';
import type { GoodsRefusal } from '../../domain/goods.ts';
import type { StoreRefusal } from '../../domain/store.ts';

type Reason =
  | StoreRefusal
  | BindingRefusal
  | GoodsRefusal
  | 'UNKNOWN_SELLER'
  | 'MISSING_FIELD'
  | 'TOO_MANY_KEYS'
  | 'CODES_DIFFER'
  | 'TOO_MANY_ITEMS'
  | 'TOO_MANY_DETAILS'
  | 'INVALID_PAGE_TOKEN';

const REFUSALS: Record<Reason, readonly [GrpcCode, string]> = {
  UNKNOWN_CATEGORY: [GRPC.invalidArgument, 'mainCategory is not a leaf of the store categories'],
  STORE_CODE_EXISTS: [GRPC.alreadyExists, 'storeCode belongs to a store with other content'],
  UNKNOWN_STORE: [GRPC.notFound, 'the seller has no such store'],
  SHOP_ID_REQUIRED: [GRPC.invalidArgument, 'shopId is required for an update'],
  TOO_MANY_STORES: [GRPC.invalidArgument, 'at most 200 stores in one call'],
  TOO_MANY_BINDINGS: [GRPC.failedPrecondition, 'one item can be bound to at most 20,000 stores'],
  NO_STORES: [GRPC.invalidArgument, 'at least one store is required'],
  UNKNOWN_GOODS: [GRPC.notFound, 'nobody knows these goods'],
  SKU_REQUIRED: [GRPC.invalidArgument, 'the item has SKUs, so a skuId is required'],
  GOODS_DIFFER: [GRPC.alreadyExists, 'the two keys belong to different goods'],
  TOO_MANY_NAMES: [GRPC.failedPrecondition, 'the goods have as many names as they may'],
  TOO_MANY_KEYS: [GRPC.invalidArgument, 'at most 1,000 goods in one call'],
  CODES_DIFFER: [GRPC.invalidArgument, 'a code for every key, or none at all'],
  TOO_MANY_ITEMS: [GRPC.invalidArgument, 'at most 200 items in one call'],
  SC_ITEM_EXISTS: [
    GRPC.alreadyExists,
    'outer_code belongs to goods of the stock with other content',
  ],
  UNKNOWN_SC_ITEM: [GRPC.notFound, 'the seller has no such goods in its stock'],
  SC_ITEM_DIFFERS: [GRPC.invalidArgument, 'sc_item_id and outer_code name different goods'],
  ITEM_MAPPED_ELSEWHERE: [GRPC.alreadyExists, 'the item belongs to other goods already'],
  ITEM_CODE_UNKNOWN: [
    GRPC.failedPrecondition,
    "need_check: no code of the item is known that could be compared with the goods'",
  ],
  TOO_MANY_DETAILS: [GRPC.invalidArgument, 'at most 50 details of goods'],
  BAD_KEY: [GRPC.invalidArgument, 'the key names nothing'],
  UNKNOWN_SELLER: [GRPC.notFound, 'no such seller'],
  MISSING_FIELD: [GRPC.invalidArgument, 'a required field is missing'],
  INVALID_PAGE_TOKEN: [GRPC.invalidArgument, 'the page token is not valid'],
};

export function refusal(reason: Reason): GrpcRefusal {
  const [code, details] = REFUSALS[reason];
  return new GrpcRefusal({ code, reason, details });
}

/** The value of a result, or its refusal thrown at the edge. */
export function valueOf<T>(result: Result<T, Reason>): T {
  if (!result.ok) throw refusal(result.error);
  return result.value;
}
