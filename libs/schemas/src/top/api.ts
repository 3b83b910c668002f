import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { channelRefusal } from '../wire/refusal.ts';
import type { Codec, Fields, Notes, RecordOf, Shape } from '../wire/codec.ts';
import { refusalText } from '../wire/codec.ts';
import type { TopError } from './errors.ts';
import { topError } from './errors.ts';
import type { FormRecord } from './form.ts';
import { decodeTopForm, encodeTopForm } from './form.ts';
import { decodeTopReply, encodeTopReply } from './reply.ts';
import type { TopFormat } from './request.ts';
import { TOP_PUBLIC_NAMES } from './request.ts';

/** A reply of TOP: the answer, or the error with its sub code (its code where it has none). */
export type TopResult<Answer> =
  | { readonly ok: true; readonly value: Answer }
  | { readonly ok: false; readonly code: string; readonly message: string };

/** A TOP method whose answer is a plain structure: a signed form, a wrapped answer. */
export type TopApi<Request, Answer> = {
  readonly method: string;
  /** What a request may hold. */
  readonly requestShape: Shape;
  /** Business parameters out of all form fields; a refusal is a TOP error of the caller. */
  readonly decodeRequest: (params: ReadonlyMap<string, string>) => Result<Request, TopError>;
  readonly encodeRequest: (request: Request) => ReadonlyMap<string, string>;
  readonly encodeReply: (value: Answer, format: TopFormat, requestId: string) => string;
  readonly decodeReply: (body: Buffer) => Result<TopResult<Answer>, string>;
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

/** Defines a TOP method out of its two structures. */
export const defineTopApi = <F extends Fields, Answer>(
  method: string,
  request: FormRecord<F>,
  answer: Codec<Answer>,
): TopApi<RecordOf<F>, Answer> => ({
  method,
  requestShape: request.shape,
  decodeRequest: (params) => decodeBusiness(request, params),
  encodeRequest: (value) => encodeTopForm(request, value),
  encodeReply: (value, format, requestId) =>
    encodeTopReply(method, format, answer.encode('', value), requestId),
  decodeReply: (body) => {
    const reply = decodeTopReply(method, body);
    if (!reply.ok) return reply;
    if (reply.value.kind === 'error') {
      const { code, msg, subCode, subMsg } = reply.value.error;
      return ok({ ok: false, code: subCode ?? String(code), message: subMsg ?? msg });
    }
    const value = answer.decode(reply.value.answer, '');
    return value.ok ? ok({ ok: true, value: value.value }) : err(refusalText(value.error));
  },
});
