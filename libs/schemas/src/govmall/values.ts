import type { Fen, Milli, Result } from '@astrolabe/kernel';
import {
  ONE_PIECE,
  daysAfter,
  err,
  formatShanghai,
  invariant,
  ok,
  parseShanghai,
  piecesFromMilli,
  yuanFromFen,
} from '@astrolabe/kernel';
import { parseJson } from '../json/read.ts';
import { exactOf } from '../procurement/values.ts';
import type { Codec, Field } from '../wire/codec.ts';
import { aliased, invalid, itemsOf, join, mapped, missing } from '../wire/codec.ts';
import { text } from '../wire/leaves.ts';
import type { WireNode } from '../wire/tree.ts';
import { isBlank, leaf, listNode } from '../wire/tree.ts';

/** Most SKUs that are read out of one call; the adapter's own limit is lower and configured. */
export const GOV_SKUS_READ_MAX = 1_000;
/** Longest SKU, order number and other code of the mall. */
export const GOV_CODE_MAX = 50;

const FRACTION_DIGITS = 25;
const ONE_FEN = 10n ** 23n;
/** 0.000001 yuan: what a double may be off. */
const DOUBLE_ERROR = 10n ** 19n;

/**
 * Yuan as callers write them, as fen: a number or a text, with or without decimals. What is nearer than
 * 0.000001 yuan to a whole fen is that fen (doubles of a PHP caller); all else is refused, value named.
 */
export function govFen(value: string): Result<Fen, string> {
  const refused = err(`${value.slice(0, 30)} 不是以元为单位的金额`);
  const plain = exactOf(value.trim());
  if (!plain.ok || plain.value.startsWith('-')) return refused;
  const [whole = '', fraction = ''] = plain.value.split('.');
  if (whole.length > 13) return refused;
  const units = BigInt(whole + fraction.padEnd(FRACTION_DIGITS, '0'));
  const fen = (units + ONE_FEN / 2n) / ONE_FEN;
  const error = units - fen * ONE_FEN;
  return error < DOUBLE_ERROR && error > -DOUBLE_ERROR ? ok(fen) : refused;
}

/** Yuan on the wire, fen here. Written as a number with two decimals: callers read a text as 0. */
export const govYuan = (): Codec<Fen> => ({
  ...mapped(text(100), govFen, yuanFromFen),
  shape: { kind: 'leaf', example: '1.00', writtenAs: 'number' },
  encode: (name, fen) => leaf(name, yuanFromFen(fen), 'number'),
});

/** Pieces that are ordered or sent: `3`, `3.0` and `"3.0"` are three; no parts of a piece. */
export const govPieces = (): Codec<Milli> => ({
  ...mapped(
    text(100),
    (value): Result<Milli, string> => {
      const plain = exactOf(value.trim());
      return plain.ok && /^[1-9]\d{0,8}$/.test(plain.value)
        ? ok(BigInt(plain.value) * ONE_PIECE)
        : err(`${value.slice(0, 30)} 不是大于 0 的整数件数`);
    },
    (milli) => String(milli / ONE_PIECE),
  ),
  shape: { kind: 'leaf', example: '1', writtenAs: 'number' },
  encode: (name, milli) => {
    invariant(milli % ONE_PIECE === 0n, 'the mall has whole pieces');
    return leaf(name, piecesFromMilli(milli), 'number');
  },
});

/** Callers read an int. */
const INT_MAX = 2_147_483_647;

/** What may be sold: whole pieces, none of a part of one, and never more than callers can read. */
export const govStockPieces = (): Codec<Milli> => ({
  ...mapped(
    text(20),
    (value): Result<Milli, string> =>
      /^\d{1,10}$/.test(value) ? ok(BigInt(value) * ONE_PIECE) : err('应为件数'),
    (milli) => String(wholePieces(milli)),
  ),
  shape: { kind: 'leaf', example: '1', writtenAs: 'number' },
  encode: (name, milli) => leaf(name, String(wholePieces(milli)), 'number'),
});

/** Whole pieces as the mall is told them; word and number are both made of this. */
export const wholePieces = (milli: Milli): number =>
  Math.min(Math.max(Math.floor(Number(milli) / Number(ONE_PIECE)), 0), INT_MAX);

/** A decimal that is written as a number, with the digits that it has. */
export const govDecimal = (pattern: RegExp, example: string): Codec<string> => ({
  ...mapped(
    text(20),
    (value) => (pattern.test(value) ? ok(value) : err('格式不正确')),
    (value) => value,
  ),
  shape: { kind: 'leaf', example, writtenAs: 'number' },
  encode: (name, value) => leaf(name, value, 'number'),
});

