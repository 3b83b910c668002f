import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { tmallTrade } from '../tmall/trade.ts';
import type { Codec, TypeOf } from '../wire/codec.ts';
import { joined, list, optional, record, refusalText, required } from '../wire/codec.ts';
import { id, placeTypeTitle, text } from '../wire/leaves.ts';
import { channelRefusal } from '../qimen/method.ts';
import type { TopError } from './errors.ts';
import { topError } from './errors.ts';
import { decodeTopForm, encodeTopForm } from './form.ts';
import { decodeTopReply, encodeTopReply } from './reply.ts';
import type { TopFormat } from './request.ts';
import { TOP_PUBLIC_NAMES } from './request.ts';

const METHOD = 'taobao.trade.fullinfo.get';

/** Most lines of a trade, as in the trade itself. */
const MAX_LINES = 200;

const placeOf = (type: string, name: string) =>
  joined({ type: required(type, placeTypeTitle), id: required(name, text(50)) }, ok, (one) => one);

const placeCodec = (type: string, name: string) => record({ place: placeOf(type, name) });

/**
 * Where a sub-order stands, beside the trade's own fields. The documents give no field for it, so
 * these are ours: `deducted` is the place whose stock is occupied, `target` the place that it is
 * allocated to, `order_state` the order's state here (WAITING, ALLOCATED, ACCEPTED, SHIPPED, FAILED
 * or CLOSED).
 */
const standing = record({
  subOrderId: required('oid', id('number')),
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
type Request = TypeOf<typeof request>;

/** A reply of the platform: the trade, or the error that it answered. */
export type FullTradeReply =
  | { readonly ok: true; readonly value: FullTrade }
  | { readonly ok: false; readonly code: string; readonly message: string };

const answerCodec: Codec<FullTrade> = answer;

/** `taobao.trade.fullinfo.get`: one trade with all of its fields. */
export const getFullTrade = {
  method: METHOD,
  /** Business parameters out of all form fields; a refusal is a TOP error of the caller. */
  decodeRequest: (params: ReadonlyMap<string, string>): Result<Request, TopError> => {
    const business = new Map([...params].filter(([name]) => !TOP_PUBLIC_NAMES.includes(name)));
    const result = decodeTopForm(request, business);
    if (result.ok) return result;
    const { code, message } = channelRefusal(result.error);
    const name = result.error.kind === 'MISSING' ? 'missingArguments' : 'invalidArguments';
    return err(topError(name, code, message));
  },
  encodeRequest: (value: Request): ReadonlyMap<string, string> => encodeTopForm(request, value),
  encodeReply: (value: FullTrade, format: TopFormat, requestId: string): string =>
    encodeTopReply(METHOD, format, answerCodec.encode('', value), requestId),
  /** A TOP error comes back with its sub code, or its code where it has none. */
  decodeReply: (body: Buffer): Result<FullTradeReply, string> => {
    const reply = decodeTopReply(METHOD, body);
    if (!reply.ok) return reply;
    if (reply.value.kind === 'error') {
      const { code, msg, subCode, subMsg } = reply.value.error;
      return ok({ ok: false, code: subCode ?? String(code), message: subMsg ?? msg });
    }
    const value = answerCodec.decode(reply.value.answer, '');
    return value.ok ? ok({ ok: true, value: value.value }) : err(refusalText(value.error));
  },
};
