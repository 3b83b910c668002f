import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import type { JsonLimits } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, Notes, Shape } from '../wire/codec.ts';
import { refusalText } from '../wire/codec.ts';
import { childOf, flagOf, textOf } from '../wire/read.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';

/** Answers come from the platform itself, and an order of a thousand lines is large. */
export const ANSWER_LIMITS: JsonLimits = { bytes: 4 * 1024 * 1024, values: 200_000 };
const NAMESPACE = 'param2/1/cn.alibaba.open';

/** What is signed before the parameters of an interface, and asked below `/openapi/`. */
export const urlPathOf = (api: string, appKey: string): string => `${NAMESPACE}/${api}/${appKey}`;

const TEXT_MAX = 500;

/**
 * Why a call was refused, by who said so. TOKEN: refresh once and repeat. TOO_MANY: later, nothing was tried.
 * CREDENTIALS and PERMISSION: for people, a repeat does not help. BUSINESS: the platform's verdict.
 */
export type Trouble = 'BUSINESS' | 'CREDENTIALS' | 'GATEWAY' | 'PERMISSION' | 'TOKEN' | 'TOO_MANY';

const GATEWAY_CODES: ReadonlyMap<string, Trouble> = new Map<string, Trouble>([
  ['401', 'TOKEN'],
  ['429', 'TOO_MANY'],
  ['gw.QosAppFrequencyLimit', 'TOO_MANY'],
  ['gw.SignatureInvalid', 'CREDENTIALS'],
  ['gw.SignatureMissing', 'CREDENTIALS'],
  ['gw.AppKeyMissing', 'CREDENTIALS'],
  ['gw.APIACLDecline', 'PERMISSION'],
]);

/**
 * An answer as it was read. `unclear` proves nothing: no JSON, success without what it should hold, a refusal
 * beside an effect. After a write the outcome is unknown then, and the detail is read before anything else.
 */
export type ProcurementReply<T> =
  | { readonly kind: 'answered'; readonly value: T; readonly notes: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly trouble: Trouble;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'unclear'; readonly message: string };

/** Form fields as they are signed and sent, without the system's own. */
export type FormFields = Readonly<Record<string, string>>;

/** One of the platform's interfaces, both ways; the other way is for who plays the platform. */
export type ProcurementMethod<Request, Answer> = {
  readonly api: string;
  readonly urlPath: (appKey: string) => string;
  readonly requestShape: Shape;
  readonly answerShape: Shape;
  /** Refuses what is beyond the bounds of a field, so that it is not the platform that does. */
  readonly encodeRequest: (request: Request) => Result<FormFields, string>;
  readonly decodeRequest: (fields: FormFields) => Result<Request, string>;
  readonly encodeAnswer: (answer: Answer) => string;
  readonly decodeAnswer: (body: Buffer) => ProcurementReply<Answer>;
};

type Definition<Request, Answer> = {
  readonly api: string;
  /** `param`: one field with JSON. `fields`: a form field each. */
  readonly carrier: 'fields' | 'param';
  readonly request: Codec<Request>;
  /** What lies under `data`. */
  readonly answer: Codec<Answer>;
  /** Whether the answer shows that something was made, whatever `success` says. */
  readonly hasEffect?: (answer: Answer) => boolean;
};

/** Defines an interface of the platform by its request and its answer (catalogue A.2.3). */
export function procurementMethod<Request, Answer>(
  definition: Definition<Request, Answer>,
): ProcurementMethod<Request, Answer> {
  const { api, carrier, request, answer } = definition;
  return {
    api,
    urlPath: (appKey) => urlPathOf(api, appKey),
    requestShape: request.shape,
    answerShape: answer.shape,
    encodeRequest: (value) => {
      const node = request.encode('', value);
      const fits = request.decode(node, '');
      if (!fits.ok) return err(refusalText(fits.error));
      if (carrier === 'param') return ok({ param: printJson(node) });
      return ok(Object.fromEntries(node.children.map(({ name, text }) => [name, text])));
    },
    decodeRequest: (fields) => {
      const node = carrier === 'param' ? paramOf(fields) : ok(fieldsOf(fields));
      if (!node.ok) return node;
      const read = request.decode(node.value, '');
      return read.ok ? read : err(refusalText(read.error));
    },
    encodeAnswer: (value) =>
      printJson(objectNode('', [leaf('success', 'true', 'boolean'), answer.encode('data', value)])),
    decodeAnswer: (body) => readAnswer(definition, body),
  };
}

