import type { Milli, Place, StockKind } from '@astrolabe/kernel';
import { isNumericId, placeFromKey, placeKey } from '@astrolabe/kernel';
import { isOpen } from './opening.ts';
import { regionRank } from './region.ts';
import type {
  Candidate,
  FreeStock,
  Removal,
  RoutingInput,
  RoutingLine,
  RoutingOrder,
  RoutingOutcome,
  RoutingStore,
  SortName,
} from './types.ts';

/**
 * Level-3 routing (omni-channel specification section 5): one place for all lines, never a split.
 * Filters remove candidates, sorts order the rest, and the first sort that is no tie decides. Stores
 * come before warehouses; no candidate left means AllocateFail. Same input, same outcome.
 */
export function route(input: RoutingInput): RoutingOutcome {
  const { order, rules, snapshot } = input;
  const needs = needsOf(order.lines);
  const stock = byPlace(snapshot.stock);
  const out = {
    refused: new Set(order.refusedBy.map(placeKey)),
    missed: new Set(order.missed.map(placeKey)),
  };
  const closed = (store: RoutingStore): boolean =>
    rules.openingHours && !isOpen(store.startTime, store.endTime, order.atMs);
  const stores = snapshot.stores.map((store) => {
    const place: Place = { type: 'STORE', id: store.storeId };
    const supply = supplyAt(place, needs, order.lines, stock, true);
    const removed = removalOf(place, out, supply, () => {
      if (store.status !== 'NORMAL') return 'NOT_NORMAL';
      return closed(store) ? 'CLOSED_NOW' : null;
    });
    const region = regionRank(store, order.receiver);
    return { place, name: store.name, removed, priority: store.priority, region, ...supply };
  });
  const warehouses = warehousesOf(order, stock).map((place) => {
    const supply = supplyAt(place, needs, order.lines, stock, false);
    const removed = removalOf(place, out, supply, () => null);
    return { place, name: place.id, removed, priority: 0, region: 4, ...supply };
  });
  return ranked([...stores, ...warehouses].map(toCandidate));
}

type Needs = ReadonlyMap<string, Milli>;
type StockIndex = ReadonlyMap<string, ReadonlyMap<string, FreeStock>>;
type Supply = {
  readonly kinds: ReadonlyMap<string, StockKind> | null;
  readonly availableMilli: Milli;
  readonly holdsAll: boolean;
  readonly lines: Candidate['lines'];
};

/** Quantity per goods: two lines on the same goods need their sum. */
function needsOf(lines: readonly RoutingLine[]): Needs {
  const needs = new Map<string, Milli>();
  for (const line of lines) {
    needs.set(line.goodsId, (needs.get(line.goodsId) ?? 0n) + line.quantityMilli);
  }
  return needs;
}

function byPlace(stock: readonly FreeStock[]): StockIndex {
  const index = new Map<string, Map<string, FreeStock>>();
  for (const free of stock) {
    const key = placeKey(free.place);
    const goods = index.get(key) ?? new Map<string, FreeStock>();
    goods.set(free.goodsId, free);
    index.set(key, goods);
  }
  return index;
}

/** Warehouses with any of the goods, and those that hold for the order already. */
function warehousesOf(order: RoutingOrder, stock: StockIndex): readonly Place[] {
  const keys = new Set(stock.keys());
  for (const line of order.lines) if (line.certainPlace) keys.add(placeKey(line.certainPlace));
  return [...keys]
    .filter((key) => key.startsWith('WAREHOUSE:'))
    .flatMap((key) => placeFromKey(key) ?? []);
}

/**
 * Which kind of stock would serve each goods at the place: SHARED when it is enough, else CERTAIN
 * when it is enough together with what the order itself holds there.
 */
