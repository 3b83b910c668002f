import { parseJson } from '../json/read.ts';
import { list, optional, record, required } from '../wire/codec.ts';
import type { TypeOf } from '../wire/codec.ts';
import { code, flag, id, text } from '../wire/leaves.ts';
import { defineTopApi } from './api.ts';

const MAX_SUB_ORDERS = 200;
/** More numbers than an order has parcels. */
const MAX_WAYBILLS = 200;
/** What is printed on a label, as the platform encodes it. */
const PRINT_DATA_MAX = 50_000;

const askRequest = record({
  storeId: required('store_id', code(50)),
  channel: required('channel', code(20)),
  trades: required(
    'trades',
    list(
      'trade_order_info_dto',
      record({
        tradeId: required('main_order_id', id()),
        subOrders: required(
          'sub_orders',
          list('trade_order_detail_dto', record({ subOrderId: required('sub_order_id', id()) }), {
            max: MAX_SUB_ORDERS,
          }),
        ),
      }),
      { max: 1 },
    ),
  ),
});

const askAnswer = record({
  result: required(
    'result',
    record({
      code: optional('err_code', text(100)),
      message: optional('message', text(500)),
      data: optional(
        'data',
        record({
          mailNo: required('mail_no', code(100)),
          printData: optional('print_data', text(PRINT_DATA_MAX)),
        }),
      ),
    }),
  ),
});

/**
 * The number of a parcel that leaves a store, by the platform's own words of store and trade: neither sender
 * nor receiver is sent along. From the open platform's public description; the white paper has none.
 */
export const askStoreMailNo = defineTopApi(
  'taobao.omniorder.store.getconsignmailcode',
  askRequest,
  askAnswer,
);

const listRequest = record({
  asked: required(
    'param_list',
    list(
      'waybill_detail_query_by_biz_sub_code_request',
      record({ tradeId: required('biz_sub_code', id()) }),
      { max: 1 },
    ),
  ),
});

const listAnswer = record({
  found: optional(
    'modules',
    list(
      'waybill_cloud_print_with_result_desc_response',
      record({
        isFound: required('success', flag()),
        waybill: optional(
          'waybill_cloud_print_response',
          record({
            mailNo: required('waybill_code', code(100)),
            carrier: required('cp_code', code(50)),
            printData: required('print_data', text(PRINT_DATA_MAX)),
          }),
        ),
      }),
      { max: MAX_WAYBILLS, lone: true },
    ),
  ),
});

/** The numbers that stand of a trade, each with its carrier and what is printed on its label. */
export const listWaybills = defineTopApi(
  'cainiao.waybill.ii.query.by.tradecode',
  listRequest,
  listAnswer,
);

/** Gives a number back that no parcel has left under. */
export const cancelWaybill = defineTopApi(
  'cainiao.waybill.ii.cancel',
  record({
    carrier: required('cp_code', code(50)),
    mailNo: required('waybill_code', code(100)),
  }),
  record({ isCancelled: required('cancel_result', flag()) }),
);

/** A part of what a label shows; the platform's templates have more. */
const printData = record({
  // Instead of the data, where the seller has it encrypted: its own printing program alone reads it.
  encrypted: optional('encryptedData', text(PRINT_DATA_MAX)),
  data: optional(
    'data',
    record({
      recipient: optional(
        'recipient',
        record({
          name: optional('name', text(100)),
          mobile: optional('mobile', text(50)),
          address: optional(
            'address',
            record({
              province: optional('province', text(100)),
              city: optional('city', text(100)),
              district: optional('district', text(100)),
              town: optional('town', text(100)),
              detail: optional('detail', text(500)),
            }),
          ),
        }),
      ),
      routing: optional(
        'routingInfo',
        record({
          sortation: optional('sortation', record({ name: optional('name', text(100)) })),
          routeCode: optional('routeCode', text(100)),
        }),
      ),
    }),
  ),
});

/** What is printed on a label, out of the platform's text; null where that cannot be read. */
export function readPrintData(written: string): TypeOf<typeof printData> | null {
  const json = parseJson(written);
  const read = json.ok ? printData.decode(json.value, '') : null;
  return read?.ok ? read.value : null;
}
