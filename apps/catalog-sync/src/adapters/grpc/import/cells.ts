import type {
  GoodsKey as GoodsKeyMessage,
  OfferAttribute,
  TierRate,
} from '@astrolabe/contracts/catalog';
import type { Result } from '@astrolabe/kernel';
import {
  err,
  fenFromYuan,
  milliFromPieces,
  ok,
  parseScaled,
  parseShanghai,
} from '@astrolabe/kernel';

/** Reads a cell, or says what is wrong with it. An empty cell is an empty value. */
export type Read<T> = (cell: string) => Result<T, string>;

/** What spreadsheets show where a formula has failed. */
const BROKEN = /^#(?:N\/A|REF!|VALUE!|NAME\?|DIV\/0!|NULL!|NUM!)$/;
/** A number of more digits than a spreadsheet keeps: it prints the exponent, and the last digits are gone. */
const ROUNDED = /^[+-]?\d(?:\.\d+)?E\+\d+$/i;

/** What stands in a cell, without what is written around it to keep a spreadsheet from reading a number (`="007"`). */
function bare(cell: string): Result<string, string> {
  const inner = /^="(.*)"$/s.exec(cell.trim())?.[1] ?? cell;
  return BROKEN.test(inner.trim()) ? err('a formula of the spreadsheet has failed') : ok(inner);
}

/** A text as it is, but for blanks around it. */
export const text: Read<string> = (cell) => {
  const inner = bare(cell);
  return inner.ok ? ok(inner.value.trim()) : inner;
};

/** A code: its leading zeros and all its digits are part of it. */
export const code: Read<string> = (cell) => {
  const inner = text(cell);
  if (!inner.ok || !ROUNDED.test(inner.value)) return inner;
  return err('a spreadsheet has rounded this number; make the column text and enter it anew');
};

const reading =
  <T>(empty: T, read: (word: string) => T | null, what: string): Read<T> =>
  (cell) => {
    const inner = text(cell);
    if (!inner.ok) return inner;
    if (inner.value === '') return ok(empty);
    const value = read(inner.value);
    return value === null ? err(`${JSON.stringify(inner.value)} is ${what}`) : ok(value);
  };

const valueOf = <T>(result: Result<T, unknown>): T | null => (result.ok ? result.value : null);

/** A number without the signs that people write around it. */
const bareNumber = (word: string): string => {
  const number = word.replace(/^[¥￥]\s*/u, '');
  return /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(number) ? number.replaceAll(',', '') : number;
};

/** Fen of an amount in yuan. */
export const yuan = reading<bigint>(
  0n,
  (word) => valueOf(fenFromYuan(bareNumber(word))),
  'no amount in yuan, e.g. 1999.00',
);

/** Thousandths of a number of pieces. */
export const pieces = reading<bigint>(
  0n,
  (word) => valueOf(milliFromPieces(bareNumber(word))),
  'no number of pieces, e.g. 10',
);

export const grams = reading<bigint>(
  0n,
  (word) => valueOf(parseScaled(bareNumber(word), 0)),
  'no whole number of grams',
);

/** Whole percent, with its sign or without. */
export const percent = reading<number>(
  0,
  (word) => {
    const whole = valueOf(parseScaled(word.replace(/\s*[%％]$/u, ''), 0));
    return whole === null || whole < 0n || whole > 100n ? null : Number(whole);
  },
  'no whole percent, e.g. 13',
);

