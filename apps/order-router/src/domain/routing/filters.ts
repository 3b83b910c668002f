import { isOpen, timeRange } from '@astrolabe/kernel';
import type { Point } from './distance.ts';
import { beyond } from './distance.ts';
import { once } from './once.ts';
import type { FilterName } from './rules.ts';
import type { CollectConfig, Flow, StoreSettings } from './settings.ts';
import type { Removal, RoutingInput, RoutingStore } from './types.ts';

/** What the filters look at of one store. */
export type Facts = {
  readonly store: RoutingStore;
  readonly settings: StoreSettings | undefined;
  /** The part of them that the order's flow goes by. */
  readonly config: CollectConfig | null;
  readonly region: number;
  /** Orders that stand at the store today, in the order's flow. */
  readonly load: number;
};

type Filter = (facts: Facts) => Removal | null;

/**
 * The seller's filters in their order; the first one that objects names the removal. What is not
 * configured for a store removes nothing: a seller sets up the stores that differ. `receiver` is where
 * the goods go, null when that is not known.
 */
export function filtersOf({ order, rules }: RoutingInput, receiver: Point | null): Filter {
  const { atMs, flow } = order;
  const filters = rules.filters.map(({ name, metres }) => {
    const { removal, of } = FILTERS[name];
    return { removal, objects: of({ atMs, flow, receiver, metres }) };
  });
  return (facts) => {
    for (const { removal, objects } of filters) {
      if (objects(facts)) return removal;
    }
    return null;
  };
}

/** Whether two times of day enclose the instant; each spelling is read once for all stores. */
function openAt(atMs: number): (startTime: string, endTime: string) => boolean {
  const from = once((start) => once((end) => isOpen(start, end, atMs)));
  return (startTime, endTime) => from(startTime)(endTime);
}

type Asked = {
  readonly atMs: number;
  readonly flow: Flow;
  readonly receiver: Point | null;
  readonly metres: number;
};
type Objection = {
  readonly removal: Removal;
  /** What is the same for all stores is worked out first. */
  readonly of: (asked: Asked) => (facts: Facts) => boolean;
};

const never = (): boolean => false;

const FILTERS: Readonly<Record<FilterName, Objection>> = {
  'opening-hours': {
    removal: 'CLOSED_NOW',
    of: ({ atMs }) => {
      const opens = openAt(atMs);
      return ({ store }) => !opens(store.startTime, store.endTime);
    },
  },
  'working-time': {
    removal: 'NOT_WORKING',
    of: ({ atMs }) => {
      const works = once((workingTime) => {
        const range = timeRange(workingTime);
        return !range || isOpen(range.startTime, range.endTime, atMs);
      });
      return ({ config }) => config !== null && !works(config.workingTime);
    },
  },
  'dispatch-time': {
    removal: 'NOT_DISPATCHING',
    of: ({ atMs, flow }) => {
      // StoreCollectConfig has no dispatch range (A.6): pick-up orders are never held up by it.
      if (flow !== 'SHIP') return never;
      const opens = openAt(atMs);
      return ({ settings }) => {
        const ranges = settings?.deliver?.dispatchTimeRanges;
        if (!ranges || ranges.length === 0) return false;
        for (const { startTime, endTime } of ranges) {
          if (opens(startTime, endTime)) return false;
        }
        return true;
      };
    },
  },
  'activity-window': {
    removal: 'NOT_ACTIVE',
    of: ({ atMs }) => {
      return ({ config }) => {
        if (config === null) return false;
        const { activeFromMs, activeToMs } = config;
        const early = activeFromMs !== null && atMs < activeFromMs;
        return early || (activeToMs !== null && atMs >= activeToMs);
      };
    },
  },
  'daily-cap': {
    removal: 'CAP_REACHED',
    of: () => {
      return ({ config, load }) =>
        config !== null && config.threshold !== null && load >= config.threshold;
    },
  },
  // Who collects comes to the store: where the buyer lives does not matter then.
  'same-province': {
    removal: 'OTHER_PROVINCE',
    of: ({ flow }) => (flow === 'SHIP' ? ({ region }) => region > 2 : never),
  },
  'same-city': {
    removal: 'OTHER_CITY',
    of: ({ flow }) => (flow === 'SHIP' ? ({ region }) => region > 1 : never),
  },
  'max-distance': {
    removal: 'TOO_FAR',
    of: ({ flow, receiver, metres }) => {
      if (flow !== 'SHIP' || !receiver) return never;
      const isBeyond = beyond(receiver, metres);
      return ({ settings }) => !!settings?.point && isBeyond(settings.point);
    },
  },
};
