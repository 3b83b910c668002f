import type { Result } from '@astrolabe/kernel';
import { err, invariant, ok } from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { printJson } from '../json/write.ts';
import { defaulted, record, refusalText, required } from '../wire/codec.ts';
import { flag, text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';

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
  return printJson(
    objectNode('', [
      leaf('success', String(reply.success), 'boolean'),
      leaf('desc', clean(reply.desc ?? '')),
      ...(reply.result === undefined ? [] : [nodeOf('result', reply.result)]),
      ...Object.entries(reply.extra ?? {}).map(([name, value]) => nodeOf(name, value)),
    ]),
  );
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

export function decodeGovReply(body: Buffer): Result<ReceivedGovReply, string> {
  const json = parseJson(body);
  if (!json.ok) return err(json.error.message);
  const result = envelope.decode(json.value, '');
  return result.ok ? ok({ ...result.value, body: json.value }) : err(refusalText(result.error));
}

const clean = (value: string): string =>
  // oxlint-disable-next-line no-control-regex -- the characters that the document forbids
  value.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/g, '');

function nodeOf(name: string, value: GovValue): WireNode {
  if (value === null) return leaf(name, '', 'null');
  if (typeof value === 'string') return leaf(name, clean(value));
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
