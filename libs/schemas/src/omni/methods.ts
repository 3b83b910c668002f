import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { channelRefusal } from '../wire/refusal.ts';
import type { TopError } from '../top/errors.ts';
import { topError } from '../top/errors.ts';
import { decodeBusiness } from '../top/api.ts';
import type { FormRecord } from '../top/form.ts';
import { encodeTopForm } from '../top/form.ts';
import { decodeTopReply, encodeTopRefusal, encodeTopReply } from '../top/reply.ts';
import type { TopFormat } from '../top/request.ts';
import type { Codec, Fields, Notes, RecordOf, Shape } from '../wire/codec.ts';
import { refusalText } from '../wire/codec.ts';
import type { WireNode } from '../wire/tree.ts';
import { objectNode } from '../wire/tree.ts';
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
  replyEnvelope,
  storeNotice,
  storeReport,
} from './messages.ts';

/** Answer of an open API 2.0 interface. On the wire success is the text "0". */
export type OmniReply<T> =
  | { readonly ok: true; readonly message: string; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly message: string };

const SUCCESS = '0';

/** An interface that the platform serves at `/router/rest`: a signed form, a wrapped answer. */
export type OmniApi<Request, Answer> = {
  readonly method: string;
  /** What a request may hold. */
  readonly requestShape: Shape;
  /**
   * Business parameters out of all form fields; a refusal is a TOP error of the caller. `notes`
   * receives what was left out, a sentence each.
   */
  readonly decodeRequest: (
    params: ReadonlyMap<string, string>,
    notes?: Notes,
  ) => Result<Request, TopError>;
  readonly encodeRequest: (request: Request) => ReadonlyMap<string, string>;
  readonly encodeReply: (reply: OmniReply<Answer>, format: TopFormat, requestId: string) => string;
  /** A TOP error comes back as a failure whose code is the sub code, or the code without one. */
  readonly decodeReply: (body: Buffer) => Result<OmniReply<Answer>, string>;
};

/** An interface that the merchant serves (SPI): JSON bodies both ways. */
export type OmniSpi<Request, Answer> = {
  readonly method: string;
  /** What a request may hold. */
  readonly requestShape: Shape;
  readonly encodeRequest: (request: Request) => string;
  readonly decodeRequest: (body: Buffer) => Result<Request, ChannelRefusal>;
  readonly encodeReply: (reply: OmniReply<Answer>) => string;
  readonly decodeReply: (body: Buffer) => Result<OmniReply<Answer>, string>;
};

function defineApi<F extends Fields, Answer>(
  method: string,
  request: FormRecord<F>,
  answer: Codec<Answer>,
): OmniApi<RecordOf<F>, Answer> {
  return {
    method,
    requestShape: request.shape,
    decodeRequest: (params, notes) => decodeBusiness(request, params, notes),
    encodeRequest: (value) => encodeTopForm(request, value),
    encodeReply: (reply, format, requestId) => {
      const node = replyNode(answer, reply);
      return reply.ok
        ? encodeTopReply(method, format, node, requestId)
        : encodeTopRefusal(method, format, { ...reply, answer: node }, requestId);
    },
    decodeReply: (body) => {
      const reply = decodeTopReply(method, body);
      if (!reply.ok) return reply;
      if (reply.value.kind === 'answer') return readReply(answer, reply.value.answer);
      const { code, msg, subCode, subMsg } = reply.value.error;
      return ok({ ok: false, code: subCode ?? String(code), message: subMsg ?? msg });
    },
  };
}

function defineSpi<Request, Answer>(
  method: string,
  request: Codec<Request>,
  answer: Codec<Answer>,
): OmniSpi<Request, Answer> {
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
    encodeReply: (reply) => printJson(replyNode(answer, reply)),
    decodeReply: (body) => {
      const json = parseJson(body);
      return json.ok ? readReply(answer, json.value) : err(json.error.message);
    },
  };
}

function replyNode<Answer>(answer: Codec<Answer>, reply: OmniReply<Answer>): WireNode {
  const code = reply.ok ? SUCCESS : reply.code;
  const envelope = replyEnvelope.encode('', { code, message: reply.message }).children;
  const shown = envelope.filter((node) => node.name !== 'message' || node.text !== '');
  return objectNode('', reply.ok ? [...shown, ...answer.encode('', reply.value).children] : shown);
}

function readReply<Answer>(
  answer: Codec<Answer>,
  root: WireNode,
): Result<OmniReply<Answer>, string> {
  const envelope = replyEnvelope.decode(root, '');
  if (!envelope.ok) return err(refusalText(envelope.error));
  const { code, message } = envelope.value;
  if (code !== SUCCESS) return ok({ ok: false, code, message });
  const value = answer.decode(root, '');
  return value.ok ? ok({ ok: true, message, value: value.value }) : err(refusalText(value.error));
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
