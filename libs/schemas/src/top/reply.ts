import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import type { Codec, Shape } from '../wire/codec.ts';
import { optional, record, refusalText, required } from '../wire/codec.ts';
import { count, text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { parseXml } from '../xml/read.ts';
import { printXml } from '../xml/write.ts';
import type { TopError } from './errors.ts';
import { topError } from './errors.ts';
import type { TopFormat } from './request.ts';

export const TOP_CONTENT_TYPES: Readonly<Record<TopFormat, string>> = {
  xml: 'text/xml;charset=utf-8',
  json: 'application/json;charset=utf-8',
  simplified: 'application/json;charset=utf-8',
};

const errorCodec: Codec<TopError> = record({
  code: required('code', count(0)),
  msg: required('msg', text()),
  subCode: optional('sub_code', text()),
  subMsg: optional('sub_msg', text()),
});

/** What stands inside `error_response`. */
export const topErrorShape: Shape = errorCodec.shape;

/** `taobao.omniorder.store.accpeted` answers as `omniorder_store_accpeted_response`. */
export const topResponseName = (method: string): string =>
  `${method.replace(/^taobao\./, '').replaceAll('.', '_')}_response`;

/** Prints an answer with the id of the request, under its wrapper unless it is simplified. */
export function encodeTopReply(
  method: string,
  format: TopFormat,
  answer: WireNode,
  requestId: string,
): string {
  const children = [...answer.children, leaf('request_id', requestId)];
  if (format === 'simplified') return printJson(objectNode('', children));
  return print(format, objectNode(topResponseName(method), children));
}

/**
 * Prints the refusal of a method whose wrapped answer has a code of its own. In a simplified answer it
 * is an `error_response` with that code as sub code: the readers of simplified answers find a refusal
 * there and nowhere else (docs/adr/0036).
 */
export const encodeTopRefusal = (
  method: string,
  format: TopFormat,
  refusal: { readonly code: string; readonly message: string; readonly answer: WireNode },
  requestId: string,
): string =>
  format === 'simplified'
    ? encodeTopError(topError('businessError', refusal.code, refusal.message), format, requestId)
    : encodeTopReply(method, format, refusal.answer, requestId);

/** Prints `error_response`, wrapped in every format. The HTTP status stays 200 on TOP. */
export function encodeTopError(error: TopError, format: TopFormat, requestId: string): string {
  const answer = errorCodec.encode('error_response', error);
  const children = [...answer.children, leaf('request_id', requestId)];
  return print(format, objectNode('error_response', children));
}

export type TopReply =
  | { readonly kind: 'answer'; readonly answer: WireNode }
  | { readonly kind: 'error'; readonly error: TopError };

/**
 * Reads a reply by its content, not by what was asked for: `<` starts XML, anything else is JSON.
 * An `error_response` is an error whatever the HTTP status was.
 */
export function decodeTopReply(method: string, body: Buffer): Result<TopReply, string> {
  const root = rootOf(body);
  if (!root.ok) return root;
  if (root.value.name === 'error_response') {
    const error = errorCodec.decode(root.value, 'error_response');
    return error.ok ? ok({ kind: 'error', error: error.value }) : err(refusalText(error.error));
  }
  return root.value.name === topResponseName(method)
    ? ok({ kind: 'answer', answer: root.value })
    : err('reply of another method');
}

/** The wrapper element: the root of XML, the only member of JSON. */
function rootOf(body: Buffer): Result<WireNode, string> {
  if (/^\s*</.test(body.toString('utf8', 0, 64).replace(/^\ufeff/, ''))) {
    const xml = parseXml(body);
    return xml.ok ? xml : err(xml.error.message);
  }
  const json = parseJson(body);
  if (!json.ok) return err(json.error.message);
  const [only, ...more] = json.value.children;
  return json.value.kind === 'object' && only !== undefined && more.length === 0
    ? ok(only)
    : err('reply has no single wrapper');
}

function print(format: TopFormat, root: WireNode): string {
  return format === 'xml' ? printXml(root) : printJson(objectNode('', [root]), 'named');
}
