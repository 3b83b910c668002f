import type { Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';
import type { TopError } from '../top/errors.ts';
import { topError } from '../top/errors.ts';
import type { FormRecord } from '../top/form.ts';
import { decodeTopForm } from '../top/form.ts';
import { encodeTopRefusal, encodeTopReply } from '../top/reply.ts';
import type { TopFormat } from '../top/request.ts';
import { TOP_PUBLIC_NAMES } from '../top/request.ts';
import { channelRefusal } from '../wire/refusal.ts';
import type { Fields, RecordOf } from '../wire/codec.ts';
import { defaulted, record, required } from '../wire/codec.ts';
import { code, id, text } from '../wire/leaves.ts';
import { leaf, objectNode } from '../wire/tree.ts';

const CODE_CHARS_MAX = 64;
const OPERATOR_CHARS_MAX = 100;

/** How a call about a pick-up code ended: `err_code` is "0" for success (catalogue A.5). */
export type StoreCollectReply =
  | { readonly ok: true; readonly tradeId?: string }
  | { readonly ok: false; readonly code: string; readonly message: string };

function defineCollect<F extends Fields>(method: string, request: FormRecord<F>) {
  return {
    method,
    requestShape: request.shape,
    decodeRequest: (params: ReadonlyMap<string, string>): Result<RecordOf<F>, TopError> => {
      const business = new Map([...params].filter(([name]) => !TOP_PUBLIC_NAMES.includes(name)));
      const read = decodeTopForm(request, business);
      if (read.ok) return read;
      const { code, message } = channelRefusal(read.error);
      const name = read.error.kind === 'MISSING' ? 'missingArguments' : 'invalidArguments';
      return err(topError(name, code, message));
    },
    encodeReply: (reply: StoreCollectReply, format: TopFormat, requestId: string): string => {
      if (!reply.ok) {
        const { code, message } = reply;
        const answer = objectNode('', [leaf('err_code', code), leaf('err_msg', message)]);
        return encodeTopRefusal(method, format, { code, message, answer }, requestId);
      }
      const answer = [
        leaf('err_code', '0'),
        ...(reply.tradeId === undefined ? [] : [leaf('main_order_id', reply.tradeId)]),
      ];
      return encodeTopReply(method, format, objectNode('', answer), requestId);
    },
  };
}

/** `taobao.omniorder.storecollect.query`: the trade that a pick-up code belongs to (A.5). */
export const queryStoreCollect = defineCollect(
  'taobao.omniorder.storecollect.query',
  record({ code: required('code', code(CODE_CHARS_MAX)) }),
);

/** `taobao.omniorder.storecollect.consume`: the buyer collects the goods (A.5). */
export const consumeStoreCollect = defineCollect(
  'taobao.omniorder.storecollect.consume',
  record({
    tradeId: required('main_order_id', id('number')),
    code: required('code', code(CODE_CHARS_MAX)),
    operator: defaulted('operator', text(OPERATOR_CHARS_MAX), ''),
  }),
);
