import { ok } from '@astrolabe/kernel';
import { tmallTrade } from '../tmall/trade.ts';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { joined, list, optional, record, required } from '../wire/codec.ts';
import { code, id, placeTypeTitle, text, topId } from '../wire/leaves.ts';
import { defineTopApi } from './api.ts';
import type { TopResult } from './api.ts';

const METHOD = 'taobao.trade.fullinfo.get';

/** Most lines of a trade, as in the trade itself. */
const MAX_LINES = 200;

const placeOf = (type: string, name: string) =>
  joined({ type: required(type, placeTypeTitle), id: required(name, code(50)) }, ok, (one) => one);

const placeCodec = (type: string, name: string) => record({ place: placeOf(type, name) });

/**
 * Where a sub-order stands, beside the trade's own fields. The documents give no field for it, so
 * these are ours: `deducted` is the place whose stock is occupied, `target` the place that it is
 * allocated to, `order_state` the order's state here (WAITING, ALLOCATED, ACCEPTED, SHIPPED, FAILED
 * or CLOSED).
 */
const standing = record({
  subOrderId: topId('oid'),
  deducted: optional('deducted', placeCodec('store_type', 'store_code')),
  target: optional('target', placeCodec('store_type', 'store_code')),
  state: required('order_state', text(50)),
});

const request = record({
  fields: required('fields', text(1_000)),
  tradeId: required('tid', id('number')),
});

const answer = record({
  trade: required('trade', tmallTrade),
  standings: required('omni_lines', list('omni_line', standing, { max: MAX_LINES })),
});

export type TradeStanding = TypeOf<typeof standing>;
export type FullTrade = TypeOf<typeof answer>;

/** A reply of the platform: the trade, or the error that it answered. */
export type FullTradeReply = TopResult<FullTrade>;

const answerCodec: Codec<FullTrade> = answer;

/** `taobao.trade.fullinfo.get`: one trade with all of its fields. */
export const getFullTrade = defineTopApi(METHOD, request, answerCodec);