const TRUTHS = new Map<string, boolean>([
  ...['true', 'yes', 'y', '1', '是', '√'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', '0', '否', '×'].map((word) => [word, false] as const),
]);

export const truth = reading<boolean>(
  false,
  (word) => TRUTHS.get(word.toLowerCase()) ?? null,
  'neither yes (是) nor no (否)',
);

/** One of a few words, each of which stands for a value. */
export const oneOf = <T>(empty: T, words: ReadonlyMap<string, NonNullable<T>>): Read<T> =>
  reading<T>(
    empty,
    (word) => words.get(word.toLowerCase()) ?? null,
    `none of ${[...words.keys()].join(', ')}`,
  );

/** `2026-11-29 9:05`, with slashes or in words of Chinese too; the time may be left out. */
const TIME = /^(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/u;

/** The instant of a date in Shanghai; null for what the calendar does not have. */
function shanghai(word: string): Date | null {
  const match = TIME.exec(word);
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match
    .slice(1)
    .map((part: string | undefined) => (part ?? '').padStart(2, '0'));
  return valueOf(parseShanghai(`${year}-${month}-${day} ${hour}:${minute}:${second}`));
}

const A_TIME = 'no time in Shanghai, e.g. 2026-11-29 10:00';

/** An instant; a date alone is its beginning. */
export const instant = reading<Date | null>(null, shanghai, A_TIME);

/** The instant at which something is over; a date alone would be its beginning, which nobody means by an end. */
export const end: Read<Date | null> = (cell) => {
  const read = instant(cell);
  if (!read.ok || read.value === null || cell.includes(':')) return read;
  return err(`${JSON.stringify(cell.trim())} needs the time of day at which it is over`);
};

const parts = (word: string, between: RegExp): string[] =>
  word.split(between).flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));

/** Codes with commas, semicolons, bars or blanks between them. */
export const codes: Read<string[]> = (cell) => {
  const read = code(cell);
  return read.ok ? ok(parts(read.value, /[\s,，;；|]+/u)) : read;
};

/** Addresses with blanks or bars between them; commas and semicolons may be parts of one. */
export const images: Read<string[]> = (cell) => {
  const read = text(cell);
  return read.ok ? ok(parts(read.value, /[\s|]+/u)) : read;
};

/** Two sides of each part, such as `颜色=黑`. */
function pairs(word: string): (readonly [string, string])[] | null {
  const found = parts(word, /[;；\n]+/u).map((part) => /^([^=:：]+)[=:：](.+)$/su.exec(part));
  if (found.includes(null)) return null;
  return found.map((match) => [match?.[1]?.trim() ?? '', match?.[2]?.trim() ?? '']);
}

export const attributes = reading<OfferAttribute[]>(
  [],
  (word) =>
    pairs(word)?.map(([name, value]) => ({ attributeId: '', name, valueId: '', value })) ?? null,
  'no list of names and values, e.g. 颜色=黑;尺寸=大',
);

/** What names of goods are called, and what each is. */
const NAME_KINDS: ReadonlyMap<string, (name: string) => GoodsKeyMessage['key']> = new Map(
  (
    [
      [['outerid', '商家编码'], (value) => ({ $case: 'outerId', value })],
      [['scitemid', '货品编号'], (value) => ({ $case: 'scItemId', value })],
      [['cargono', '货号'], (value) => ({ $case: 'cargoNo', value })],
      [['mallsku', '商城编码'], (value) => ({ $case: 'mallSku', value })],
      [
        ['item', '商品'],
        (value) => {
          const [itemId = '', skuId = ''] = value.split('/').map((part) => part.trim());
          return { $case: 'itemSku', value: { itemId, skuId } };
        },
      ],
    ] satisfies [string[], (value: string) => GoodsKeyMessage['key']][]
  ).flatMap(([words, make]) => words.map((word) => [word, make] as const)),
);

/** Further names of goods, under which their stock is told. */
export const goodsNames = reading<GoodsKeyMessage[]>(
  [],
  (word) => {
    const read = pairs(word)?.map(([kind, name]) => {
      const make = ROUNDED.test(name) ? undefined : NAME_KINDS.get(kind.toLowerCase());
      return make ? { key: make(name) } : null;
    });
    const whole = read?.filter((one) => one !== null);
    return whole && whole.length === read?.length ? whole : null;
  },
  'no list of names of goods, e.g. outerId=A-1;item=9001/70001',
);

/** From how many pieces on which percent of the agreement price holds. */
export const tiers = reading<TierRate[]>(
  [],
  (word) => {
    const read = pairs(word)?.map(([from, rate]) => ({
      fromMilli: valueOf(milliFromPieces(from)),
      rateBp: valueOf(parseScaled(rate.replace(/\s*[%％]$/u, ''), 2)),
    }));
    const whole = read?.flatMap(({ fromMilli, rateBp }) =>
      fromMilli === null || rateBp === null ? [] : [{ fromMilli, rateBp: Number(rateBp) }],
    );
    return whole && whole.length === read?.length ? whole : null;
  },
  'no list of pieces and percent, e.g. 10=95;100=90.5',
);
