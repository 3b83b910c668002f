import type { FulfilmentStatus } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { DeliveryFlow } from '../omni/status.ts';
import { FLOW_WORDS, STATUS_CODES, statusRule } from '../omni/status.ts';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { invalid, list, missing, optional, record, required } from '../wire/codec.ts';
import { cutText, id, renamed, text, time } from '../wire/leaves.ts';
import { defineSame } from './method.ts';

const flow: Codec<DeliveryFlow> = renamed(FLOW_WORDS);
/** Our words in a report, the X_* codes on the wire. */
const status: Codec<FulfilmentStatus> = renamed(STATUS_CODES);

const fields = record({
  sellerId: required('sellerCode', text(50)),
  tradeId: required('parentOrderCode', id()),
  subOrderIds: required('orderCodes', list('orderCode', id(), { min: 1 })),
  /** Of a store, or of a warehouse: those are codes such as WH-01. */
  storeId: optional('storeId', text(50)),
  flow: optional('type', flow),
  status: required('status', status),
  operator: required('operator', text()),
  actionTime: required('actionTime', time()),
  /** Any record of Qimen may carry one; of a refusal it says why, for which the document has no field. */
  remark: optional('remark', cutText(200)),
});

export type StatusReport = TypeOf<typeof fields>;

/** `storeId` and `type` are conditional: a status of a flow needs both, a generic one neither. */
const report: Codec<StatusReport> = {
  ...fields,
  decode: (node, path) => {
    const result = fields.decode(node, path);
    if (!result.ok) return result;
    const rule = statusRule(result.value.status);
    if (rule.flows.length === 0) return ok(result.value);
    if (result.value.storeId === undefined) return err(missing('storeId'));
    if (result.value.flow === undefined) return err(missing('type'));
    return rule.flows.includes(result.value.flow)
      ? ok(result.value)
      : err(invalid('status', `does not belong to type ${FLOW_WORDS[result.value.flow]}`));
  },
};

/** 6.4: the merchant reports, where the merchant allocates. */
export const syncOrderStatus = defineSame('taobao.qimen.orderStatus.sync', report, record({}));

/** 6.5: the merchant's store system reports, where Astrolabe allocates. */
export const updateOrderStatus = defineSame('taobao.qimen.orderStatus.update', report, record({}));
