import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import type { Point } from './distance.ts';
import { distanceM } from './distance.ts';
import { filtersOf } from './filters.ts';
import { pointOf, regionRanker } from './region.ts';
import { byTypeAndId, compareBy, deciderOf, sortsOf } from './sorts.ts';
import { supplies } from './supply.ts';
import type { Supply } from './supply.ts';
import type { Candidate, Removal, RoutingInput, RoutingOutcome, RoutingRules } from './types.ts';

/** Rank of a warehouse where stores have 0 to 3. */
const WAREHOUSE_REGION = 4;

/**
 * Level-3 routing (omni-channel specification section 5): one place for all lines, never a split.
 * Filters remove candidates, sorts order the rest, and the first sort that is no tie decides. Stores
 * come before warehouses; no candidate left means AllocateFail. Same input, same outcome.
 */
export function route(input: RoutingInput): RoutingOutcome {
  const { order, rules, snapshot } = input;
  const supply = supplies(order.lines, snapshot.stock);
  const refused = new Set(order.refusedBy.map(placeKey));
  const missed = new Set(order.missed.map(placeKey));
  const removalOf = (place: Place, has: Supply): Removal | null => {
    const key = placeKey(place);
    if (refused.has(key)) return 'REFUSED_BEFORE';
    if (missed.has(key)) return 'MISSED_STOCK';
    return has.enough ? null : 'NOT_ENOUGH_STOCK';
  };
  const stores = storesOf(input, supply.of, removalOf);
  const warehouses = supply.warehouses.map((place): Candidate => {
    const has = supply.of(place);
    const removed = rules.warehouseFallback ? removalOf(place, has) : 'NO_FALLBACK';
    const facts = { priority: 0, region: WAREHOUSE_REGION, distanceM: null };
    return candidate(place, place.id, removed, facts, has);
  });
  return ranked([...stores, ...warehouses], rules);
}

function storesOf(
  input: RoutingInput,
  supplyOf: (place: Place) => Supply,
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
    const has = supplyOf(place);
    const removed =
      store.status === 'NORMAL'
        ? (filter({ store, settings: own, region, distanceM: away, load }) ?? removalOf(place, has))
        : 'NOT_NORMAL';
    const priority = own?.deliver?.priority ?? store.priority;
    return candidate(place, store.name, removed, { priority, region, distanceM: away }, has);
  });
}

const between = (store: Point | null, receiver: Point | null): number | null =>
  store && receiver ? distanceM(store, receiver) : null;

const candidate = (
  place: Place,
  name: string,
  removed: Removal | null,
  facts: Pick<Candidate, 'priority' | 'region' | 'distanceM'>,
  { availableMilli, holdsAll, lines }: Supply,
): Candidate => ({
  place,
  name,
  removed,
  priority: facts.priority,
  region: facts.region,
  distanceM: facts.distanceM,
  availableMilli,
  holdsAll,
  lines: removed ? [] : lines,
});

function ranked(all: readonly Candidate[], rules: RoutingRules): RoutingOutcome {
  const sorts = sortsOf(rules);
  const able = all.filter((row) => !row.removed).sort(compareBy(sorts));
  const removed = all.filter((row) => row.removed).sort(byTypeAndId);
  const [first, second] = able;
  return {
    chosen: first ?? null,
    decidedBy: first && second ? deciderOf(sorts, first, second) : null,
    candidates: [...able, ...removed],
  };
}
