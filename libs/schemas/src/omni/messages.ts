import type { Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import type { Codec, Field, TypeOf } from '../wire/codec.ts';
import { joined, list, mapped, optional, record, required } from '../wire/codec.ts';
import { code, id, placeTypeTitle, renamed, text } from '../wire/leaves.ts';
import { attributesCodec } from './attributes.ts';
import { ALLOCATION_STATUS_WORDS, TRADE_STATUS_WORDS } from './status.ts';

/** The document types these as Number; both forms are read, digits are never lost. */
const number = id('number');
const tradeId = required('tid', number);
const sellerId = required('seller_id', number);

const tradeStatus = renamed(TRADE_STATUS_WORDS, { STATUS_TRANSFERRED: 'SUCCEEDED' });
const allocationStatus = renamed(ALLOCATION_STATUS_WORDS);

/** The white paper gives no lengths for the numbers of a parcel. */
const MAIL_NO_MAX = 4_000;

/** The white paper gives no batch limit; this one bounds what a message can hold. */
const MAX_ENTRIES = 500;

const subOrder = record({
  subOrderId: required('sub_oid', number),
  status: required('status', tradeStatus),
});
const subOrders = required(
  'sub_order_list',
  list('sub_order', subOrder, { min: 1, max: MAX_ENTRIES, lone: true }),
);

const placeFields = {
  id: required('store_id', code(50)),
  type: required('type', placeTypeTitle),
};
const place: Field<{ readonly type: 'STORE' | 'WAREHOUSE'; readonly id: string }, false> = joined(
  placeFields,
  ok,
  (value) => value,
);

const allocatedFields = {
  place,
  placeName: optional('store_name', text()),
  tradeId,
  subOrderId: required('sub_oid', number),
  status: required('status', allocationStatus),
  description: optional('description', text()),
};
const allocated = record({
  ...allocatedFields,
  attributes: optional('attributes', attributesCodec),
});
const allocatedWithoutAttributes = record(allocatedFields);

const allocations = <T>(entry: Codec<T>) =>
  required(
    'store_allocated_list',
    list('store_allocated', entry, { max: MAX_ENTRIES, lone: true }),
  );

/** 6.6.1 */
export const allocateRequest = record({
  tradeId,
  sellerId,
  sellerNick: optional('seller_nick', text()),
});
/** 6.6.1: comma separated keys of the RDS to write. */
export const allocateAnswer = record({
  appKeys: optional(
    'appKey',
    mapped(
      text(),
      (keys): Result<readonly string[], string> => ok(keys.split(',').filter((key) => key !== '')),
      (keys) => keys.join(','),
    ),
  ),
});

/** 6.6.2; the notification of a POS (model C) has the same fields by our decision. */
export const allocationReport = record({
  tradeId,
  status: required('status', allocationStatus),
  message: optional('message', text()),
  allocations: allocations(allocated),
});

/** 6.6.3 */
export const allocationQuery = record({ tradeId });
export const allocationAnswer = record({
  tradeId,
  status: required('status', allocationStatus),
  allocations: allocations(allocatedWithoutAttributes),
});

/**
 * Where an allocation contradicts itself, or null: its lines are of the trade that it names, and its
 * status is that of a line at least (decision D-9 of the catalogue derives it from them).
 */
export function allocationContradiction({
  tradeId: named,
  status,
  allocations: lines,
}: AllocationAnswer): string | null {
  const stranger = lines.findIndex((line) => line.tradeId !== named);
  if (stranger >= 0) return `store_allocated_list[${stranger}].tid differs from tid`;
  if (lines.length === 0 || lines.some((line) => line.status === status)) return null;
  return `status is ${ALLOCATION_STATUS_WORDS[status]}, and no line is`;
}

/** 6.6.4 */
export const refundNotice = record({ tradeId, subOrders });

/** 6.6.5 and 6.6.6 */
export const storeNotice = record({ tradeId, sellerId });

/** 6.6.7: `operator` and the list are the remains of another table; they are not required. */
export const consignedNotice = record({
  tradeId,
  sellerId,
  operator: optional('operator', text()),
  subOrders: optional(
    'sub_order_list',
    list('sub_order', subOrder, { max: MAX_ENTRIES, lone: true }),
  ),
});

const storeReportFields = {
  tradeId,
  place,
  operator: required('operator', text()),
  subOrders,
};
/** 6.6.8 and 6.6.9; a refusal carries no reason. */
export const storeReport = record(storeReportFields);

/** 6.6.10 */
export const consignReport = record({
  ...storeReportFields,
  logisticId: required('logistic_id', code(MAIL_NO_MAX)),
  logisticCompany: required('logistic_company', text()),
  mailNo: required('mail_no', code(MAIL_NO_MAX)),
  description: optional('description', text()),
});

/** Answers that carry a code and a message only. */
export const noAnswer = record({});

export type AllocateRequest = TypeOf<typeof allocateRequest>;
export type AllocationReport = TypeOf<typeof allocationReport>;
export type AllocationAnswer = TypeOf<typeof allocationAnswer>;
export type AllocatedLine = TypeOf<typeof allocated>;
export type RefundNotice = TypeOf<typeof refundNotice>;
export type StoreReport = TypeOf<typeof storeReport>;
export type ConsignReport = TypeOf<typeof consignReport>;
export type SubOrderState = TypeOf<typeof subOrder>;
