import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import { distanceTo } from './distance.ts';
import { filtersOf } from './filters.ts';
import { finderOf } from './finder.ts';
import { pointOf, regionRanker } from './region.ts';
import { byTypeAndId, compareBy, deciderOf, sortsOf } from './sorts.ts';
import type { Compare } from './sorts.ts';
import type { Measures } from './store-row.ts';
import { StoreRow, plainRow } from './store-row.ts';
import { supplies } from './supply.ts';
import type { Supplies, Supply } from './supply.ts';
import type { Candidate, Removal, RoutingInput, RoutingOutcome } from './types.ts';

/** Rank of a warehouse where stores have 0 to 3. */
const WAREHOUSE_REGION = 4;

/**
 * Level-3 routing (omni-channel specification section 5): one place for all lines, never a split.
 * Filters remove candidates, sorts order the rest, and the first sort that is no tie decides. Stores
 * come before warehouses; no candidate left means that the allocation has failed. Same input, same outcome.
 */
export function route(input: RoutingInput): RoutingOutcome {
  const supply = supplies(input.order.lines, input.snapshot.stock);
  const sorts = sortsOf(input.rules);
  const { take, result } = podium(compareBy(sorts));
  eachCandidate(input, supply, take);
  const { first, second, candidates, removed } = result();
  return {
    chosen: first && plainRow(first),
    lines: first ? supply.linesAt(first.place) : [],
    decidedBy: first && second ? deciderOf(sorts, first, second) : null,
    candidates,
    removed: [...removed].sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** Everybody looked at: those that can serve in their order, then the removed ones by id. */
export function tableOf(input: RoutingInput): readonly Candidate[] {
  const all: Candidate[] = [];
  eachCandidate(input, supplies(input.order.lines, input.snapshot.stock), (row) => all.push(row));
  const able = all.filter((row) => !row.removed).sort(compareBy(sortsOf(input.rules)));
  return [...able, ...all.filter((row) => row.removed).sort(byTypeAndId)].map(plainRow);
}

type Visit = (row: Candidate) => void;
/** Why a place is out that no filter of the seller removed. */
type RemovalOf = (at: { readonly place: Place; readonly supply: Supply }) => Removal | null;

/** Shows each candidate once; of ten thousand, nobody keeps more than two. */
function eachCandidate(input: RoutingInput, supply: Supplies, visit: Visit): void {
  const { order, rules } = input;
  const refused = new Set(order.refusedBy.map(placeKey));
  const missed = new Set(order.missed.map(placeKey));
  const forced = order.collectStoreId;
  const anyOut = refused.size + missed.size > 0;
  const removalOf: RemovalOf = (at) => {
    if (forced !== undefined || anyOut) {
      const { place } = at;
      // The buyer goes to the chosen store: goods elsewhere are of no use (specification 4.5).
      const isForced = place.type === 'STORE' && place.id === forced;
      if (forced !== undefined && !isForced) return 'OTHER_STORE';
      const key = placeKey(place);
      if (refused.has(key)) return 'REFUSED_BEFORE';
      if (missed.has(key)) return 'MISSED_STOCK';
    }
    return at.supply.enough ? null : 'NOT_ENOUGH_STOCK';
  };
  eachStore(input, supply, removalOf, visit);
  for (const id of supply.warehouses) {
    const place: Place = { type: 'WAREHOUSE', id };
    const has = supply.of('WAREHOUSE', id);
    const { availableMilli, holdsAll } = has;
    const removed = rules.warehouseFallback ? removalOf({ place, supply: has }) : 'NO_FALLBACK';
    const nowhere = { priority: 0, region: WAREHOUSE_REGION, distanceM: null };
    visit({ place, name: id, removed, ...nowhere, availableMilli, holdsAll });
  }
}

function eachStore(
  input: RoutingInput,
  supply: Supplies,
  removalOf: RemovalOf,
  visit: Visit,
): void {
  const { order, rules, snapshot } = input;
  const settingsOf = finderOf(snapshot.settings, (of) => of.storeId);
  const loadOf = finderOf(snapshot.loads, (of) => of.storeId);
  const receiver = pointOf(order.receiver, rules.points);
  const metresTo = receiver && distanceTo(receiver);
  const measures: Measures = {
    regionOf: regionRanker(order.receiver),
    distanceOf: (own) => (own?.point && metresTo ? metresTo(own.point) : null),
    supplyOf: (storeId) => supply.of('STORE', storeId),
  };
  const filter = filtersOf(input, receiver);
  for (const store of snapshot.stores) {
    const { storeId } = store;
    const load = loadOf(storeId)?.count ?? 0;
    const known = { settings: settingsOf(storeId), load, flow: order.flow };
    const row = new StoreRow(store, known, measures);
    row.removed = store.status === 'NORMAL' ? (filter(row) ?? removalOf(row)) : 'NOT_NORMAL';
    visit(row);
  }
}

/** The best and the second best in one pass; the others are only counted. */
function podium(compare: Compare) {
  const removed = new Map<Removal, number>();
  let candidates = 0;
  let first: Candidate | null = null;
  let second: Candidate | null = null;
  const take: Visit = (row) => {
    candidates += 1;
    if (row.removed) {
      removed.set(row.removed, (removed.get(row.removed) ?? 0) + 1);
    } else if (!first || compare(row, first) < 0) {
      second = first;
      first = row;
    } else if (!second || compare(row, second) < 0) {
      second = row;
    }
  };
  return { take, result: () => ({ first, second, candidates, removed }) };
}
