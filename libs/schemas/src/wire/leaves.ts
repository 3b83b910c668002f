import type { Fen, Milli, Place, Result, StockKind } from '@astrolabe/kernel';
import {
  cutTo,
  err,
  fenFromYuan,
  formatShanghai,
  invariant,
  isNumericId,
  milliFromPieces,
  ok,
  ONE_PIECE,
  parseShanghai,
  piecesFromMilli,
  yuanFromFen,
} from '@astrolabe/kernel';
import type { Codec, Field } from './codec.ts';
import { invalid, required } from './codec.ts';
import { leaf } from './tree.ts';

/** Longest text of a field whose document gives no limit. */
const UNSTATED_LENGTH = 4_000;

function leafCodec<T>(
  example: string,
  to: (text: string) => Result<T, string>,
  from: (value: T) => string,
  kind: 'text' | 'number' | 'boolean' = 'text',
  blanks: 'around are none' | 'are kept' = 'around are none',
): Codec<T> {
  return {
    shape: { kind: 'leaf', example, ...(kind === 'text' ? {} : { writtenAs: kind }) },
    decode: (node, path) => {
      if (node.kind === 'object' || node.kind === 'list') {
        return err(invalid(path, 'must be a single value'));
      }
      const result = to(blanks === 'are kept' ? node.text : node.text.trim());
      return result.ok ? result : err(invalid(path, result.error));
    },
    encode: (name, value) => leaf(name, from(value), kind),
  };
}

const same = <T>(value: T): T => value;

const noLongerThan =
  (maxLength: number) =>
  (value: string): Result<string, string> =>
    // A text has no more code points than code units.
    value.length <= maxLength || Array.from(value).length <= maxLength
      ? ok(value)
      : err(`is longer than ${maxLength}`);

/** Text for people, of at most `maxLength` characters (code points), blanks and all. */
export const text = (maxLength = UNSTATED_LENGTH): Codec<string> =>
  leafCodec('text', noLongerThan(maxLength), same, 'text', 'are kept');

/**
 * A code that names something: a place, a bill, goods, a parcel. White space around it (blanks, line
 * breaks of pretty-printed XML, U+00A0, U+3000) is no part of it; inside it only blanks may stand.
 */
export const code = (maxLength: number): Codec<string> =>
  leafCodec(
    'A-1',
    (value) => {
      if (/[\t\r\n\v\f]/.test(value)) return err('must not hold line breaks or tabs');
      return noLongerThan(maxLength)(value);
    },
    same,
  );

/** Text for people to read: what is longer than `maxLength` characters is cut, with a note. */
export const cutText = (maxLength = UNSTATED_LENGTH): Codec<string> => {
  const whole = text(Number.MAX_SAFE_INTEGER);
  return {
    ...whole,
    decode: (node, path, notes) => {
      const result = whole.decode(node, path);
      if (!result.ok) return result;
      if (result.value.length <= maxLength) return result;
      const characters = Array.from(result.value);
      if (characters.length <= maxLength) return result;
      notes?.push(cutTo(path, maxLength));
      return ok(characters.slice(0, maxLength).join(''));
    },
  };
};

/** A decimal id, kept as digits; `asNumber` writes it as a JSON number where the wire has one. */
export const id = (as: 'text' | 'number' = 'text'): Codec<string> =>
  leafCodec(
    '1',
    (value) => {
      if (isNumericId(value)) return ok(value);
      return err(/^[1-9]\d*$/.test(value) ? 'is beyond 2^63 - 1' : 'must be digits');
    },
    same,
    as,
  );

/**
 * A required id as TOP prints it: the number, and its digits as text in `<name>_str`, because a reader
 * whose numbers are doubles loses the end of an id beyond 2^53. The number is what is read.
 */
export function topId(name: string): Field<string, false> {
  const asNumber = required(name, id('number'));
  return {
    ...asNumber,
    write: (digits) => [...asNumber.write(digits), leaf(`${name}_str`, digits)],
  };
}

/** One of a closed set of words. */
export const oneOf = <const W extends string>(words: readonly W[]): Codec<W> =>
  ofWords(
    words,
    leafCodec(
      words[0] ?? '',
      (value) => {
        const word = words.find((known) => known === value);
        return word === undefined ? err('has an unknown value') : ok(word);
      },
      same,
    ),
  );

const ofWords = <T>(words: readonly string[], codec: Codec<T>): Codec<T> => ({
  ...codec,
  shape: codec.shape.kind === 'leaf' ? { ...codec.shape, words } : codec.shape,
});

