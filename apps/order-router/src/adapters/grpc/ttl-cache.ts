/** Remembers answers for a while; bounded, the oldest entry goes first. */
export type TtlCache<V> = {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
};

/** A cache of at most `size` entries that live `freshMs` each. */
export function ttlCache<V>(size: number, freshMs: number, now: () => number): TtlCache<V> {
  const entries = new Map<string, { until: number; value: V }>();
  return {
    get: (key) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.until > now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    set: (key, value) => {
      entries.delete(key);
      const oldest = entries.keys().next();
      if (entries.size >= size && !oldest.done) entries.delete(oldest.value);
      entries.set(key, { until: now() + freshMs, value });
    },
  };
}
