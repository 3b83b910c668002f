import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { FORM_FIELDS_MAX } from '../top/form.ts';
import type { ChannelRefusal } from '../wire/refusal.ts';
import { aliased, childOf, record } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import { decodeUtf8 } from '../wire/utf8.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, objectNode } from '../wire/tree.ts';
import { govBodyRefusal } from './refusal.ts';

/**
 * What a body is by its first bytes, whatever its content type says: callers send JSON as a form, forms as
 * JSON, and either without a type.
 */
export function govBodyForm(body: Buffer): 'form' | 'json' | 'multipart' {
  const beginning = body.subarray(0, 200).toString('latin1').trimStart();
  if (/^(?:\u00ef\u00bb\u00bf)?\s*[{[]/.test(beginning)) return 'json';
  return /^--[^\r\n]{1,100}\r?\n/.test(beginning) ? 'multipart' : 'form';
}

/** Reads the parameters of a form or of JSON; those of a multipart body are read by `govFields`. */
export function decodeGovParams(
  contentType: string | undefined,
  body: Buffer,
): Result<WireNode, ChannelRefusal> {
  const isGbk = /charset\s*=\s*"?(?:gbk|gb2312|gb18030)/i.test(contentType ?? '');
  if (govBodyForm(body) === 'json') return jsonParams(textOf(body, isGbk));
  const pairs = body
    .toString('latin1')
    .split('&')
    .filter((pair) => pair !== '');
  if (pairs.length > FORM_FIELDS_MAX) {
    return refused('FORM_TOO_MANY_FIELDS');
  }
  const texts = isGbk ? null : plainTextsOf(pairs);
  return texts ? govFields(texts) : formOfBytes(pairs, isGbk);
}

/** The parts of a form in which every byte beyond ASCII is escaped, and is UTF-8; null for any other. */
function plainTextsOf(pairs: readonly string[]): [string, string][] | null {
  // oxlint-disable-next-line no-control-regex -- ASCII
  if (pairs.some((pair) => !/^[\u0000-\u007f]*$/.test(pair))) return null;
  const textOf = (escaped: string): string =>
    decodeURIComponent(escaped.replaceAll('+', ' ')).replace(/^\uFEFF/, '');
  try {
    return pairs.map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [textOf(pair), ''] : [textOf(pair.slice(0, at)), textOf(pair.slice(at + 1))];
    });
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function formOfBytes(pairs: readonly string[], isGbk: boolean): Result<WireNode, ChannelRefusal> {
  const parts: [Buffer, Buffer][] = [];
  for (const pair of pairs) {
    const part = partsOf(pair);
    if (!part) return refused('FORM_MALFORMED');
    parts.push(part);
  }
  const texts = textsOf(parts, isGbk);
  if (!texts) return refused('NOT_A_TEXT');
  return govFields(texts);
}

const refused = (code: Parameters<typeof govBodyRefusal>[0]): Result<never, ChannelRefusal> =>
  err(govBodyRefusal(code));

/** Parameters from pairs of names and values; a name sent twice is ambiguous. */
export function govFields(
  pairs: readonly (readonly [string, string])[],
): Result<WireNode, ChannelRefusal> {
  const names = new Set(pairs.map(([name]) => name));
  if (names.size < pairs.length) return refused('FORM_REPEATED_FIELD');
  return ok(
    withoutNulls(
      objectNode(
        '',
        pairs.map(([name, value]) => leaf(name, value)),
      ),
    ),
  );
}

/** Callers join a null of their language to a text. */
const withoutNulls = (params: WireNode): WireNode => ({
  ...params,
  children: params.children.filter(({ kind, text: said }) => kind !== 'text' || said !== 'null'),
});

function jsonParams(body: string | null): Result<WireNode, ChannelRefusal> {
  if (body === null) return refused('NOT_A_TEXT');
  const json = parseJson(body);
  if (!json.ok) return err(govBodyRefusal(json.error.code, json.error.message));
  // A bare list is one of goods; the token is in the query then.
  if (json.value.kind === 'list') return ok(objectNode('', [{ ...json.value, name: 'sku' }]));
  if (json.value.kind === 'object') return ok(withoutNulls(json.value));
  return refused('NOT_AN_OBJECT');
}

/** A text in UTF-8, or in GBK where that is said or where it is no UTF-8; null when it is neither. */
function textOf(bytes: Buffer, isGbk: boolean): string | null {
  return (isGbk ? null : decodeUtf8(bytes)) ?? decodeGbk(bytes);
}

function decodeGbk(bytes: Buffer): string | null {
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** All parts of a form are in one character set. */
function textsOf(
  parts: readonly (readonly [Buffer, Buffer])[],
  isGbk: boolean,
): [string, string][] | null {
  const sets = isGbk ? [decodeGbk] : [decodeUtf8, decodeGbk];
  for (const decode of sets) {
    const texts = parts.map(([name, value]) => [decode(name), decode(value)] as const);
    if (texts.every((pair): pair is [string, string] => !pair.includes(null))) {
      return texts.map(([name, value]) => [name, value]);
    }
  }
  return null;
}

/** Name and value of a part of a form as bytes; null when an escape is broken. */
function partsOf(pair: string): [Buffer, Buffer] | null {
  const at = pair.indexOf('=');
  const name = bytesOf(at < 0 ? pair : pair.slice(0, at));
  const value = at < 0 ? Buffer.alloc(0) : bytesOf(pair.slice(at + 1));
  return name && value ? [name, value] : null;
}

function bytesOf(escaped: string): Buffer | null {
  if (/%(?![0-9a-fA-F]{2})/.test(escaped)) return null;
  const bytes = escaped
    .replaceAll('+', ' ')
    .replaceAll(/%([0-9a-fA-F]{2})/g, (_escape, hex: string) =>
      String.fromCodePoint(Number.parseInt(hex, 16)),
    );
  return Buffer.from(bytes, 'latin1');
}

const credential = record({ token: aliased('access_token', ['token'], text(200)) });

/** The token of a call, `access_token` or `token`; undefined when there is none to look up. */
export function accessTokenOf(params: WireNode): string | undefined {
  const result = credential.decode(params, '');
  return result.ok ? result.value.token : undefined;
}

/** A single parameter as text; undefined when absent, blank or a structure. */
export function govParam(params: WireNode, name: string): string | undefined {
  const child = childOf(params, name, '');
  if (!child.ok || child.value === undefined) return undefined;
  return child.value.kind === 'object' || child.value.kind === 'list'
    ? undefined
    : child.value.text;
}
