import type { Result } from '@astrolabe/kernel';
import { err } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { channelRefusal } from '../wire/refusal.ts';
import { topError } from '../top/errors.ts';
import type { TopApi } from '../top/api.ts';
import { defineCodedApi } from '../top/api.ts';
import type { FormRecord } from '../top/form.ts';
import type { Codec, Fields, RecordOf, Shape } from '../wire/codec.ts';
import { codedReply } from '../wire/reply.ts';
import type { ChannelReply } from '../wire/reply.ts';
import {
  allocateAnswer,
  allocateRequest,
  allocationAnswer,
  allocationContradiction,
  allocationQuery,
  allocationReport,
  consignReport,
  consignedNotice,
  noAnswer,
  refundNotice,
  storeNotice,
  storeReport,
} from './messages.ts';

/** Code and message of every answer of the open API 2.0. */
const NAMES = { code: 'code', message: 'message' };

/** An interface that the merchant serves (SPI): JSON bodies both ways. */
export type OmniSpi<Request, Answer> = {
  readonly method: string;
  /** What a request may hold. */
  readonly requestShape: Shape;
  readonly encodeRequest: (request: Request) => string;
  readonly decodeRequest: (body: Buffer) => Result<Request, ChannelRefusal>;
  readonly encodeReply: (reply: ChannelReply<Answer>) => string;
  readonly decodeReply: (body: Buffer) => Result<ChannelReply<Answer>, string>;
};

const defineApi = <F extends Fields, Answer>(
  method: string,
  request: FormRecord<F>,
  answer: Codec<Answer>,
): TopApi<RecordOf<F>, Answer> => defineCodedApi(method, request, codedReply(NAMES, answer));

function defineSpi<Request, Answer>(
  method: string,
  request: Codec<Request>,
  answer: Codec<Answer>,
): OmniSpi<Request, Answer> {
  const coded = codedReply(NAMES, answer);
  return {
    method,
    requestShape: request.shape,
    encodeRequest: (value) => printJson(request.encode('', value)),
    decodeRequest: (body) => {
      const json = parseJson(body);
      if (!json.ok) return json;
      const result = request.decode(json.value, '');
      return result.ok ? result : err(channelRefusal(result.error));
    },
    encodeReply: (reply) => printJson(coded.encode(reply)),
    decodeReply: (body) => {
      const json = parseJson(body);
      return json.ok ? coded.decode(json.value) : err(json.error.message);
    },
  };
}

/** 6.6.1: allocate, or allocate again; an error once the order is shipped. */
export const allocate = defineSpi(
  'taobao.qimen.omniorder.allocate',
  allocateRequest,
  allocateAnswer,
);

const syncApi = defineApi('taobao.omniorder.allocatedinfo.sync', allocationReport, noAnswer);

/** 6.6.2: the ISV tells its allocation. A report that contradicts itself is refused as a whole. */
export const syncAllocation: typeof syncApi = {
  ...syncApi,
  decodeRequest: (params, notes) => {
    const read = syncApi.decodeRequest(params, notes);
    const reason = read.ok ? allocationContradiction(read.value) : null;
    return reason === null
      ? read
      : err(topError('invalidArguments', 'isv.invalid-parameter', reason));
  },
};

const getSpi = defineSpi(
  'taobao.qimen.omniorder.allocatedinfo.get',
  allocationQuery,
  allocationAnswer,
);

/**
 * 6.6.3: Astrolabe asks for an allocation that did not arrive. An answer that contradicts itself is
 * no answer.
 */
export const getAllocation: typeof getSpi = {
  ...getSpi,
  decodeReply: (body) => {
    const read = getSpi.decodeReply(body);
    const reason = read.ok && read.value.ok ? allocationContradiction(read.value.value) : null;
    return reason === null ? read : err(reason);
  },
};

/** 6.6.4: sub-orders that the buyer wants refunded. */
export const notifyRefund = defineSpi(
  'taobao.qimen.omniorder.customer.refund',
  refundNotice,
  noAnswer,
);

/** 6.6.5 to 6.6.7: what a store did, told to the ISV that allocated. */
export const notifyAccepted = defineSpi(
  'taobao.qimen.omniorder.store.accpeted',
  storeNotice,
  noAnswer,
);
export const notifyRefused = defineSpi(
  'taobao.qimen.omniorder.store.refused',
  storeNotice,
  noAnswer,
);
export const notifyConsigned = defineSpi(
  'taobao.qimen.omniorder.store.consigned',
  consignedNotice,
  noAnswer,
);

/** 6.6.8 to 6.6.10: what a POS reports. */
export const reportAccepted = defineApi('taobao.omniorder.store.accpeted', storeReport, noAnswer);
export const reportRefused = defineApi('taobao.omniorder.store.refuse', storeReport, noAnswer);
export const reportConsigned = defineApi(
  'taobao.omniorder.store.consigned',
  consignReport,
  noAnswer,
);

/** Tells a POS its allocation (model C). The document defines no fields; ours are those of 6.6.2. */
export const notifyAllocation = defineSpi(
  'taobao.qimen.omniorder.allocatedinfo.sync',
  allocationReport,
  noAnswer,
);