function paramOf(fields: FormFields): Result<WireNode, string> {
  const json = parseJson(fields['param'] ?? '', ANSWER_LIMITS);
  return json.ok ? json : err(`param is no JSON: ${json.error.message}`);
}

const fieldsOf = (fields: FormFields): WireNode =>
  objectNode(
    '',
    Object.entries(fields).map(([name, value]) => leaf(name, value)),
  );

function readAnswer<Request, Answer>(
  { answer, hasEffect }: Definition<Request, Answer>,
  body: Buffer,
): ProcurementReply<Answer> {
  const json = parseJson(body, ANSWER_LIMITS);
  if (!json.ok || json.value.kind !== 'object') {
    const beginning = body.subarray(0, TEXT_MAX).toString('utf8');
    return { kind: 'unclear', message: `no JSON object: ${beginning}`.slice(0, TEXT_MAX) };
  }
  const notes: Notes = [];
  const data = dataOf(json.value);
  const value = data && answer.decode(data, 'data', notes);
  const refusal = refusalOf(json.value);
  if (refusal) {
    const shown = value?.ok === true && hasEffect?.(value.value) === true;
    return shown ? { kind: 'unclear', message: 'a refusal that shows an effect' } : refusal;
  }
  if (!value) return { kind: 'unclear', message: 'the answer has no data' };
  return value.ok
    ? { kind: 'answered', value: value.value, notes }
    : { kind: 'unclear', message: refusalText(value.error) };
}

/** `data`, also where it came as a text of JSON; null where it is none. */
function dataOf(root: WireNode): WireNode | null {
  const data = childOf(root, 'data');
  if (data?.kind !== 'text') return data;
  const inner = parseJson(data.text, ANSWER_LIMITS);
  return inner.ok && inner.value.kind === 'object' ? inner.value : data;
}

/** Names under which a reason is found (field A5). */
const CODES = ['error_code', 'errorCode', 'resultCode', 'code'];
const MESSAGES = ['error_message', 'errorMessage', 'errorMsg', 'erroMsg', 'message', 'exception'];
/** Codes of a success. */
const FINE = ['', '0', '200'];

/** The first of these that says something. */
const saidIn = (root: WireNode, names: readonly string[]): string =>
  names
    .map((name) => textOf(root, name))
    .find((word) => word !== '')
    ?.slice(0, TEXT_MAX) ?? '';

/** The refusal that an answer is, or that it proves nothing; null when it says that it worked. */
export function refusalOf(
  root: WireNode,
): Exclude<ProcurementReply<never>, { kind: 'answered' }> | null {
  const success = flagOf(root, 'success');
  const code = saidIn(root, CODES);
  const message = saidIn(root, MESSAGES);
  const isOfGateway =
    code.startsWith('gw.') ||
    saidIn(root, ['error_code', 'exception']) !== '' ||
    (success === null && GATEWAY_CODES.has(code));
  if (isOfGateway && success !== true) {
    return { kind: 'refused', trouble: GATEWAY_CODES.get(code) ?? 'GATEWAY', code, message };
  }
  if (success === true) return null;
  if (success === false) return { kind: 'refused', trouble: 'BUSINESS', code, message };
  if (!FINE.includes(code)) return { kind: 'refused', trouble: 'BUSINESS', code, message };
  return code === '' ? { kind: 'unclear', message: 'the answer does not say success' } : null;
}

/** Prints a business refusal as the platform does: HTTP 200, `success:false`. */
export const encodeRefusal = (code: string, message: string): string =>
  JSON.stringify({ success: false, resultCode: code, message });

/** Prints a refusal of the platform's gateway. */
export const encodeGatewayError = (code: string, message: string): string =>
  JSON.stringify({ error_code: code, error_message: message, exception: message, request_id: '' });
