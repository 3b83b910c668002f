import type { Tables } from './pack.ts';
import { packCells } from './pack.ts';

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

/** Before everything else: where the texts begin, little-endian. */
const HEAD_BYTES = 4;

/**
 * The body of a record: where its texts begin, how many numbers its cells and its operations have, these
 * numbers, and words and texts as JSON. A number takes a byte for its sign and 6 bits and one for each 7
 * bits more, for most are small; nobody has to read what nobody asks for. `touched` has by a cell's
 * number which record touched it last.
 */
export function encodeBody(tables: Tables, touched: readonly number[]): Uint8Array<ArrayBuffer> {
  const cells = packCells(tables, touched);
  const { words, texts, numbers } = tables;
  const json = JSON.stringify([words, texts]);
  const most = HEAD_BYTES + NUMBER_MAX_BYTES * (2 + cells.length + numbers.count) + 3 * json.length;
  if (scratch.length < most) scratch = new Uint8Array(2 * most);
  let at = writeNumber(scratch, HEAD_BYTES, cells.length);
  at = writeNumber(scratch, at, numbers.count);
  at = writeNumbers(scratch, at, cells, cells.length);
  at = writeNumbers(scratch, at, numbers.list, numbers.count);
  new DataView(scratch.buffer).setUint32(0, at, true);
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
    // Nearly all are small: no call for them.
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

/** What a body says beside its operations, and the numbers of these, one by one. Of no body: nothing. */
export class BodyReader {
  readonly words: readonly string[];
  readonly texts: readonly string[];
  /** As `packCells` made them. */
  readonly cells: readonly number[];
  /** Numbers of all operations. */
  readonly count: number;
  private readonly bytes: Uint8Array;
  private at = HEAD_BYTES;

  /** Throws TypeError, SyntaxError or RangeError where the bytes are no body. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    if (bytes.length === 0) {
      [this.words, this.texts, this.cells, this.count] = [[], [], [], 0];
      return;
    }
    const end = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
    [this.words, this.texts] = JSON.parse(decoder.decode(bytes.subarray(end))) as [
      string[],
      string[],
    ];
    const cellNumbers = this.number();
    this.count = this.number();
    const isRoom = cellNumbers + this.count <= end - this.at;
    if (!(isRoom && cellNumbers >= 0 && this.count >= 0)) {
      throw new TypeError(`no ${cellNumbers} and ${this.count} numbers`);
    }
    const cells: number[] = [];
    while (cells.length < cellNumbers) cells.push(this.number());
    this.cells = cells;
  }

  /** The next number. Who asks for more than there are gets what comes of the bytes behind them. */
  number(): number {
    const { bytes } = this;
    const first = bytes[this.at] ?? 0;
    this.at += 1;
    if (first <= FIRST_BITS) return first;
    let amount = first & FIRST_BITS;
    let byte = first;
    for (let scale = 64; byte >= MORE; scale *= 128) {
      byte = bytes[this.at] ?? 0;
      this.at += 1;
      amount += (byte & BITS) * scale;
    }
    return (first & NEGATIVE) === 0 ? amount : -amount;
  }

  /** The number that comes after so many others, which are still to come. */
  ahead(count: number): number {
    const { at } = this;
    this.skip(count);
    const number = this.number();
    this.at = at;
    return number;
  }

  skip(count: number): void {
    const { bytes } = this;
    let { at } = this;
    for (let left = count; left > 0; left -= 1) {
      while ((bytes[at] ?? 0) >= MORE) at += 1;
      at += 1;
    }
    this.at = at;
  }
}
