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
  const filters = rules.filters.map(({ name, metres }) => ({ ...FILTERS[name], metres }));
  return (facts) => {
    for (const { removal, objects, metres } of filters) {
      if (objects(facts, now, metres)) return removal;
    }
    return null;
  };
}

type Now = {
  readonly atMs: number;
  readonly flow: Flow;
  readonly isOpen: (startTime: string, endTime: string) => boolean;
  readonly isWorking: (workingTime: string) => boolean;
};

/** The instant of the decision; each spelling of a time of day is read once for all stores. */
function clockAt(atMs: number, flow: Flow): Now {
  const opensAt = once((start) => once((end) => isOpenAtInstant(start, end, atMs)));
  return {
    atMs,
    flow,
    isOpen: (startTime, endTime) => opensAt(startTime)(endTime),
    isWorking: once((workingTime) => {
      const range = rangeOf(workingTime);
      return !range || isOpenAtInstant(range.startTime, range.endTime, atMs);
    }),
  };
}

/** What was worked out for a text is not worked out again; the last one is at hand. */
function once<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  let last: { readonly text: string; readonly result: T } | null = null;
  return (text) => {
    if (last?.text === text) return last.result;
    const before = known.get(text);
    const result = before === undefined ? work(text) : before;
    known.set(text, result);
    last = { text, result };
    return result;
  };
}

type Objection = {
  readonly removal: Removal;
  readonly objects: (facts: Facts, now: Now, metres: number) => boolean;
};

const FILTERS: Readonly<Record<FilterName, Objection>> = {
  'opening-hours': {
    removal: 'CLOSED_NOW',
    objects: ({ store }, { isOpen }) => !isOpen(store.startTime, store.endTime),
  },
  'working-time': {
    removal: 'NOT_WORKING',
    objects: ({ settings }, { flow, isWorking }) => {
      const config = configOf(settings, flow);
      return config !== null && !isWorking(config.workingTime);
    },
  },
  'dispatch-time': {
    removal: 'NOT_DISPATCHING',
    objects: ({ settings }, { flow, isOpen }) => {
      // StoreCollectConfig has no dispatch range (A.6): pick-up orders are never held up by it.
      const ranges = flow === 'SHIP' ? (settings?.deliver?.dispatchTimeRanges ?? []) : [];
      return ranges.length > 0 && !ranges.some((r) => isOpen(r.startTime, r.endTime));
    },
  },
  'activity-window': {
    removal: 'NOT_ACTIVE',
    objects: ({ settings }, { flow, atMs }) => {
      const { activeFromMs = null, activeToMs = null } = configOf(settings, flow) ?? {};
      const early = activeFromMs !== null && atMs < activeFromMs;
      return early || (activeToMs !== null && atMs >= activeToMs);
    },
  },
  'daily-cap': {
    removal: 'CAP_REACHED',
    objects: ({ settings, load }, { flow }) => {
      const threshold = configOf(settings, flow)?.threshold ?? null;
      return threshold !== null && load >= threshold;
    },
  },
  // Who collects comes to the store: where the buyer lives does not matter then.
  'same-province': {
    removal: 'OTHER_PROVINCE',
    objects: (facts, { flow }) => flow === 'SHIP' && facts.region > 2,
  },
  'same-city': {
    removal: 'OTHER_CITY',
    objects: (facts, { flow }) => flow === 'SHIP' && facts.region > 1,
  },
  'max-distance': {
    removal: 'TOO_FAR',
    objects: (facts, { flow }, metres) =>
      flow === 'SHIP' && facts.distanceM !== null && facts.distanceM > metres,
  },
};
