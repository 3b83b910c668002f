import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import { cellAt } from './goods.ts';
import type { Hold } from './holds.ts';
import { isClosed } from './holds.ts';
import { holdOfNumber } from './hold-store/store.ts';
import { listedAfter } from './listing.ts';
import type { SellerStock, State } from './stock.ts';
import type { Cell } from './goods.ts';
import { available } from './ledger.ts';
import { quotaLeft, safetyOf } from './policy.ts';
import type { Milli } from './quantity.ts';

/** A place that is named twice has its stock once. */
const distinct = (places: readonly Place[]): readonly Place[] => [
  ...new Map(places.map((place) => [placeKey(place), place])).values(),
];

/** A cell as it is now: cells go on changing. */
export type CellView = Pick<
  Cell,
  'number' | 'sellerId' | 'place' | 'goodsId' | 'kind' | 'quantity' | 'held' | 'unreported'
>;

export const viewOf = (cell: Cell): CellView => ({
  number: cell.number,
  sellerId: cell.sellerId,
  place: cell.place,
  goodsId: cell.goodsId,
  kind: cell.kind,
  quantity: cell.quantity,
  held: cell.held,
  unreported: cell.unreported,
});

/** A cell with what is kept back of it and when the merchant reported it last (epoch ms; 0: never). */
export type StandingCell = CellView & { readonly keptBack: Milli; readonly reportedAtMs: number };

export const standingOf = (state: State, cell: Cell): StandingCell => {
  const seller = state.sellers.get(cell.sellerId);
  const keptBack = seller ? safetyOf(seller, cell) : 0;
  return { ...viewOf(cell), keptBack, reportedAtMs: cell.reportedAtMs };
};

/** Cells of the goods, gross of holds, at the places asked for (all when none is named). */
function cellsOf(
  seller: SellerStock | undefined,
  goodsId: string,
  places: readonly Place[],
): readonly Cell[] {
  const goods = seller?.goods.get(goodsId);
  if (!goods || places.length === 0) return goods?.cells ?? [];
  return places.flatMap((place) => KINDS.flatMap((kind) => cellAt(goods, place, kind) ?? []));
}

const KINDS = ['CERTAIN', 'SHARED'] as const;

/** Where a page of cells begins: so many cells into the `goods`-th of the goods asked for. */
export type CellsFrom = { readonly goods: number; readonly cells: number };

/**
 * A page of the cells of goods, in the order of the goods asked for. `next` is null at the end. Cells
 * are never removed, so the pages of one query name each of them once.
 */
export function pageOfCells(
  state: State,
  asked: { sellerId: string; goodsIds: readonly string[]; places: readonly Place[] },
  from: CellsFrom,
  size: number,
): { cells: readonly Cell[]; next: CellsFrom | null } {
  const seller = state.sellers.get(asked.sellerId);
  const places = distinct(asked.places);
  const page: Cell[] = [];
  for (let goods = from.goods; goods < asked.goodsIds.length; goods += 1) {
    const all = cellsOf(seller, asked.goodsIds[goods] ?? '', places);
    const start = goods === from.goods ? from.cells : 0;
    const added = all.slice(start, start + size - page.length);
    page.push(...added);
    const cells = start + added.length;
    if (cells < all.length) return { cells: page, next: { goods, cells } };
  }
  return { cells: page, next: null };
}

/**
 * What may still be promised online: the available certain stock (decision D-1: shared stock is no
 * promise) of each of the goods, in their order, without safety stock, and no more than what is left of the channel's quota. A place that is short counts nothing and takes nothing from the others.
 */
export function sellable(
  state: State,
  asked: {
    readonly sellerId: string;
    readonly goodsIds: readonly string[];
    /** Empty: all. */
    readonly places: readonly Place[];
    /** Empty: none, no quota counts. */
    readonly channel?: string;
  },
): Milli[] {
  const { sellerId, goodsIds, channel = '' } = asked;
  const seller = state.sellers.get(sellerId);
  if (!seller) return goodsIds.map(() => 0);
  const places = distinct(asked.places);
  return goodsIds.map((goodsId) => sellableOf(seller, { goodsId, places, channel }));
}

function sellableOf(
  seller: SellerStock,
  { goodsId, places, channel }: { goodsId: string; places: readonly Place[]; channel: string },
): Milli {
  let sum = 0;
  for (const cell of cellsOf(seller, goodsId, places)) {
    const free = available(cell) - safetyOf(seller, cell);
    if (cell.kind === 'CERTAIN' && free > 0) sum += free;
  }
  const left = quotaLeft(seller, channel, goodsId);
  if (left === null || left >= sum) return sum;
  return left > 0 ? left : 0;
}

const SCANNED_MAX = 10_000;

/**
 * Holds that are not closed, oldest first, after number `after` (-1: from the start). `next` is the
 * number to go on after, or null at the end. Looks at a bounded number of holds, so a page may be
 * short although more follow.
 */
export function listHolds(
  state: State,
  sellerId: string,
  goodsId: string,
  after: number,
  size: number,
): { readonly holds: readonly Hold[]; readonly next: number | null } {
  const seller = state.sellers.get(sellerId);
  const holds: Hold[] = [];
  let next: number | null = null;
  let scanned = 0;
  for (const { number, address } of seller ? listedAfter(seller.listing, after) : []) {
    if (scanned === SCANNED_MAX || holds.length === size) return { holds, next };
    scanned += 1;
    next = number;
    const hold = holdOfNumber(state.holds, address, number);
    if (!hold || isClosed(hold)) continue;
    if (goodsId === '' || hold.lines.some((line) => line.goodsId === goodsId)) holds.push(hold);
  }
  return { holds, next: null };
}