function supplyAt(
  place: Place,
  needs: Needs,
  lines: readonly RoutingLine[],
  stock: StockIndex,
  mayUseShared: boolean,
): Supply {
  const key = placeKey(place);
  const free = stock.get(key);
  const own = needsOf(lines.filter((l) => l.certainPlace && placeKey(l.certainPlace) === key));
  const kinds = new Map<string, StockKind>();
  let least: Milli | null = null;
  for (const [goodsId, needed] of needs) {
    const cell = free?.get(goodsId);
    const shared = mayUseShared ? (cell?.sharedMilli ?? 0n) : 0n;
    const certain = (cell?.certainMilli ?? 0n) + (own.get(goodsId) ?? 0n);
    const kind: StockKind = shared >= needed ? 'SHARED' : 'CERTAIN';
    const available = kind === 'SHARED' ? shared : certain;
    if (available >= needed) kinds.set(goodsId, kind);
    if (least === null || available < least) least = available;
  }
  return {
    kinds: kinds.size === needs.size ? kinds : null,
    availableMilli: least ?? 0n,
    holdsAll: [...needs].every(([goodsId, needed]) => own.get(goodsId) === needed),
    lines: lines.flatMap((line) => {
      const kind = kinds.get(line.goodsId);
      return kind ? [{ subOrderId: line.subOrderId, kind }] : [];
    }),
  };
}

function removalOf(
  place: Place,
  out: { refused: ReadonlySet<string>; missed: ReadonlySet<string> },
  supply: Supply,
  ownRules: () => Removal | null,
): Removal | null {
  const removed = ownRules();
  if (removed) return removed;
  const key = placeKey(place);
  if (out.refused.has(key)) return 'REFUSED_BEFORE';
  if (out.missed.has(key)) return 'MISSED_STOCK';
  return supply.kinds === null ? 'NOT_ENOUGH_STOCK' : null;
}

const toCandidate = (row: Candidate & Pick<Supply, 'kinds'>): Candidate => ({
  place: row.place,
  name: row.name,
  removed: row.removed,
  priority: row.priority,
  region: row.region,
  availableMilli: row.availableMilli,
  holdsAll: row.holdsAll,
  lines: row.removed ? [] : row.lines,
});

type Compare = (a: Candidate, b: Candidate) => number;

const SORTS: readonly (readonly [SortName, Compare])[] = [
  ['place-type', (a, b) => typeRank(a) - typeRank(b)],
  // Among warehouses the one that holds everything already wins: nothing has to be moved.
  ['holds-all', (a, b) => heldRank(a) - heldRank(b)],
  ['priority', (a, b) => a.priority - b.priority],
  ['region', (a, b) => a.region - b.region],
  ['available', (a, b) => compareMilli(b.availableMilli, a.availableMilli)],
  ['id', (a, b) => compareIds(a.place.id, b.place.id)],
];

const typeRank = (candidate: Candidate): number => (candidate.place.type === 'STORE' ? 0 : 1);
const heldRank = (candidate: Candidate): number =>
  candidate.place.type === 'WAREHOUSE' && candidate.holdsAll ? 0 : 1;
const compareMilli = (a: Milli, b: Milli): number => (a < b ? -1 : a > b ? 1 : 0);

/** Numeric ids by number, others by code unit; numbers first. */
function compareIds(a: string, b: string): number {
  const [numericA, numericB] = [isNumericId(a), isNumericId(b)];
  if (numericA !== numericB) return numericA ? -1 : 1;
  if (numericA && a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function ranked(all: readonly Candidate[]): RoutingOutcome {
  const able = all.filter((candidate) => !candidate.removed).sort(compareAll);
  const removed = all
    .filter((candidate) => candidate.removed)
    .sort((a, b) => typeRank(a) - typeRank(b) || compareIds(a.place.id, b.place.id));
  const [first, second] = able;
  const decidedBy =
    first && second ? (SORTS.find(([, sort]) => sort(first, second) !== 0)?.[0] ?? null) : null;
  return { chosen: first ?? null, decidedBy, candidates: [...able, ...removed] };
}

function compareAll(a: Candidate, b: Candidate): number {
  for (const [, sort] of SORTS) {
    const order = sort(a, b);
    if (order !== 0) return order;
  }
  return 0;
}
