import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { Point } from './distance.ts';
import { distanceM } from './distance.ts';
import { filtersOf } from './filters.ts';
import { pointOf, regionRanker } from './region.ts';
import { byTypeAndId, compareBy, deciderOf, sortsOf } from './sorts.ts';
import type { Compare, NamedSort } from './sorts.ts';
import { supplies } from './supply.ts';
import type { Supplies, Supply } from './supply.ts';
import type { Candidate, Removal, RoutingInput, RoutingOutcome } from './types.ts';

/** Rank of a warehouse where stores have 0 to 3. */
const WAREHOUSE_REGION = 4;

/**
 * Level-3 routing (omni-channel specification section 5): one place for all lines, never a split.
 * Filters remove candidates, sorts order the rest, and the first sort that is no tie decides. Stores
 * come before warehouses; no candidate left means AllocateFail. Same input, same outcome.
 */
export function route(input: RoutingInput): RoutingOutcome {
  const supply = supplies(input.order.lines, input.snapshot.stock);
  return outcomeOf(candidatesOf(input, supply), supply, sortsOf(input.rules));
}

/** Everybody looked at: those that can serve in their order, then the removed ones by id. */
export function tableOf(input: RoutingInput): readonly Candidate[] {
  const all = candidatesOf(input, supplies(input.order.lines, input.snapshot.stock));
  const able = all.filter((row) => !row.removed).sort(compareBy(sortsOf(input.rules)));
  return [...able, ...all.filter((row) => row.removed).sort(byTypeAndId)];
}

function candidatesOf(input: RoutingInput, supply: Supplies): readonly Candidate[] {
  const { order, rules } = input;
  const refused = new Set(order.refusedBy.map(placeKey));
  const missed = new Set(order.missed.map(placeKey));
  const forced = order.collectStoreId;
  const anyOut = refused.size + missed.size > 0;
  const removalOf = (place: Place, has: Supply): Removal | null => {
    // The buyer goes to the chosen store: goods elsewhere are of no use (specification 4.5).
    if (forced !== undefined && (place.type !== 'STORE' || place.id !== forced)) {
      return 'OTHER_STORE';
    }
    const key = anyOut ? placeKey(place) : '';
    if (refused.has(key)) return 'REFUSED_BEFORE';
    if (missed.has(key)) return 'MISSED_STOCK';
    return has.enough ? null : 'NOT_ENOUGH_STOCK';
  };
  const warehouses = supply.warehouses.map((id): Candidate => {
    const place: Place = { type: 'WAREHOUSE', id };
    const has = supply.of('WAREHOUSE', id);
    const removed = rules.warehouseFallback ? removalOf(place, has) : 'NO_FALLBACK';
    return candidate(place, id, removed, 0, WAREHOUSE_REGION, null, has);
  });
  return [...storesOf(input, supply, removalOf), ...warehouses];
}

function storesOf(
  input: RoutingInput,
  supply: Supplies,
  removalOf: (place: Place, has: Supply) => Removal | null,
): readonly Candidate[] {
  const { order, rules, snapshot } = input;
  const regionOf = regionRanker(order.receiver);
  const settings = new Map(snapshot.settings.map((of) => [of.storeId, of]));
  const loads = new Map(snapshot.loads.map(({ storeId, count }) => [storeId, count]));
  const receiver = pointOf(order.receiver, rules.points);
  const filter = filtersOf(input);
  return snapshot.stores.map((store) => {
    const { storeId } = store;
    const place: Place = { type: 'STORE', id: storeId };
    const own = settings.get(storeId);
    const region = regionOf(store);
    const away = between(own?.point ?? null, receiver);
    const load = loads.get(storeId) ?? 0;
    const has = supply.of('STORE', storeId);
    const removed =
      store.status === 'NORMAL'
        ? (filter({ store, settings: own, region, distanceM: away, load }) ?? removalOf(place, has))
        : 'NOT_NORMAL';
    const priority = own?.deliver?.priority ?? store.priority;
    return candidate(place, store.name, removed, priority, region, away, has);
  });
}

const between = (store: Point | null, receiver: Point | null): number | null =>
  store && receiver ? distanceM(store, receiver) : null;

const candidate = (
  place: Place,
  name: string,
  removed: Removal | null,
  priority: number,
  region: number,
  away: number | null,
  { availableMilli, holdsAll }: Supply,
): Candidate => ({
  place,
  name,
  removed,
  priority,
  region,
  distanceM: away,
  availableMilli,
  holdsAll,
});

/** The best and the second best in one pass; the others are only counted. */
function outcomeOf(
  all: readonly Candidate[],
  supply: Supplies,
  sorts: readonly NamedSort[],
): RoutingOutcome {
  const compare: Compare = compareBy(sorts);
  const removed = new Map<Removal, number>();
  let first: Candidate | null = null;
  let second: Candidate | null = null;
  for (const row of all) {
    if (row.removed) {
      removed.set(row.removed, (removed.get(row.removed) ?? 0) + 1);
    } else if (!first || compare(row, first) < 0) {
      second = first;
      first = row;
    } else if (!second || compare(row, second) < 0) {
      second = row;
    }
  }
  return {
    chosen: first,
    lines: first ? supply.linesAt(first.place) : [],
    decidedBy: first && second ? deciderOf(sorts, first, second) : null,
    candidates: all.length,
    removed: [...removed].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}
