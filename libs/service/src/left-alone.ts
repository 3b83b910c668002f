/** Work that has failed, by key, and until when it is left alone. */
export type LeftAlone = {
  /** Longer than the last time. */
  readonly failed: (key: string) => void;
  readonly succeeded: (key: string) => void;
  readonly has: (key: string) => boolean;
};

const FIRST_MS = 500;
const MAX_MS = 60_000;
/** More pieces of work than that are not kept: the oldest failure is forgotten. */
const KEPT = 10_000;

/** Half a second, one, two ... a minute. `nowMs` grows; it is no time of day. */
export function createLeftAlone(nowMs: () => number): LeftAlone {
  const entries = new Map<string, { readonly waitMs: number; readonly untilMs: number }>();
  return {
    failed: (key) => {
      const before = entries.get(key);
      const waitMs = before ? Math.min(2 * before.waitMs, MAX_MS) : FIRST_MS;
      entries.delete(key);
      const [oldest] = entries.keys();
      if (entries.size >= KEPT && oldest !== undefined) entries.delete(oldest);
      entries.set(key, { waitMs, untilMs: nowMs() + waitMs });
    },
    succeeded: (key) => void entries.delete(key),
    has: (key) => (entries.get(key)?.untilMs ?? -Infinity) > nowMs(),
  };
}
