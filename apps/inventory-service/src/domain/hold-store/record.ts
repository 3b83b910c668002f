import type { Hold, Line, LineState, NewHold } from '../holds.ts';
import type { Cell } from '../goods.ts';
import type { Page } from './blocks.ts';

/**
 * How a hold lies in its block (little-endian):
 *
 *   4 hash of seller and ref   8 number   16 end of life   24 seller   28 channel
 *   32 lines   34, 36 lengths of ref and buyer reference   38 whether texts take two bytes a character
 *   40 the lines, 48 bytes each; then ref, buyer reference and the lines' ids as texts
 *
 * A line: 0 quantity, 8 open, 16 shipped, 24 guarantee, 28 routed, 32 sold (numbers of cells, -1:
 * none), 36 the cell it was first held at, which has its goods, 40 state, 42 length of its id; of the first
 * line 44 the second in which the hold was made. Every hold has a first line, at the same place in every block of
 * its size, and nothing was ever written there before: a snapshot of before has 0.
 */
const HASH_AT = 4;
const NUMBER_AT = 8;
const EXPIRES_AT = 16;
const SELLER_AT = 24;
const CHANNEL_AT = 28;
const LINES_AT = 32;
const REF_LENGTH_AT = 34;
const BUYER_LENGTH_AT = 36;
const WIDE_AT = 38;
const HEAD_BYTES = 40;

const OPEN_AT = 8;
const SHIPPED_AT = 16;
const GUARANTEE_AT = 24;
const ROUTED_AT = 28;
const SOLD_AT = 32;
const HOME_AT = 36;
const STATE_AT = 40;
const ID_LENGTH_AT = 42;
const LINE_BYTES = 48;
const SINCE_AT = HEAD_BYTES + 44;

/** Positions are part of the snapshot's format: append only. */
const STATES: readonly LineState[] = [
  'HELD',
  'ROUTED',
  'SOLD',
  'SHIPPED',
  'RELEASED',
  'EXPIRED',
  'GIVEN_BACK',
];
/** HELD and ROUTED. */
const LAST_OPEN_STATE = 1;

/** What a block says beside the hold's own words. */
export type Numbers = {
  readonly hash: number;
  readonly seller: number;
  readonly channel: number;
};

export type Sized = { readonly bytes: number; readonly wide: boolean };

/** The bytes that a hold takes. */
export function sizeOf(hold: NewHold): Sized {
  let characters = hold.ref.length + hold.buyerRef.length;
  let wide = isWide(hold.ref) || isWide(hold.buyerRef);
  for (const { lineId } of hold.lines) {
    characters += lineId.length;
    wide ||= isWide(lineId);
  }
  const texts = characters * (wide ? 2 : 1);
  return { bytes: HEAD_BYTES + hold.lines.length * LINE_BYTES + texts, wide };
}

function isWide(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0xff) return true;
  return false;
}

/** Writes a hold as it is made; a line is held at its guarantee then. */
export function writeHold(
  { view }: Page,
  at: number,
  hold: NewHold,
  of: Numbers,
  wide: boolean,
): void {
  view.setInt32(at + HASH_AT, of.hash, true);
  view.setFloat64(at + NUMBER_AT, hold.number, true);
  view.setUint32(at + SELLER_AT, of.seller, true);
  view.setUint32(at + CHANNEL_AT, of.channel, true);
  view.setUint16(at + LINES_AT, hold.lines.length, true);
  view.setUint16(at + REF_LENGTH_AT, hold.ref.length, true);
  view.setUint16(at + BUYER_LENGTH_AT, hold.buyerRef.length, true);
  view.setUint8(at + WIDE_AT, wide ? 1 : 0);
  view.setUint32(at + SINCE_AT, hold.heldSince, true);
  let line = at + HEAD_BYTES;
  let text = line + hold.lines.length * LINE_BYTES;
  text = writeText(view, text, hold.ref, wide);
  text = writeText(view, text, hold.buyerRef, wide);
  for (const { quantity, guarantee, lineId } of hold.lines) {
    view.setFloat64(line, quantity, true);
    view.setInt32(line + HOME_AT, guarantee?.number ?? -1, true);
    view.setUint16(line + ID_LENGTH_AT, lineId.length, true);
    text = writeText(view, text, lineId, wide);
    line += LINE_BYTES;
  }
  writeChanges(view, at, hold);
}

/** Writes what can change in a hold's life. */
export function writeChanges(view: DataView, at: number, hold: NewHold): void {
  view.setFloat64(at + EXPIRES_AT, hold.expiresAtMs, true);
  let line = at + HEAD_BYTES;
  for (const { open, shipped, guarantee, routed, sold, state } of hold.lines) {
    view.setFloat64(line + OPEN_AT, open, true);
    view.setFloat64(line + SHIPPED_AT, shipped, true);
    view.setInt32(line + GUARANTEE_AT, guarantee?.number ?? -1, true);
    view.setInt32(line + ROUTED_AT, routed?.number ?? -1, true);
    view.setInt32(line + SOLD_AT, sold?.number ?? -1, true);
    view.setUint8(line + STATE_AT, STATES.indexOf(state));
    line += LINE_BYTES;
  }
}

