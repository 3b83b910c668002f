import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import { placeFromKey, placeKey } from '@astrolabe/kernel';
import type { Candidate, FreeStock, RoutingLine } from './types.ts';

/** What a place can give to the order. */
export type Supply = {
  /** Everything the order needs is there. */
  readonly enough: boolean;
  readonly availableMilli: Milli;
  readonly holdsAll: boolean;
  readonly lines: Candidate['lines'];
};

type Quantities = ReadonlyMap<string, Milli>;

/**
 * Looks up what each place has for the lines. Which kind of stock would serve each goods: SHARED
 * (stores only) when it is enough, else CERTAIN when it is enough together with what the order itself
 * holds there.
 */
export function supplies(
  lines: readonly RoutingLine[],
  stock: readonly FreeStock[],
): { of: (place: Place) => Supply; warehouses: readonly Place[] } {
  const needs = sumByGoods(lines);
  const cells = byPlace(stock);
  const own = ownByPlace(lines);
  const warehouses = [...new Set([...cells.keys(), ...own.keys()])]
    .filter((key) => key.startsWith('WAREHOUSE:'))
    .flatMap((key) => placeFromKey(key) ?? []);
  return {
    warehouses,
    of: (place) => {
      const key = placeKey(place);
      const there = { cells: cells.get(key) ?? NO_CELLS, own: own.get(key) ?? NOTHING };
      return supplyAt(lines, needs, there, place.type === 'STORE');
    },
  };
}

const NOTHING: Quantities = new Map();
const NO_CELLS: ReadonlyMap<string, FreeStock> = new Map();

function supplyAt(
  lines: readonly RoutingLine[],
  needs: Quantities,
  { cells, own }: { readonly cells: ReadonlyMap<string, FreeStock>; readonly own: Quantities },
  mayUseShared: boolean,
): Supply {
  const kinds = new Map<string, StockKind>();
  let least: Milli | null = null;
  let holdsAll = true;
  for (const [goodsId, needed] of needs) {
    const cell = cells.get(goodsId);
    const held = own.get(goodsId) ?? 0n;
    const shared = mayUseShared ? (cell?.sharedMilli ?? 0n) : 0n;
    const kind: StockKind = shared >= needed ? 'SHARED' : 'CERTAIN';
    const available = kind === 'SHARED' ? shared : (cell?.certainMilli ?? 0n) + held;
    if (available >= needed) kinds.set(goodsId, kind);
    if (least === null || available < least) least = available;
    if (held !== needed) holdsAll = false;
  }
  return {
    enough: kinds.size === needs.size,
    availableMilli: least ?? 0n,
    holdsAll,
    lines: lines.flatMap((line) => {
      const kind = kinds.get(line.goodsId);
      return kind ? [{ subOrderId: line.subOrderId, kind }] : [];
    }),
  };
}

/** Quantity per goods: two lines on the same goods need their sum. */
function sumByGoods(lines: readonly RoutingLine[]): Quantities {
  const sums = new Map<string, Milli>();
  for (const line of lines) {
    sums.set(line.goodsId, (sums.get(line.goodsId) ?? 0n) + line.quantityMilli);
  }
  return sums;
}

function ownByPlace(lines: readonly RoutingLine[]): ReadonlyMap<string, Quantities> {
  const keys = new Set(
    lines.flatMap((line) => (line.certainPlace ? [line.certainPlace] : [])).map(placeKey),
  );
  const at = (key: string): readonly RoutingLine[] =>
    lines.filter((line) => line.certainPlace && placeKey(line.certainPlace) === key);
  return new Map([...keys].map((key) => [key, sumByGoods(at(key))]));
}

function byPlace(stock: readonly FreeStock[]): ReadonlyMap<string, ReadonlyMap<string, FreeStock>> {
  const index = new Map<string, Map<string, FreeStock>>();
  for (const free of stock) {
    const key = placeKey(free.place);
    const goods = index.get(key);
    if (goods) goods.set(free.goodsId, free);
    else index.set(key, new Map([[free.goodsId, free]]));
  }
  return index;
}
