import { METRIC, counter } from '@astrolabe/telemetry';

/** First pause after "too many calls", and the longest (field A1). */
const FIRST_MS = 10_000;
const LONGEST_MS = 120_000;
/** An application may be so far ahead of its rate. */
const AHEAD_MS = 1_000;

const withheld = counter(
  METRIC.platformWithheld,
  'Calls that were not sent to a platform, because the application is above its rate or waits',
  ['app_key', 'reason'],
);

/** When applications may call again; of this process alone. */
export type Pauses = {
  /** Milliseconds to wait before a call, which is then not to be sent; 0: it may be sent, and counts. */
  waitBefore(appKey: string, callsPerSecond: number): number;
  /** The platform said that there were too many; returns how long the application waits. */
  tooMany(appKey: string, afterMs: number | null): number;
  /** The platform took a call: the next pause is short again. */
  answered(appKey: string): void;
};

type State = { until: number; pauseMs: number; nextAt: number };

/**
 * Every caller of an application waits when one of them was told that there were too many: so long as the platform
 * says, or else ten seconds, doubled up to two minutes. `ticks` are monotonic milliseconds.
 */
export function createPauses(ticks: () => number): Pauses {
  const states = new Map<string, State>();
  const stateOf = (appKey: string): State => {
    const known = states.get(appKey) ?? { until: 0, pauseMs: FIRST_MS, nextAt: 0 };
    states.set(appKey, known);
    return known;
  };
  return {
    waitBefore: (appKey, callsPerSecond) => {
      const state = stateOf(appKey);
      const now = ticks();
      if (state.until > now) {
        withheld.inc({ app_key: appKey, reason: 'pause' });
        return Math.ceil(state.until - now);
      }
      if (callsPerSecond <= 0) return 0;
      const nextAt = Math.max(state.nextAt, now);
      if (nextAt - now >= AHEAD_MS) {
        withheld.inc({ app_key: appKey, reason: 'rate' });
        return Math.ceil(nextAt - now - AHEAD_MS) + 1;
      }
      state.nextAt = nextAt + 1_000 / callsPerSecond;
      return 0;
    },
    tooMany: (appKey, afterMs) => {
      const state = stateOf(appKey);
      const now = ticks();
      // Calls that were under way together are one refusal.
      if (state.until <= now) {
        const pauseMs = afterMs ?? state.pauseMs;
        if (afterMs === null) state.pauseMs = Math.min(LONGEST_MS, state.pauseMs * 2);
        state.until = now + pauseMs;
      }
      return Math.ceil(state.until - now);
    },
    answered: (appKey) => {
      stateOf(appKey).pauseMs = FIRST_MS;
    },
  };
}
