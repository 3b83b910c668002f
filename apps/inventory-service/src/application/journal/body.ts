import type { Packed, Tables } from './pack.ts';
import { packCells } from './pack.ts';

/** What a record's body says, as lists. */
export type BodyLists = {
  readonly words: readonly string[];
  /** As `packCells` made them. */
  readonly cells: readonly number[];
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
};

/** The body of a record without operations. */
export const NO_BODY = new Uint8Array(0);

/** 6 bits and then 7 at a time: what the largest whole number that is exact takes. */
const NUMBER_MAX_BYTES = 8;
const MORE = 0x80;
const NEGATIVE = 0x40;
const FIRST_BITS = 0x3f;
const BITS = 0x7f;
/** Up to here a number may be cut by its bits. */
const INT_MAX = 0x7fff_ffff;

const encoder = new TextEncoder();
const decoder = new TextDecoder();
let scratch = new Uint8Array(0);

/**
 * The body: how many numbers its cells and its operations have, these numbers, and then words and texts as
 * JSON. A number takes a byte for its sign and 6 bits and one for each 7 bits more, for most are small:
 * as text they were written and read in three times the time. `touched` tells by a cell's number
 * which record touched it last.
 */
export function encodeBody(tables: Tables, touched: readonly number[]): Uint8Array<ArrayBuffer> {
  const cells = packCells(tables, touched);
  const { words, texts, numbers } = tables;
  const packed: Packed = [words, texts];
  const json = JSON.stringify(packed);
  const most = NUMBER_MAX_BYTES * (2 + cells.length + numbers.count) + 3 * json.length;
  if (scratch.length < most) scratch = new Uint8Array(2 * most);
  let at = writeNumber(scratch, 0, cells.length);
  at = writeNumber(scratch, at, numbers.count);
  at = writeNumbers(scratch, at, cells, cells.length);
  at = writeNumbers(scratch, at, numbers.list, numbers.count);
  at += encoder.encodeInto(json, scratch.subarray(at)).written;
  return scratch.slice(0, at);
}

function writeNumbers(
  bytes: Uint8Array,
  from: number,
  numbers: readonly number[],
  count: number,
): number {
  let at = from;
  for (let nth = 0; nth < count; nth += 1) {
    const number = numbers[nth] ?? 0;
    if (number >= 0 && number <= FIRST_BITS) {
      bytes[at] = number;
      at += 1;
    } else {
      at = writeNumber(bytes, at, number);
    }
  }
  return at;
}

function writeNumber(bytes: Uint8Array, from: number, number: number): number {
  let at = from;
  const sign = number < 0 ? NEGATIVE : 0;
  const amount = Math.abs(number);
  let left = amount <= INT_MAX ? amount >> 6 : Math.floor(amount / 64);
  bytes[at] = (amount % 64) + sign + (left > 0 ? MORE : 0);
  at += 1;
  for (; left > INT_MAX; left = Math.floor(left / 128)) {
    bytes[at] = (left % 128) + MORE;
    at += 1;
  }
  for (; left > 0; left >>= 7) {
    bytes[at] = left > BITS ? (left & BITS) + MORE : left;
    at += 1;
  }
  return at;
}

/** Throws TypeError, or SyntaxError, where the bytes are no body. */
export function decodeBody(bytes: Uint8Array): BodyLists {
  if (bytes.length === 0) return { words: [], cells: [], texts: [], numbers: [] };
  const cursor = { bytes, at: 0 };
  const [cellNumbers = 0, count = 0] = readNumbers(cursor, 2);
  const cells = readNumbers(cursor, cellNumbers);
  const numbers = readNumbers(cursor, count);
  const [words, texts] = JSON.parse(decoder.decode(bytes.subarray(cursor.at))) as [
    string[],
    string[],
  ];
  return { words, cells, texts, numbers };
}

type Cursor = { readonly bytes: Uint8Array; at: number };

function readNumbers(cursor: Cursor, count: number): number[] {
  const { bytes } = cursor;
  let { at } = cursor;
  if (!(count >= 0 && count <= bytes.length - at)) throw new TypeError(`no ${count} numbers`);
  const numbers: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    let byte = bytes[at] ?? 0;
    at += 1;
    const isNegative = (byte & NEGATIVE) !== 0;
    let amount = byte & FIRST_BITS;
    for (let scale = 64; byte >= MORE; scale *= 128) {
      byte = bytes[at] ?? 0;
      at += 1;
      amount += (byte & BITS) * scale;
    }
    numbers.push(isNegative ? -amount : amount);
  }
  if (at > bytes.length) throw new TypeError('a number is cut off');
  cursor.at = at;
  return numbers;
}
