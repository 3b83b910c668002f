import type { Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import { isLosslessNumber, parse } from 'lossless-json';
import type { WireNode } from '../wire/tree.ts';
import { leaf, listNode, objectNode } from '../wire/tree.ts';
import { decodeUtf8 } from '../wire/utf8.ts';
import { readPlainJson } from './plain.ts';

export const JSON_MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 32;
/** Every value becomes an object here, so their number is what costs time. */
const MAX_VALUES = 20_000;

export type JsonRefusal = {
  readonly code:
    | 'JSON_TOO_LARGE'
    | 'JSON_TOO_DEEP'
    | 'JSON_TOO_MANY_VALUES'
    | 'JSON_MALFORMED'
    | 'JSON_NOT_UTF8';
  readonly message: string;
};

/** What a document may be at most, bytes and values. */
export type JsonLimits = { readonly bytes: number; readonly values: number };

const AT_THE_DOOR: JsonLimits = { bytes: JSON_MAX_BYTES, values: MAX_VALUES };

/**
 * Reads JSON with every number kept as its digits. Refuses invalid UTF-8, what is beyond the limits
 * of size, depth and count, repeated keys and keys that reach an object's prototype.
 */
export function parseJson(
  input: Buffer | string,
  limits: JsonLimits = AT_THE_DOOR,
): Result<WireNode, JsonRefusal> {
  if (Buffer.byteLength(input) > limits.bytes) {
    return err({ code: 'JSON_TOO_LARGE', message: 'document is too large' });
  }
  const text = typeof input === 'string' ? input : decodeUtf8(input);
  if (text === null) return err({ code: 'JSON_NOT_UTF8', message: 'document is not UTF-8' });
  const plain = readPlainJson(text, { depth: MAX_DEPTH, values: limits.values });
  return plain ? ok(plain) : readAnyJson(text, limits.values);
}

/** Reads JSON of every kind, or says what is wrong with it; three times as dear as what is plain. */
export function readAnyJson(text: string, valuesMax: number): Result<WireNode, JsonRefusal> {
  const { depth, values } = measure(text);
  if (values > valuesMax) {
    return err({ code: 'JSON_TOO_MANY_VALUES', message: 'document has too many values' });
  }
  if (depth > MAX_DEPTH) {
    return err({ code: 'JSON_TOO_DEEP', message: 'document is nested too deeply' });
  }
  if (/"__proto__"\s*:/.test(plainLetters(text))) return malformed('forbidden key');
  try {
    return nodeOf('', parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return malformed(error.message.slice(0, 200));
    throw error;
  }
}

/** The text with escaped ASCII letters spelled out: the parser would set a prototype for the key. */
const plainLetters = (text: string): string =>
  text.replace(/\\u00([4-7][0-9a-f])/gi, (escape, hex: string) =>
    hex.toLowerCase() === '5c' ? escape : String.fromCodePoint(Number.parseInt(hex, 16)),
  );

const malformed = (message: string): Result<never, JsonRefusal> =>
  err({ code: 'JSON_MALFORMED', message });

/**
 * Deepest nesting of brackets, and brackets plus commas, outside strings: counted before a
 * recursive parser sees the text.
 */
function measure(text: string): { depth: number; values: number } {
  let values = 1;
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === ',') values += 1;
    else if (character === '{' || character === '[') {
      values += 1;
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (character === '}' || character === ']') depth -= 1;
  }
  return { depth: deepest, values };
}

function nodeOf(name: string, value: unknown): Result<WireNode, JsonRefusal> {
  if (value === null) return ok(leaf(name, '', 'null'));
  if (typeof value === 'string') return ok(leaf(name, value));
  if (typeof value === 'boolean') return ok(leaf(name, String(value), 'boolean'));
  if (isLosslessNumber(value)) return ok(leaf(name, value.value, 'number'));
  const isList = Array.isArray(value);
  const children: WireNode[] = [];
  for (const [key, member] of Object.entries(value as object)) {
    if (key === 'constructor' || key === 'prototype') return malformed('forbidden key');
    const child = nodeOf(isList ? '' : key, member);
    if (!child.ok) return child;
    children.push(child.value);
  }
  return ok(isList ? listNode(name, children) : objectNode(name, children));
}
