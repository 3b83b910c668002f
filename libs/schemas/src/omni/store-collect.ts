import { defineCodedApi } from '../top/api.ts';
import { defaulted, optional, record, required } from '../wire/codec.ts';
import { code, id, text } from '../wire/leaves.ts';
import { codedReply } from '../wire/reply.ts';

const CODE_CHARS_MAX = 64;
const OPERATOR_CHARS_MAX = 100;

/** How a call about a pick-up code ended: `err_code` is "0" for success (catalogue A.5). */
const NAMES = { code: 'err_code', message: 'err_msg' };

/** `taobao.omniorder.storecollect.query`: the trade that a pick-up code belongs to (A.5). */
export const queryStoreCollect = defineCodedApi(
  'taobao.omniorder.storecollect.query',
  record({ code: required('code', code(CODE_CHARS_MAX)) }),
  codedReply(NAMES, record({ tradeId: optional('main_order_id', id()) })),
);

/** `taobao.omniorder.storecollect.consume`: the buyer collects the goods (A.5). */
export const consumeStoreCollect = defineCodedApi(
  'taobao.omniorder.storecollect.consume',
  record({
    tradeId: required('main_order_id', id('number')),
    code: required('code', code(CODE_CHARS_MAX)),
    operator: defaulted('operator', text(OPERATOR_CHARS_MAX), ''),
  }),
  codedReply(NAMES, record({})),
);
