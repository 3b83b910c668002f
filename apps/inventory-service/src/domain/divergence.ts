import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { Cell } from './goods.ts';
import { isShort } from './ledger.ts';
import type { Milli } from './quantity.ts';
import type { SellerStock } from './stock.ts';

/**
 * What a merchant's reports and our own counts do not agree about. SHORT: more is promised than was reported. UNREPORTED:
 * platforms have sold what no report has included yet.
 */
export const DIVERGENCES = ['SHORT', 'UNREPORTED'] as const;
export type DivergenceKind = (typeof DIVERGENCES)[number];

type Numbers = Pick<Cell, 'held' | 'quantity' | 'unreported'>;

/** How a number differs; none where all agree. */
export const divergencesOf = (cell: Numbers): readonly DivergenceKind[] =>
  DIVERGENCES.filter((kind) => (kind === 'SHORT' ? isShort(cell) : cell.unreported !== 0));

/**
 * The quantity that would settle a number: what is promised of it, where less was reported. Sales that no report has included are
 * the merchant's to say: another number of ours would be a third opinion, so there is none.
 */
export const proposedFor = (cell: Pick<Cell, 'held' | 'quantity'>): Milli | null =>
  isShort(cell) ? cell.held : null;

/** What a place has reported, and what of it differs; quantities without sign. */
export type PlaceReports = {
  readonly place: Place;
  numbers: number;
  neverReported: number;
  /** The newest of any number; 0: none. */
  reportedAtMs: number;
  short: number;
  shortMilli: number;
  unreported: number;
  unreportedMilli: number;
};

/** Every place of a seller, the one that has been silent for longest first. */
export function placeReports(seller: SellerStock | undefined): readonly PlaceReports[] {
  const places = new Map<string, PlaceReports>();
  for (const { cells } of seller?.goods.values() ?? []) {
    for (const cell of cells) {
      const key = placeKey(cell.place);
      const found = places.get(key) ?? nothingOf(cell.place);
      places.set(key, found);
      add(found, cell);
    }
  }
  return [...places.values()].toSorted(
    (a, b) => a.reportedAtMs - b.reportedAtMs || (placeKey(a.place) < placeKey(b.place) ? -1 : 1),
  );
}

const nothingOf = (place: Place): PlaceReports => ({
  place,
  numbers: 0,
  neverReported: 0,
  reportedAtMs: 0,
  short: 0,
  shortMilli: 0,
  unreported: 0,
  unreportedMilli: 0,
});

function add(to: PlaceReports, cell: Cell): void {
  to.numbers += 1;
  if (cell.reportedAtMs === 0) to.neverReported += 1;
  to.reportedAtMs = Math.max(to.reportedAtMs, cell.reportedAtMs);
  if (isShort(cell)) {
    to.short += 1;
    to.shortMilli += cell.held - cell.quantity;
  }
  if (cell.unreported !== 0) {
    to.unreported += 1;
    to.unreportedMilli += Math.abs(cell.unreported);
  }
}

export type DivergencesAsked = {
  /** Null: of every kind. */
  readonly kind: DivergenceKind | null;
  /** Null: of every place. */
  readonly place: Place | null;
  /** Goods that were looked at before. */
  readonly after: number;
  readonly size: number;
  /** Numbers that are looked at, at the most; goods are never looked at in part. */
  readonly look: number;
};

/**
 * Numbers that differ, in the order in which their goods came first, which stays. `next` is null when all were looked at. A page
 * has all of its last goods, so it may have a few more than were asked for.
 */
export function divergentCells(
  seller: SellerStock | undefined,
  { kind, place, after, size, look }: DivergencesAsked,
): { readonly cells: readonly Cell[]; readonly next: number | null } {
  const key = place && placeKey(place);
  const found: Cell[] = [];
  let at = 0;
  let looked = 0;
  for (const { cells } of seller?.goods.values() ?? []) {
    if (at >= after) {
      if (found.length >= size || looked >= look) return { cells: found, next: at };
      looked += cells.length;
      for (const cell of cells) {
        const kinds = divergencesOf(cell);
        const isAsked = kind ? kinds.includes(kind) : kinds.length > 0;
        if (isAsked && (key === null || placeKey(cell.place) === key)) found.push(cell);
      }
    }
    at += 1;
  }
  return { cells: found, next: null };
}
