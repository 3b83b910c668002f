import type { Milli, Result } from '@astrolabe/kernel';
import {
  err,
  formatShanghai,
  milliFromPieces,
  ok,
  parseShanghai,
  piecesFromMilli,
} from '@astrolabe/kernel';
import type { Codec, Field } from '../wire/codec.ts';
import { aliased, join, mapped, missing, tolerated } from '../wire/codec.ts';
import { code, cutText, id, renamed, text } from '../wire/leaves.ts';
import { leaf } from '../wire/tree.ts';

/**
 * A decimal number without loss, as its plain digits: no exponent, no zeros at either end (`10`, `2.5`,
 * `10.0000000000000001`). Two are equal when their texts are. The kernel's `fenFromYuan` and
 * `milliFromPieces` read it, and refuse what is no whole number of fen or of thousandths.
 */
export type Exact = string;

/** Digits on either side of the point; what is longer is no price and no quantity. */
const DIGITS_MAX = 25;
const DECIMAL = /^(-?)(\d{1,25})(?:\.(\d{1,25}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** The plain digits of a JSON number or of a text of Java's BigDecimal (`1E+1`, `10.00`, `9.0E1`). */
export function exactOf(number: string): Result<Exact, string> {
  const match = DECIMAL.exec(number);
  if (!match) return err('must be a number');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  const padded = '0'.repeat(Math.max(0, 1 - point)) + digits.padEnd(Math.max(point, 0), '0');
  const at = Math.max(point, 1);
  const before = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const after = padded.slice(at).replace(/0+$/, '');
  if (before.length > DIGITS_MAX || after.length > DIGITS_MAX) return err('has too many digits');
  const plain = after === '' ? before : `${before}.${after}`;
  return ok(plain === '0' ? plain : sign + plain);
}

const written = (
  as: 'text' | 'number',
): { encode: (name: string, value: string) => ReturnType<typeof leaf> } => ({
  encode: (name, value) => leaf(name, value, as),
});

/** A decimal as number or text, with all its digits; written as a number where nothing else is said. */
export const exact = (range: 'any' | 'not negative' | 'positive' = 'any'): Codec<Exact> => ({
  ...mapped(
    text(100),
    (value) => {
      const read = exactOf(value.trim());
      if (!read.ok) return read;
      if (range !== 'any' && read.value.startsWith('-')) return err('must not be negative');
      return range === 'positive' && read.value === '0' ? err('must be positive') : read;
    },
    (value) => value,
  ),
  shape: { kind: 'leaf', example: '1' },
  ...written('number'),
});

/** A quantity with at most three decimals, as thousandths of a piece. */
export const quantity = (range: 'not negative' | 'positive' = 'not negative'): Codec<Milli> =>
  mapped(
    exact(range),
    (value) => {
      const milli = milliFromPieces(value);
      return milli.ok ? milli : err('has more than three decimals, or is too large');
    },
    piecesFromMilli,
  );

/** A percentage: `13`, `"13"` and `"13%"` are one. */
export const percent = (): Codec<Exact> => ({
  ...mapped(
    text(20),
    (value) => exactOf(value.trim().replace(/\s*%$/, '')),
    (value) => value,
  ),
  shape: { kind: 'leaf', example: '13' },
  ...written('number'),
});

/** A percentage that is written as a whole number: 3 is 3 %. */
export const numberedPercent = (): Codec<Exact> =>
  mapped(
    percent(),
    (value) => (/^\d{1,3}$/.test(value) ? ok(value) : err('must be a whole percentage')),
    (value) => value,
  );

/** A truth as `true`, `"true"`, `1` or `"1"`: Bool, Int and String stand beside each other (field B3). */
export const truth = (): Codec<boolean> => ({
  ...mapped(
    text(10),
    (value): Result<boolean, string> => {
      const word = value.trim().toLowerCase();
      if (word === 'true' || word === '1') return ok(true);
      return word === 'false' || word === '0' ? ok(false) : err('must be a boolean');
    },
    String,
  ),
  shape: { kind: 'leaf', example: 'true' },
  encode: (name, value) => leaf(name, String(value), 'boolean'),
});

/** An instant; of a form that was never seen the text, as it came (field R1). */
export type Stamp = Date | string;

const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?([+-]\d{2}):?(\d{2})$/;
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Reads the forms in which the platform writes an instant; null for another one. */
export function instantOf(value: string): Date | null {
  if (/^\d{12,13}$/.test(value)) return new Date(Number(value));
  const compact = COMPACT.exec(value);
  const [, year, month, day, hour, minute, second, millis = '000', zone, zoneMinutes] =
    compact ?? [];
  const iso = compact
    ? `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}${zone}:${zoneMinutes}`
    : value;
  if (compact || ISO.test(value)) {
    const instant = new Date(iso);
    return Number.isNaN(instant.getTime()) ? null : instant;
  }
  const local = parseShanghai(value.replace(/\.\d{1,9}$/, ''));
  return local.ok ? local.value : null;
}

/** `20261215131010000+0800`: the one form that is written, whatever the zone of the process. */
export function printInstant(instant: Date): string {
  const seconds = formatShanghai(instant).replace(/\D/g, '');
  return `${seconds}${String(instant.getUTCMilliseconds()).padStart(3, '0')}+0800`;
}

export const stamp = (): Codec<Stamp> => ({
  ...mapped<string, Stamp>(
    text(100),
    (value) => ok(instantOf(value.trim()) ?? value),
    (value) => (typeof value === 'string' ? value : printInstant(value)),
  ),
  shape: { kind: 'leaf', example: '20211215101010000+0800' },
});

/** A field for people: shortened, or left out with a note, but no reason to refuse what it stands in. */
export const shown = (name: string, maxLength = 500): Field<string, true> =>
  tolerated(name, cutText(maxLength));

/** A field under two names of which one must be there; the first is written and named when neither is. */
export const eitherName = <T>(name: string, other: string, codec: Codec<T>): Field<T, false> => {
  const field = aliased(name, [other], codec);
  return {
    ...field,
    optional: false,
    read: (parent, path, notes) => {
      const result = field.read(parent, path, notes);
      return result.ok && result.value === undefined ? err(missing(join(path, name))) : result;
    },
  };
};

/** A closed set of words that are numbers on the wire: `{ ours: 'theirs' }`. */
export const numbered = <const K extends string>(
  wireWords: Readonly<Record<K, string>>,
): Codec<K> => ({
  ...renamed(wireWords),
  encode: (name, key) => leaf(name, wireWords[key], 'number'),
});

/** A decimal that the wire has as a text. */
export const asText = <T>(codec: Codec<T>): Codec<T> => ({
  ...codec,
  encode: (name, value) => leaf(name, codec.encode(name, value).text),
});

/**
 * Fields of a detail that nobody decides by: what does not fit is left out, with a note, and the record is
 * still read.
 */
export const detail = {
  amount: (name: string) => tolerated(name, exact()),
  count: (name: string) => tolerated(name, quantity()),
  id: (name: string) => tolerated(name, id('number')),
  key: (name: string) => tolerated(name, code(100)),
  rate: (name: string) => tolerated(name, percent()),
  time: (name: string) => tolerated(name, stamp()),
  truth: (name: string) => tolerated(name, truth()),
} as const;