/** A code: what stands around it, quotes that a caller kept of a JSON text included, is no part of it. */
export const govCode = (maxLength = GOV_CODE_MAX): Codec<string> => ({
  ...mapped(
    text(maxLength * 4),
    (value) => {
      const bare = value.replaceAll(/^[\s"']+|[\s"']+$/g, '');
      if (bare === '') return err('is required');
      if (Array.from(bare).length > maxLength) return err(`is longer than ${maxLength}`);
      return /[\s\p{C}]/u.test(bare) ? err('不能含有空格或控制字符') : ok(bare);
    },
    (value) => value,
  ),
  shape: { kind: 'leaf', example: '12345' },
});

/** An instant of Beijing; of a day alone its beginning, or as an end the beginning of the next one. */
export const govMoment = (of: 'begin' | 'end'): Codec<Date> => ({
  ...mapped(
    text(50),
    (value): Result<Date, string> => {
      const day = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(value.trim());
      const written = day ? `${day[1]}-${day[2]}-${day[3]} 00:00:00` : value.trim();
      const instant = parseShanghai(written.replace(/\.\d{1,9}$/, ''));
      if (!instant.ok) return err('格式应为 yyyy-MM-dd 或 yyyy-MM-dd HH:mm:ss');
      return day && of === 'end' ? ok(daysAfter(instant.value, 1)) : instant;
    },
    formatShanghai,
  ),
  shape: { kind: 'leaf', example: '2026-11-28' },
});

/** A required field under any of several names; the first is written, and named when none is there. */
export function underAnyName<T>(
  names: readonly [string, ...string[]],
  codec: Codec<T>,
): Field<T, false> {
  const [first, ...others] = names;
  const field = aliased(first, others, codec);
  return {
    ...field,
    optional: false,
    read: (parent, path, notes) => {
      const result = field.read(parent, path, notes);
      return result.ok && result.value === undefined ? err(missing(join(path, first))) : result;
    },
  };
}

/** A structure that may stand in a form as the text of its JSON. */
export const structured = <T>(codec: Codec<T>): Codec<T> => ({
  ...codec,
  decode: (node, path, notes) => {
    const opened = opening(node);
    return opened ? codec.decode(opened, path, notes) : err(invalid(path, '应为 JSON'));
  },
});

/** The structure of a JSON text; a node that is no such text as it is; null for JSON that is broken. */
function opening(node: WireNode): WireNode | null {
  if (node.kind !== 'text' || !/^\s*[[{]/.test(node.text)) return node;
  const json = parseJson(node.text);
  return json.ok ? { ...json.value, name: node.name } : null;
}

/**
 * A list of codes as callers send it: by commas, as a JSON list in a form, as a list of `{ "sku": … }`.
 * In the order given, each once; empty entries are passed over.
 */
export const govCodes = (
  itemName: string,
  maxEntries = GOV_SKUS_READ_MAX,
): Codec<readonly string[]> => ({
  shape: { kind: 'leaf', example: '12345' },
  decode: (node, path) => {
    const bare = bareCodes(node);
    const read = bare ? ok(bare) : writtenCodes(node, itemName, path);
    if (!read.ok) return read;
    const codes = read.value;
    if (codes.size === 0) return err(missing(path));
    return codes.size > maxEntries
      ? err(invalid(path, `has more than ${maxEntries} entries`))
      : ok([...codes]);
  },
  encode: (name, values) => leaf(name, values.join(',')),
});

const code = govCode();

const BARE = /^[\w.-]{1,50}(?:,[\w.-]{1,50})*$/;

/** Codes by commas of which nothing has to be taken off, as nearly all are: a hundred are read many times a second. */
const bareCodes = ({ kind, text: said }: WireNode): Set<string> | null =>
  kind === 'text' && BARE.test(said) ? new Set(said.split(',')) : null;

function writtenCodes(
  node: WireNode,
  itemName: string,
  path: string,
): Result<Set<string>, ReturnType<typeof invalid>> {
  const opened = opening(node);
  if (!opened) return err(invalid(path, '应为逗号分隔的列表或 JSON'));
  const entries = entriesOf(opened, itemName, path);
  if (!entries.ok) return entries;
  const codes = new Set<string>();
  for (const entry of entries.value) {
    if (isBlank(entry)) continue;
    const one = code.decode(entry, path);
    if (!one.ok) return one;
    codes.add(one.value);
  }
  return ok(codes);
}

function entriesOf(
  node: WireNode,
  itemName: string,
  path: string,
): Result<readonly WireNode[], ReturnType<typeof invalid>> {
  if (node.kind === 'text' || node.kind === 'number') {
    return ok(node.text.split(',').map((entry) => leaf('', entry)));
  }
  const items = itemsOf(node.kind === 'object' ? listNode('', [node]) : node, [itemName], path);
  if (!items.ok) return items;
  return ok(
    items.value.map((item) =>
      item.kind === 'object' ? (item.children.find(({ name }) => name === itemName) ?? item) : item,
    ),
  );
}

/** A day of Beijing, `yyyy-MM-dd` or `yyyyMMdd`; read as `yyyy-MM-dd`. */
export const govDay = (): Codec<string> => ({
  ...mapped(
    text(30),
    (value): Result<string, string> => {
      const match = /^(\d{4})-?(\d{2})-?(\d{2})(?: \d{2}:\d{2}:\d{2})?$/.exec(value.trim());
      const day = match ? `${match[1]}-${match[2]}-${match[3]}` : '';
      return parseShanghai(`${day} 00:00:00`).ok ? ok(day) : err('格式应为 yyyy-MM-dd');
    },
    (value) => value,
  ),
  shape: { kind: 'leaf', example: '2026-11-28' },
});

/** Yuan that may be below nothing: a red letter. */
export const govSignedYuan = (): Codec<Fen> => ({
  ...mapped(
    text(100),
    (value): Result<Fen, string> => {
      const fen = govFen(value.replace(/^-/, ''));
      return fen.ok && value.startsWith('-') ? ok(-fen.value) : fen;
    },
    yuanFromFen,
  ),
  shape: { kind: 'leaf', example: '1.00', writtenAs: 'number' },
  encode: (name, fen) => leaf(name, yuanFromFen(fen), 'number'),
});
