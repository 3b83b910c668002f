import type { Result } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { tmallTrade } from '../tmall/trade.ts';
import type { TmallTrade } from '../tmall/trade.ts';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { joined, list, mapped, optional, record, required } from '../wire/codec.ts';
import { code, id, placeTypeTitle, text, topId } from '../wire/leaves.ts';
import { objectNode } from '../wire/tree.ts';
import { defineTopApi } from './api.ts';
import type { ChannelReply } from '../wire/reply.ts';

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

const PARAM = 'omnichannel_param';
/** As long as its attributes make it. */
const param = text(Number.MAX_SAFE_INTEGER);

/** A trade with its allocation (catalogue A.3), which takes the place of the buyer's choice of a store. */
type AllocatedTrade = { readonly trade: TmallTrade; readonly allocation?: string };

const allocatedTrade: Codec<AllocatedTrade> = {
  shape: tmallTrade.shape,
  decode: (node, path, notes) => {
    const read = tmallTrade.decode(node, path, notes);
    if (!read.ok) return read;
    const { collect, ...shipped } = read.value;
    const trade = collect ? read.value : shipped;
    const found = node.children.find(({ name }) => name === PARAM);
    // Before there is an allocation, the field has the buyer's choice alone.
    const isAllocated = found?.text.includes('allocationCode:') === true;
    return ok({ trade, ...(isAllocated && { allocation: found.text }) });
  },
  encode: (name, { trade, allocation }) => {
    const node = tmallTrade.encode(name, trade);
    if (allocation === undefined) return node;
    const others = node.children.filter((child) => child.name !== PARAM);
    return objectNode(name, [...others, param.encode(PARAM, allocation)]);
  },
};

const answer = record({
  full: required('trade', allocatedTrade),
  standings: required('omni_lines', list('omni_line', standing, { max: MAX_LINES })),
});

export type TradeStanding = TypeOf<typeof standing>;
export type FullTrade = AllocatedTrade & { readonly standings: readonly TradeStanding[] };

/** A reply of the platform: the trade, or the error that it answered. */
export type FullTradeReply = ChannelReply<FullTrade>;

const answerCodec: Codec<FullTrade> = mapped(
  answer,
  ({ full, standings }): Result<FullTrade, string> => ok({ ...full, standings }),
  ({ standings, ...full }) => ({ full, standings }),
);

/** `taobao.trade.fullinfo.get`: one trade with all of its fields. */
export const getFullTrade = defineTopApi(METHOD, request, answerCodec, 'invalidArguments');
