import { ok } from '@astrolabe/kernel';
import { list, mapped, optional, record, required } from '../wire/codec.ts';
import { code, count, flag, id, text, topId } from '../wire/leaves.ts';
import { defineTopApi } from './api.ts';

/** Most sub-orders of a trade that are read. */
const MAX_LINES = 200;

const idList = mapped(
  text(),
  (joined) => ok<readonly string[]>(joined.split(',').filter((one) => one !== '')),
  (ids: readonly string[]) => ids.join(','),
);

/** `split` is 1 where not the whole trade leaves; `companyCode` is Tmall's code of the carrier. */
const shipRequest = record({
  tradeId: required('tid', id('number')),
  subOrderIds: optional('sub_tid', idList),
  split: required('is_split', count(0)),
  mailNo: required('out_sid', code(100)),
  companyCode: required('company_code', code(50)),
});

const shipAnswer = record({
  shipping: required('shipping', record({ isSuccess: required('is_success', flag()) })),
});

/**
 * The ship interface of Tmall B2C. The white paper asks for it without naming it ("天猫B2C的发货接口",
 * 3.4, L428); this is the interface of the open platform for goods that the seller sends itself.
 */
export const shipAtTmall = defineTopApi('taobao.logistics.offline.send', shipRequest, shipAnswer);

const statusRequest = record({
  fields: required('fields', text(1_000)),
  tradeId: required('tid', id('number')),
});

const line = record({
  subOrderId: topId('oid'),
  status: required('status', text(50)),
});

const statusAnswer = record({
  trade: required(
    'trade',
    record({
      tradeId: topId('tid'),
      status: required('status', text(50)),
      orders: required('orders', list('order', line, { max: MAX_LINES, lone: true })),
    }),
  ),
});

/** How far the sub-orders of a trade are at Tmall: what is asked after an answer got lost. */
export const getTradeStatus = defineTopApi('taobao.trade.get', statusRequest, statusAnswer);
