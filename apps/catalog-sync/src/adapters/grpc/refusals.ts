import { GRPC, GrpcRefusal } from '@astrolabe/grpc';
import type { GrpcCode } from '@astrolabe/grpc';
import type { Result } from '@astrolabe/kernel';
import type { BindingRefusal } from '../../domain/binding.ts';
import type { GoodsRefusal } from '../../domain/goods.ts';
import type { OfferRefusal } from '../../domain/offer/offer.ts';
import type { StoreRefusal } from '../../domain/store.ts';

type Reason =
  | StoreRefusal
  | BindingRefusal
  | GoodsRefusal
  | OfferRefusal
  | 'UNKNOWN_SELLER'
  | 'MISSING_FIELD'
  | 'TOO_MANY_KEYS'
  | 'CODES_DIFFER'
  | 'STORES_DIFFER'
  | 'TOO_MANY_ITEMS'
  | 'TOO_MANY_DETAILS'
  | 'INVALID_PAGE_TOKEN'
  | 'TOO_MANY_LINES'
  | 'TOO_MANY_SPECS'
  | 'FIELD_TOO_LONG'
  | 'BAD_AMOUNT'
  | 'SPEC_TWICE'
  | 'UNKNOWN_RELATION'
  | 'TOO_MANY_SKUS'
  | 'BAD_SKU'
  | 'BAD_SPAN'
  | 'UNKNOWN_POOL'
  | 'UNKNOWN_REGION'
  | 'UNKNOWN_LISTING'
  | 'UNKNOWN_WORD'
  | 'BAD_ID'
  | 'BAD_FILE'
  | 'TOO_MANY_ROWS'
  | 'BAD_REGION_CODE';

const REFUSALS: Record<Reason, readonly [GrpcCode, string]> = {
  UNKNOWN_CATEGORY: [GRPC.invalidArgument, 'mainCategory is not a leaf of the store categories'],
  STORE_CODE_EXISTS: [GRPC.alreadyExists, 'storeCode belongs to a store with other content'],
  UNKNOWN_ADDRESS: [GRPC.invalidArgument, 'province, city and area are no place, or several'],
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
  STORES_DIFFER: [GRPC.invalidArgument, 'a store for every key, or none at all'],
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
  TOO_MANY_DETAILS: [GRPC.invalidArgument, 'more values of a kind than goods may have'],
  BAD_KEY: [GRPC.invalidArgument, 'the key names nothing'],
  UNKNOWN_SELLER: [GRPC.notFound, 'no such seller'],
  MISSING_FIELD: [GRPC.invalidArgument, 'a required field is missing'],
  TOO_MANY_LINES: [GRPC.invalidArgument, 'at most 200 lines in one call'],
  TOO_MANY_SPECS: [GRPC.invalidArgument, 'one to 500 specifications'],
  FIELD_TOO_LONG: [GRPC.invalidArgument, 'codes have at most 50 characters, texts 200'],
  BAD_AMOUNT: [GRPC.invalidArgument, 'amounts are not negative'],
  SPEC_TWICE: [GRPC.invalidArgument, 'a specification occurs twice'],
  UNKNOWN_RELATION: [GRPC.notFound, 'no relation with such an offer'],
  UNKNOWN_OFFER: [GRPC.notFound, 'the seller has no offer with such a SKU'],
  GOODS_TAKEN: [GRPC.alreadyExists, 'the names belong to the goods of another offer'],
  TOO_MANY_PROMOTIONS: [GRPC.failedPrecondition, 'at most 50 promotions of one offer'],
  PROMOTION_OVER: [GRPC.failedPrecondition, 'the promotion has ended'],
  TOO_MANY_SKUS: [GRPC.invalidArgument, 'more SKUs than one call may name'],
  BAD_SKU: [GRPC.invalidArgument, 'a SKU has 1 to 50 characters, without blanks and commas'],
  BAD_SPAN: [GRPC.invalidArgument, 'the end is not after the beginning'],
  UNKNOWN_POOL: [GRPC.notFound, 'the seller has no such pool'],
  UNKNOWN_LISTING: [GRPC.notFound, 'no listing with such an article number'],
  UNKNOWN_WORD: [GRPC.invalidArgument, 'invoice, payType and tradeType are words of lists'],
  BAD_FILE: [GRPC.invalidArgument, 'the content is no CSV with a heading'],
  TOO_MANY_ROWS: [GRPC.invalidArgument, 'at most 1,000 rows and 2 MiB in one call'],
  BAD_ID: [GRPC.invalidArgument, 'an id of the platform has digits alone'],
  UNKNOWN_REGION: [GRPC.notFound, 'no province or city has this code'],
  BAD_REGION_CODE: [GRPC.invalidArgument, 'no division has or had this code'],
  INVALID_PAGE_TOKEN: [GRPC.invalidArgument, 'the page token is not valid'],
};

/** `details` say more than the reason's own words do. */
export function refusal(reason: Reason, details?: string): GrpcRefusal {
  const [code, words] = REFUSALS[reason];
  return new GrpcRefusal({ code, reason, details: details ?? words });
}

/** The value of a result, or its refusal thrown at the edge. */
export function valueOf<T>(result: Result<T, Reason>): T {
  if (!result.ok) throw refusal(result.error);
  return result.value;
}
