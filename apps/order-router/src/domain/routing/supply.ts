import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import { finderOf } from './finder.ts';
import type { CandidateLine, FreeStock, RoutingLine } from './types.ts';

/** What a place can give to the order. */
export type Supply = {
  /** Everything the order needs is there. */
  readonly enough: boolean;
  readonly availableMilli: Milli;
  readonly holdsAll: boolean;
};

export type Supplies = {
  readonly of: (type: Place['type'], id: string) => Supply;
  /** Which kind of stock serves each line at a place that has enough. */
  readonly linesAt: (place: Place) => readonly CandidateLine[];
  /** Warehouses with any of the goods, and those that hold for the order already. */
  readonly warehouses: readonly string[];
};

type ByPlace<T> = { readonly STORE: T; readonly WAREHOUSE: T };

/** Asked for every cell: two names are quicker to tell apart than to look up on an object. */
const ofType = <T>({ STORE, WAREHOUSE }: ByPlace<T>, type: Place['type']): T =>
  type === 'STORE' ? STORE : WAREHOUSE;

/** One goods that the order needs: how much, where it is, and where the order holds it already. */
type Need = {
  readonly goodsId: string;
  milli: Milli;
  readonly cells: ByPlace<FreeStock[]>;
  readonly cellAt: ByPlace<(id: string) => FreeStock | undefined>;
  readonly own: ByPlace<Map<string, Milli>>;
};

const NOTHING: Supply = { enough: false, availableMilli: 0n, holdsAll: false };

/**
 * Looks up what each place has for the lines. Which kind of stock would serve each goods: SHARED
 * (stores only) when it is enough, else CERTAIN when it is enough together with what the order itself
 * holds there. Written for ten thousand places: little is made per place but its answer.
 */
export function supplies(lines: readonly RoutingLine[], stock: readonly FreeStock[]): Supplies {
  const needs = needsOf(lines);
  for (const free of stock) {
    // An order has few goods: comparing them is quicker than a map that is asked for every place.
    for (const { goodsId, cells } of needs) {
      if (goodsId === free.goodsId) ofType(cells, free.place.type).push(free);
    }
  }
  const ids = needs.flatMap(({ cells, own }) => [
    ...cells.WAREHOUSE.map(({ place }) => place.id),
    ...own.WAREHOUSE.keys(),
  ]);
  return {
    warehouses: [...new Set(ids)],
    of: (type, id) => supplyAt(needs, type, id),
    linesAt: ({ type, id }) =>
      lines.flatMap(({ subOrderId, goodsId }) => {
        const need = needs.find((of) => of.goodsId === goodsId);
        if (!need) return [];
        // Asked once, and not in the order of the places.
        const cell = need.cells[type].find(({ place }) => place.id === id);
        return [{ subOrderId, kind: kindAt(cell, need.milli, type) }];
      }),
  };
}

function supplyAt(needs: readonly Need[], type: Place['type'], id: string): Supply {
  let enough = true;
  let least: Milli | null = null;
  let holdsAll = true;
  for (const { milli: needed, cellAt, own } of needs) {
    const cell = ofType(cellAt, type)(id);
    const ownHere = ofType(own, type);
    const held = ownHere.size > 0 ? (ownHere.get(id) ?? 0n) : 0n;
    let available = cell?.sharedMilli ?? 0n;
    if (kindAt(cell, needed, type) === 'CERTAIN') {
      available = cell?.certainMilli ?? 0n;
      if (held !== 0n) available += held;
      if (available < needed) enough = false;
    }
    if (least === null || available < least) least = available;
    if (held !== needed) holdsAll = false;
  }
  return least === null ? NOTHING : { enough, availableMilli: least, holdsAll };
}

const kindAt = (cell: FreeStock | undefined, needed: Milli, type: Place['type']): StockKind =>
  type === 'STORE' && cell !== undefined && cell.sharedMilli >= needed ? 'SHARED' : 'CERTAIN';

/** Per goods: two lines on the same goods need their sum. */
function needsOf(lines: readonly RoutingLine[]): readonly Need[] {
  const needs = new Map<string, Need>();
  for (const { goodsId, quantityMilli, certainPlace } of lines) {
    const need = needs.get(goodsId) ?? needOf(goodsId);
    needs.set(goodsId, need);
    need.milli += quantityMilli;
    if (!certainPlace) continue;
    const own = need.own[certainPlace.type];
    own.set(certainPlace.id, (own.get(certainPlace.id) ?? 0n) + quantityMilli);
  }
  return [...needs.values()];
}

function needOf(goodsId: string): Need {
  const cells: ByPlace<FreeStock[]> = { STORE: [], WAREHOUSE: [] };
  const idOf = ({ place }: FreeStock): string => place.id;
  const cellAt = {
    STORE: finderOf(cells.STORE, idOf),
    WAREHOUSE: finderOf(cells.WAREHOUSE, idOf),
  };
  const own = { STORE: new Map<string, Milli>(), WAREHOUSE: new Map<string, Milli>() };
  return { goodsId, milli: 0n, cells, cellAt, own };
}