/** A closed set of wire words with our own names: `{ ours: 'theirs' }`; `aliases` are read only. */
export function renamed<const K extends string>(
  wireWords: Readonly<Record<K, string>>,
  aliases: Readonly<Record<string, NoInfer<K>>> = {},
): Codec<K> {
  const ours = new Map<string, K>(Object.entries(aliases));
  for (const [key, word] of Object.entries(wireWords)) ours.set(word as string, key as K);
  const words = Object.values<string>(wireWords);
  return ofWords(
    words,
    leafCodec(
      words[0] ?? '',
      (value) => {
        const key = ours.get(value);
        return key === undefined ? err('has an unknown value') : ok(key);
      },
      (key) => wireWords[key],
    ),
  );
}

/** A small non-negative count such as a page number. */
export const count = (min: number): Codec<number> =>
  leafCodec(
    String(Math.max(min, 1)),
    (value) =>
      /^\d{1,9}$/.test(value) && Number(value) >= min
        ? ok(Number(value))
        : err(`must be an integer of at least ${min}`),
    String,
    'number',
  );

/** Whole fen, never negative; the documents of one channel write them as texts here and as numbers there. */
export const wholeFen = (as: 'text' | 'number', digitsMax: number): Codec<Fen> =>
  leafCodec(
    '100',
    (value) =>
      /^\d+$/.test(value) && value.length <= digitsMax
        ? ok(BigInt(value))
        : err(`must be whole fen, of at most ${digitsMax} digits`),
    String,
    as,
  );

/** A decimal number that is kept as it is written; `check` reads it and may refuse it. */
export const decimal = (
  digitsMax: number,
  check: (written: string) => Result<unknown, string>,
): Codec<string> =>
  leafCodec(
    '1.0',
    (value) => {
      const [whole = ''] = value.split('.');
      if (whole.length > digitsMax) return err(`has more than ${digitsMax} digits`);
      const checked = check(value);
      return checked.ok ? ok(value) : checked;
    },
    same,
  );

/** A fraction of a second, as Java's Timestamp prints one (`.0`). */
const FRACTION = /\.\d{1,9}$/;

/** `yyyy-MM-dd HH:mm:ss` of Asia/Shanghai; a fraction of the second is read over. */
export const time = (): Codec<Date> =>
  leafCodec(
    '2016-09-22 10:00:00',
    (value) => {
      const instant = parseShanghai(value.replace(FRACTION, ''));
      return instant.ok ? instant : err('must be yyyy-MM-dd HH:mm:ss');
    },
    formatShanghai,
  );

/** Time of the day, `HH:MM`. */
export const clockTime = (): Codec<string> =>
  leafCodec(
    '09:00',
    (value) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? ok(value) : err('must be HH:MM')),
    same,
  );

/** Whole pieces on the wire, thousandths of a piece here; at most nine digits. */
export const pieces = (range: 'any' | 'not negative' | 'positive'): Codec<Milli> =>
  leafCodec(
    '1',
    (value) => {
      const milli = /^-?\d{1,9}$/.test(value) ? milliFromPieces(value) : err('NOT_A_DECIMAL');
      if (!milli.ok) return err('must be an integer');
      if (range === 'not negative' && milli.value < 0n) return err('must not be negative');
      if (range === 'positive' && milli.value <= 0n) return err('must be positive');
      return milli;
    },
    (milli) => {
      invariant(milli % ONE_PIECE === 0n, 'the wire has whole pieces only');
      return piecesFromMilli(milli);
    },
    'number',
  );

/** Yuan with two decimals on the wire, fen here; never negative. */
export const yuan = (): Codec<Fen> =>
  leafCodec(
    '1.00',
    (value) => {
      const fen = fenFromYuan(value);
      return fen.ok && fen.value >= 0n ? fen : err('must be an amount in yuan');
    },
    yuanFromFen,
  );

/** `true` or `false` in any case: the Python SDK writes `True` and `False`. */
export const flag = (): Codec<boolean> =>
  leafCodec(
    'true',
    (value) => {
      const word = value.toLowerCase();
      return word === 'true' || word === 'false' ? ok(word === 'true') : err('must be a boolean');
    },
    String,
    'boolean',
  );

/** CERTAINTY (渠道确定库存) and UNCERTAINTY (渠道共享库存). */
export const stockKind: Codec<StockKind> = renamed({
  CERTAIN: 'CERTAINTY',
  SHARED: 'UNCERTAINTY',
});

/** The Qimen interfaces write places in capitals, the open API 2.0 in title case. */
export const placeType: Codec<Place['type']> = oneOf(['STORE', 'WAREHOUSE']);
export const placeTypeTitle: Codec<Place['type']> = renamed({
  STORE: 'Store',
  WAREHOUSE: 'Warehouse',
});
