import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import type { Codec, Fields, Notes, RecordOf, Shape } from '../wire/codec.ts';
import { refusalText } from '../wire/codec.ts';
import type { WireNode } from '../wire/tree.ts';
import { channelRefusal } from '../wire/refusal.ts';
import type { ChannelReply, CodedReply } from '../wire/reply.ts';
import type { TopError, TopErrorName } from './errors.ts';
import { topError } from './errors.ts';
import type { FormRecord } from './form.ts';
import { decodeTopForm, encodeTopForm } from './form.ts';
import { decodeTopReply, encodeTopError, encodeTopRefusal, encodeTopReply } from './reply.ts';
import type { TopFormat } from './request.ts';
import { TOP_PUBLIC_NAMES } from './request.ts';

/** A method that a platform serves at `/router/rest`: a signed form, a wrapped answer. */
export type TopApi<Request, Answer> = {
  readonly method: string;
  /** What a request may hold. */
  readonly requestShape: Shape;
  /** What stands inside the wrapper of an answer. */
  readonly answerShape: Shape;
  /**
   * Business parameters out of all form fields; a refusal is a TOP error of the caller. `notes`
   * receives what was left out, a sentence each.
   */
  readonly decodeRequest: (
    params: ReadonlyMap<string, string>,
    notes?: Notes,
  ) => Result<Request, TopError>;
  readonly encodeRequest: (request: Request) => ReadonlyMap<string, string>;
  readonly encodeReply: (
    reply: ChannelReply<Answer>,
    format: TopFormat,
    requestId: string,
  ) => string;
  /** A TOP error comes back as a failure whose code is the sub code, or the code without one. */
  readonly decodeReply: (body: Buffer) => Result<ChannelReply<Answer>, string>;
};

/** Reads the business parameters of a method; TOP's own parameters are left out. */
export function decodeBusiness<F extends Fields>(
  request: FormRecord<F>,
  params: ReadonlyMap<string, string>,
  notes?: Notes,
): Result<RecordOf<F>, TopError> {
  const business = new Map([...params].filter(([name]) => !TOP_PUBLIC_NAMES.includes(name)));
  const result = decodeTopForm(request, business, notes);
  if (result.ok) return result;
  const { code, message } = channelRefusal(result.error);
  const name = result.error.kind === 'MISSING' ? 'missingArguments' : 'invalidArguments';
  return err(topError(name, code, message));
}

type Parts<F extends Fields, Answer> = {
  readonly method: string;
  readonly request: FormRecord<F>;
  readonly answerShape: Shape;
  readonly encodeReply: TopApi<RecordOf<F>, Answer>['encodeReply'];
  /** Reads what stands inside the wrapper. */
  readonly readAnswer: (answer: WireNode) => Result<ChannelReply<Answer>, string>;
};

const topApi = <F extends Fields, Answer>(
  parts: Parts<F, Answer>,
): TopApi<RecordOf<F>, Answer> => ({
  method: parts.method,
  requestShape: parts.request.shape,
  answerShape: parts.answerShape,
  decodeRequest: (params, notes) => decodeBusiness(parts.request, params, notes),
  encodeRequest: (value) => encodeTopForm(parts.request, value),
  encodeReply: parts.encodeReply,
  decodeReply: (body) => {
    const reply = decodeTopReply(parts.method, body);
    if (!reply.ok) return reply;
    if (reply.value.kind === 'answer') return parts.readAnswer(reply.value.answer);
    const { code, msg, subCode, subMsg } = reply.value.error;
    return ok({ ok: false, code: subCode ?? String(code), message: subMsg ?? msg });
  },
});

/** A method whose answer is a plain structure, and whose refusal is an `error_response`. */
export const defineTopApi = <F extends Fields, Answer>(
  method: string,
  request: FormRecord<F>,
  answer: Codec<Answer>,
  refusedAs: TopErrorName = 'businessError',
): TopApi<RecordOf<F>, Answer> =>
  topApi({
    method,
    request,
    answerShape: answer.shape,
    encodeReply: (reply, format, requestId) =>
      reply.ok
        ? encodeTopReply(method, format, answer.encode('', reply.value), requestId)
        : encodeTopError(topError(refusedAs, reply.code, reply.message), format, requestId),
    readAnswer: (node) => {
      const value = answer.decode(node, '');
      return value.ok
        ? ok({ ok: true, message: '', value: value.value })
        : err(refusalText(value.error));
    },
  });

/** A method whose wrapped answer has a code of its own, "0" for success, beside its fields. */
export const defineCodedApi = <F extends Fields, Answer>(
  method: string,
  request: FormRecord<F>,
  coded: CodedReply<Answer>,
): TopApi<RecordOf<F>, Answer> =>
  topApi({
    method,
    request,
    answerShape: coded.shape,
    encodeReply: (reply, format, requestId) => {
      const node = coded.encode(reply);
      return reply.ok
        ? encodeTopReply(method, format, node, requestId)
        : encodeTopRefusal(method, format, { ...reply, answer: node }, requestId);
    },
    readAnswer: coded.decode,
  });
