import type { Result, TimeRange } from '@astrolabe/kernel';
import { err, isNumericId, isTimeRange, ok, timeRange } from '@astrolabe/kernel';
import type { Point } from './distance.ts';
import { isPoint } from './distance.ts';

/** How the goods reach the buyer: shipped, or picked up at the store. */
export type Flow = 'SHIP' | 'PICKUP';

/** What both kinds of configuration say (specification A.6). */
type Availability = {
  /** "09:00-12:00" in Asia/Shanghai; empty: always. */
  readonly workingTime: string;
  /** Orders a day at most; null: no cap, 0: none at all. */
  readonly threshold: number | null;
  /** The store takes part from this instant on (epoch ms); null: since ever. */
  readonly activeFromMs: number | null;
  /** Up to, not with, this instant (epoch ms); null: for ever. */
  readonly activeToMs: number | null;
};

/** StoreDeliverConfig. */
export type DeliverConfig = Availability & {
  /** 0 to 10, 0 is the highest. */
  readonly priority: number;
  /** Orders are sent to the store only within these; empty: always. */
  readonly dispatchTimeRanges: readonly TimeRange[];
};

/** StoreCollectConfig. */
export type CollectConfig = Availability;

/** What a seller has set about one store for routing. */
export type StoreSettings = {
  readonly storeId: string;
  readonly point: Point | null;
  readonly deliver: DeliverConfig | null;
  readonly collect: CollectConfig | null;
};

/** Orders that stand at a store for a day (Asia/Shanghai), by flow. */
export type StoreLoad = { readonly storeId: string; readonly count: number };

/** Orders a day that can be counted at most; the counter is one document that names them all. */
export const MAX_THRESHOLD = 10_000;

const MAX_RANGES = 24;
const LOWEST_PRIORITY = 10;

/** The part of a store's settings that a flow goes by. */
export const configOf = (settings: StoreSettings | undefined, flow: Flow): CollectConfig | null =>
  (flow === 'SHIP' ? settings?.deliver : settings?.collect) ?? null;

/** Whether settings may be stored; the error names the first field that is wrong. */
export function checkSettings(settings: StoreSettings): Result<StoreSettings, string> {
  if (!isNumericId(settings.storeId)) return err('store_id');
  if (settings.point && !isPoint(settings.point)) return err('point');
  const { deliver, collect } = settings;
  const wrong = (deliver && wrongIn(deliver)) ?? (collect && wrongIn(collect));
  if (wrong) return err(wrong);
  if (!deliver) return ok(settings);
  const { priority, dispatchTimeRanges } = deliver;
  if (!Number.isInteger(priority) || priority < 0 || priority > LOWEST_PRIORITY) {
    return err('priority');
  }
  const ranges = dispatchTimeRanges.length <= MAX_RANGES && dispatchTimeRanges.every(isTimeRange);
  return ranges ? ok(settings) : err('dispatch_time_range');
}

function wrongIn(config: Availability): string | null {
  const { workingTime, threshold, activeFromMs, activeToMs } = config;
  if (workingTime !== '' && !timeRange(workingTime)) return 'working_time';
  if (threshold !== null && !(Number.isInteger(threshold) && threshold >= 0)) return 'threshold';
  if (threshold !== null && threshold > MAX_THRESHOLD) return 'threshold';
  const empty = activeFromMs !== null && activeToMs !== null && activeFromMs >= activeToMs;
  return empty ? 'activity' : null;
}
