/** How long a changed document may still be seen as it was. */
const CACHE_MS = 5_000;
const CACHE_MAX = 1_000;

export type BriefCache<T> = {
  /** The cached value, or what `read` finds; that there is nothing is not cached. */
  get(key: string, read: () => Promise<T | null>): Promise<T | null>;
  forget(key: string): void;
};

/** Caches the few documents in use for seconds; the oldest goes when there are more. */
export function createBriefCache<T>(ticks: () => number): BriefCache<T> {
  const entries = new Map<string, { value: T; until: number }>();
  return {
    get: async (key, read) => {
      const cached = entries.get(key);
      if (cached && cached.until > ticks()) return cached.value;
      const value = await read();
      entries.delete(key);
      if (value !== null) {
        const [oldest] = entries.keys();
        if (entries.size >= CACHE_MAX && oldest !== undefined) entries.delete(oldest);
        entries.set(key, { value, until: ticks() + CACHE_MS });
      }
      return value;
    },
    forget: (key) => void entries.delete(key),
  };
}
