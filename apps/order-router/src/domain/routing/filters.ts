import { assertNever } from '@astrolabe/kernel';
import { isOpen as isOpenAtInstant } from './opening.ts';
import type { FilterName } from './rules.ts';
import type { Flow, StoreSettings } from './settings.ts';
import { configOf, rangeOf } from './settings.ts';
import type { Removal, RoutingInput, RoutingStore } from './types.ts';

/** What the filters look at of one store. */
export type Facts = {
  readonly store: RoutingStore;
  readonly settings: StoreSettings | undefined;
  readonly region: number;
  readonly distanceM: number | null;
  /** Orders that stand at the store today, in the order's flow. */
  readonly load: number;
};

type Filter = (facts: Facts) => Removal | null;

/**
 * The seller's filters in their order; the first one that objects names the removal. What is not
 * configured for a store removes nothing: a seller sets up the stores that differ.
 */
export function filtersOf({ order, rules }: RoutingInput): Filter {
  const now = clockAt(order.atMs, order.flow);
  const filters = rules.filters.map(({ name, metres }): Filter => {
    const objection = OBJECTIONS[name];
    return (facts) => (objects(name, metres, facts, now) ? objection : null);
  });
  return (facts) => {
    for (const filter of filters) {
      const removed = filter(facts);
      if (removed) return removed;
    }
    return null;
  };
}

const OBJECTIONS: Readonly<Record<FilterName, Removal>> = {
  'opening-hours': 'CLOSED_NOW',
  'working-time': 'NOT_WORKING',
  'dispatch-time': 'NOT_DISPATCHING',
  'activity-window': 'NOT_ACTIVE',
  'daily-cap': 'CAP_REACHED',
  'same-province': 'OTHER_PROVINCE',
  'same-city': 'OTHER_CITY',
  'max-distance': 'TOO_FAR',
};

type Now = {
  readonly atMs: number;
  readonly flow: Flow;
  readonly isOpen: (startTime: string, endTime: string) => boolean;
  readonly isWorking: (workingTime: string) => boolean;
};

/** The instant of the decision; each spelling of a time of day is read once for all stores. */
function clockAt(atMs: number, flow: Flow): Now {
  const open = new Map<string, Map<string, boolean>>();
  const working = new Map<string, boolean>();
  const isOpenAt = (startTime: string, endTime: string): boolean => {
    const before = open.get(startTime)?.get(endTime);
    if (before !== undefined) return before;
    const known = isOpenAtInstant(startTime, endTime, atMs);
    open.set(startTime, new Map(open.get(startTime)).set(endTime, known));
    return known;
  };
  return {
    atMs,
    flow,
    isOpen: isOpenAt,
    isWorking: (workingTime) => {
      const known = working.get(workingTime);
      if (known !== undefined) return known;
      const range = rangeOf(workingTime);
      const is = !range || isOpenAtInstant(range.startTime, range.endTime, atMs);
      working.set(workingTime, is);
      return is;
    },
  };
}

function objects(
  name: FilterName,
  metres: number,
  { store, settings, region, distanceM, load }: Facts,
  { atMs, flow, isOpen, isWorking }: Now,
): boolean {
  const config = configOf(settings, flow);
  switch (name) {
    case 'opening-hours':
      return !isOpen(store.startTime, store.endTime);
    case 'working-time':
      return config !== null && !isWorking(config.workingTime);
    case 'dispatch-time': {
      // StoreCollectConfig has no dispatch range (A.6): pick-up orders are never held up by it.
      const ranges = flow === 'SHIP' ? (settings?.deliver?.dispatchTimeRanges ?? []) : [];
      return ranges.length > 0 && !ranges.some((r) => isOpen(r.startTime, r.endTime));
    }
    case 'activity-window': {
      const { activeFromMs = null, activeToMs = null } = config ?? {};
      const early = activeFromMs !== null && atMs < activeFromMs;
      return early || (activeToMs !== null && atMs >= activeToMs);
    }
    case 'daily-cap':
      return config !== null && config.threshold !== null && load >= config.threshold;
    // Who collects comes to the store: where the buyer lives does not matter then.
    case 'same-province':
      return flow === 'SHIP' && region > 2;
    case 'same-city':
      return flow === 'SHIP' && region > 1;
    case 'max-distance':
      return flow === 'SHIP' && distanceM !== null && distanceM > metres;
    default:
      return assertNever(name, 'filter');
  }
}
