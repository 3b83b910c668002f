import type { Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import type { JsonLimits } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import { defaulted, record, refusalText, required } from '../wire/codec.ts';
import { flag, text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';
import { FAMILY_NAMES, inOwnNames } from './names.ts';
import type { GovNames } from './names.ts';

/** What a reply may hold: texts, integers, structures. Decimals are written as texts. */
export type GovValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly GovValue[]
  | { readonly [name: string]: GovValue };

export type GovReply = {
  readonly success: boolean;
  readonly desc?: string;
  readonly result?: GovValue;
  /** Members beside the three of the document (the token reply has them). */
  readonly extra?: Readonly<Record<string, GovValue>>;
};

/** The text that makes the caller ask for a new token; document 004 section 2.1 demands it. */
export const TOKEN_EXPIRED = 'token_expired';

/**
 * Prints `{"success":true,"desc":"...","result":...}` on one line. Control characters, line
 * separators and byte order marks are taken out of the values too (document 004 section 2.1).
 */
export function encodeGovReply(reply: GovReply): string {
  return printed(
    objectNode('', [
      leaf('success', String(reply.success), 'boolean'),
      leaf('desc', reply.desc ?? ''),
      ...(reply.result === undefined ? [] : [nodeOf('result', reply.result)]),
      ...Object.entries(reply.extra ?? {}).map(([name, value]) => nodeOf(name, value)),
    ]),
  );
}

/** How amounts are written: callers read a text as 0, but a mall may ask for texts (catalogue G-G7). */
export type MoneyAs = 'number' | 'text';

/** How an answer is told beside its result. */
export type GovTelling = {
  readonly desc?: string;
  readonly moneyAs?: MoneyAs;
  /** Where the mall has names of its own. */
  readonly names?: GovNames;
};

/** Prints a success with a result that a codec has written. */
export const encodeGovNode = (result: WireNode, telling: GovTelling = {}): string =>
  success(encodeGovEntry(result, telling), telling);

const encodeGovEntry = (
  entry: WireNode,
  { moneyAs = 'number', names = FAMILY_NAMES }: GovTelling = {},
): string => printed(inOwnNames(moneyAs === 'text' ? withAmountsAsTexts(entry) : entry, names));

/**
 * The bytes of a text in UTF-8, a character each. Parts that are joined and sent over and over are kept so: joined they are
 * copied to the socket as they stand, where a text with Chinese in it is encoded anew, letter by letter.
 */
export type ByteText = string & { readonly isByteText: never };

export const byteText = (text: string): ByteText =>
  Buffer.from(text, 'utf8').toString('latin1') as ByteText;

/** A part of a result as it stands in every answer that is told this way. */
export const govEntryBytes = (entry: WireNode, telling: GovTelling = {}): ByteText =>
  byteText(encodeGovEntry(entry, telling));

/** Prints a success whose result is a list of entries that are printed already. */
export const encodeGovEntries = (
  entries: readonly ByteText[],
  { desc = '' }: GovTelling = {},
): Buffer => {
  const said = desc === '' ? '""' : byteText(printedText(desc));
  return Buffer.from(`{"success":true,"desc":${said},"result":[${entries.join(',')}]}`, 'latin1');
};

const success = (result: string, { desc = '' }: GovTelling): string =>
  `{"success":true,"desc":${printedText(desc)},"result":${result}}`;

/** The members that are amounts of money. */
const AMOUNTS: ReadonlySet<string> = new Set([
  'price',
  'mall_price',
  'orderPrice',
  'freight',
  'total_price',
  'amount',
]);

const withAmountsAsTexts = (node: WireNode): WireNode => ({
  ...node,
  kind: node.kind === 'number' && AMOUNTS.has(node.name) ? 'text' : node.kind,
  children: node.children.map(withAmountsAsTexts),
});

/** One line. Each part is cleaned as it is printed: a list has thousands, and copies of them would be thrown away. */
function printed(node: WireNode): string {
  const isObject = node.kind === 'object';
  if (node.kind === 'text') return printedText(node.text);
  if (!isObject && node.kind !== 'list') return printJson(node);
  let inner = '';
  for (const child of node.children) {
    if (inner !== '') inner += ',';
    if (isObject) inner += `${printedText(child.name)}:`;
    inner += printed(child);
  }
  return isObject ? `{${inner}}` : `[${inner}]`;
}

/**
 * A backslash is printed as its number: what stands before an `n` or `t` in a text would else look like the escape of a
 * line end to a caller that searches for it.
 */
export function printedText(value: string): string {
  const json = JSON.stringify(clean(value));
  return json.includes('\\')
    ? json.replaceAll(/\\(.)/g, (escape, of: string) => (of === '\\' ? '\\u005c' : escape))
    : json;
}

/** A reply as a caller reads it: the envelope, and the whole body for the rest. */
export type ReceivedGovReply = {
  readonly success: boolean;
  readonly desc: string;
  readonly body: WireNode;
};

const envelope = record({
  success: required('success', flag()),
  desc: defaulted('desc', text(100_000), ''),
});

/** All SKUs of a pool come in one answer. */
const ANSWER_LIMITS: JsonLimits = { bytes: 8 * 1024 * 1024, values: 500_000 };

export function decodeGovReply(body: Buffer): Result<ReceivedGovReply, string> {
  const json = parseJson(body, ANSWER_LIMITS);
  if (!json.ok) return err(json.error.message);
  const result = envelope.decode(json.value, '');
  return result.ok ? ok({ ...result.value, body: json.value }) : err(refusalText(result.error));
}

// oxlint-disable-next-line no-control-regex -- the characters that the document forbids
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g;
/** They and half characters. Most texts have none, and a long list has thousands of texts. */
const SUSPECT = new RegExp(`${FORBIDDEN.source}|[\\ud800-\\udfff]`);

const clean = (value: string): string =>
  SUSPECT.test(value) ? value.toWellFormed().replace(FORBIDDEN, '') : value;

function nodeOf(name: string, value: GovValue): WireNode {
  if (value === null) return leaf(name, '', 'null');
  if (typeof value === 'string') return leaf(name, value);
  if (typeof value === 'boolean') return leaf(name, String(value), 'boolean');
  if (typeof value === 'bigint') return leaf(name, value.toString(), 'number');
  if (typeof value === 'number') {
    invariant(Number.isSafeInteger(value), 'a number of a reply must be a safe integer');
    return leaf(name, String(value), 'number');
  }
  if (Array.isArray(value))
    return listNode(
      name,
      (value as GovValue[]).map((v) => nodeOf('', v)),
    );
  return objectNode(
    name,
    Object.entries(value).map(([key, member]) => nodeOf(key, member)),
  );
}
