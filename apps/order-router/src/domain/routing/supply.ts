import type { Milli, Place, StockKind } from '@astrolabe/kernel';
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

type ByPlace<T> = { readonly STORE: Map<string, T>; readonly WAREHOUSE: Map<string, T> };

/** One goods that the order needs: how much, where it is, and where the order holds it already. */
type Need = {
  milli: Milli;
  readonly cells: ByPlace<FreeStock>;
  readonly own: ByPlace<Milli>;
};

const NOTHING: Supply = { enough: false, availableMilli: 0n, holdsAll: false };

/**
 * Looks up what each place has for the lines. Which kind of stock would serve each goods: SHARED
 * (stores only) when it is enough, else CERTAIN when it is enough together with what the order itself
 * holds there. Written for ten thousand places: little is made per place but its answer.
 */
export function supplies(lines: readonly RoutingLine[], stock: readonly FreeStock[]): Supplies {
  const needs = needsOf(lines);
  for (const free of stock)
    needs.get(free.goodsId)?.cells[free.place.type].set(free.place.id, free);
  const all = [...needs.values()];
  const ids = all.flatMap(({ cells, own }) => [...cells.WAREHOUSE.keys(), ...own.WAREHOUSE.keys()]);
  return {
    warehouses: [...new Set(ids)],
    of: (type, id) => supplyAt(all, type, id),
    linesAt: ({ type, id }) =>
      lines.flatMap(({ subOrderId, goodsId }) => {
        const need = needs.get(goodsId);
        if (!need) return [];
        return [{ subOrderId, kind: kindAt(need.cells[type].get(id), need.milli, type) }];
      }),
  };
}

function supplyAt(needs: readonly Need[], type: Place['type'], id: string): Supply {
  let enough = true;
  let least: Milli | null = null;
  let holdsAll = true;
  for (const { milli: needed, cells, own } of needs) {
    const cell = cells[type].get(id);
    const held = own[type].get(id) ?? 0n;
    const isShared = kindAt(cell, needed, type) === 'SHARED';
    const free = (isShared ? cell?.sharedMilli : cell?.certainMilli) ?? 0n;
    const available = isShared || held === 0n ? free : free + held;
    if (available < needed) enough = false;
    if (least === null || available < least) least = available;
    if (held !== needed) holdsAll = false;
  }
  return least === null ? NOTHING : { enough, availableMilli: least, holdsAll };
}

const kindAt = (cell: FreeStock | undefined, needed: Milli, type: Place['type']): StockKind =>
  type === 'STORE' && cell !== undefined && cell.sharedMilli >= needed ? 'SHARED' : 'CERTAIN';

/** Per goods: two lines on the same goods need their sum. */
function needsOf(lines: readonly RoutingLine[]): ReadonlyMap<string, Need> {
  const needs = new Map<string, Need>();
  for (const { goodsId, quantityMilli, certainPlace } of lines) {
    const need = needs.get(goodsId) ?? { milli: 0n, cells: byPlace(), own: byPlace() };
    needs.set(goodsId, need);
    need.milli += quantityMilli;
    if (!certainPlace) continue;
    const own = need.own[certainPlace.type];
    own.set(certainPlace.id, (own.get(certainPlace.id) ?? 0n) + quantityMilli);
  }
  return needs;
}

const byPlace = <T>(): ByPlace<T> => ({ STORE: new Map(), WAREHOUSE: new Map() });