function writeText(view: DataView, at: number, text: string, wide: boolean): number {
  for (let nth = 0; nth < text.length; nth += 1) {
    if (wide) view.setUint16(at + 2 * nth, text.charCodeAt(nth), true);
    else view.setUint8(at + nth, text.charCodeAt(nth));
  }
  return at + text.length * (wide ? 2 : 1);
}

export const hashAt = ({ view }: Page, at: number): number => view.getInt32(at + HASH_AT, true);
export const numberAt = ({ view }: Page, at: number): number =>
  view.getFloat64(at + NUMBER_AT, true);
export const sellerAt = ({ view }: Page, at: number): number =>
  view.getUint32(at + SELLER_AT, true);
export const channelAt = ({ view }: Page, at: number): number =>
  view.getUint32(at + CHANNEL_AT, true);

export const expiresAt = ({ view }: Page, at: number): number =>
  view.getFloat64(at + EXPIRES_AT, true);
export const hasBuyer = ({ view }: Page, at: number): boolean =>
  view.getUint16(at + BUYER_LENGTH_AT, true) > 0;

/** Visits the lines that hold stock with their guarantee's number; returns how many there are. */
export function eachOpenLine(
  { view }: Page,
  at: number,
  visit: (guarantee: number, open: number) => void,
): number {
  const count = view.getUint16(at + LINES_AT, true);
  let openLines = 0;
  for (let nth = 0; nth < count; nth += 1) {
    const line = at + HEAD_BYTES + nth * LINE_BYTES;
    if (view.getUint8(line + STATE_AT) > LAST_OPEN_STATE) continue;
    visit(view.getInt32(line + GUARANTEE_AT, true), view.getFloat64(line + OPEN_AT, true));
    openLines += 1;
  }
  return openLines;
}

/** True when the block is the hold of this seller and name. */
export function isHold({ view }: Page, at: number, seller: number, ref: string): boolean {
  if (view.getUint32(at + SELLER_AT, true) !== seller) return false;
  if (view.getUint16(at + REF_LENGTH_AT, true) !== ref.length) return false;
  const wide = view.getUint8(at + WIDE_AT) === 1;
  const text = at + HEAD_BYTES + view.getUint16(at + LINES_AT, true) * LINE_BYTES;
  for (let nth = 0; nth < ref.length; nth += 1) {
    const code = wide ? view.getUint16(text + 2 * nth, true) : view.getUint8(text + nth);
    if (code !== ref.charCodeAt(nth)) return false;
  }
  return true;
}

/** Reads a hold without the seller's and the channel's names, which the block has as numbers only. */
export function readHold(
  { bytes, view }: Page,
  at: number,
  cells: readonly Cell[],
): Pick<Hold, 'ref' | 'number' | 'buyerRef' | 'expiresAtMs' | 'heldSince'> & { lines: Line[] } {
  const wide = view.getUint8(at + WIDE_AT) === 1;
  const count = view.getUint16(at + LINES_AT, true);
  let text = at + HEAD_BYTES + count * LINE_BYTES;
  const next = (length: number): string => {
    const from = text;
    text += wide ? 2 * length : length;
    return length === 0 ? '' : bytes.toString(wide ? 'utf16le' : 'latin1', from, text);
  };
  const ref = next(view.getUint16(at + REF_LENGTH_AT, true));
  const buyerRef = next(view.getUint16(at + BUYER_LENGTH_AT, true));
  const lines: Line[] = [];
  for (let line = at + HEAD_BYTES; lines.length < count; line += LINE_BYTES) {
    const lineId = next(view.getUint16(line + ID_LENGTH_AT, true));
    lines.push(readLine(view, line, lineId, cells));
  }
  const expiresAtMs = view.getFloat64(at + EXPIRES_AT, true);
  const heldSince = view.getUint32(at + SINCE_AT, true);
  const number = view.getFloat64(at + NUMBER_AT, true);
  return { ref, number, buyerRef, expiresAtMs, heldSince, lines };
}

function readLine(view: DataView, at: number, lineId: string, cells: readonly Cell[]): Line {
  const cellAt = (offset: number): Cell | null => {
    const number = view.getInt32(at + offset, true);
    return number < 0 ? null : (cells[number] ?? null);
  };
  return {
    lineId,
    goodsId: cellAt(HOME_AT)?.goodsId ?? '',
    quantity: view.getFloat64(at, true),
    open: view.getFloat64(at + OPEN_AT, true),
    shipped: view.getFloat64(at + SHIPPED_AT, true),
    guarantee: cellAt(GUARANTEE_AT),
    routed: cellAt(ROUTED_AT),
    sold: cellAt(SOLD_AT),
    state: STATES[view.getUint8(at + STATE_AT)] ?? 'HELD',
  };
}
