/**
 * A map that remembers at least the last `size` keys and at most twice as many, in two generations:
 * when the young one is full it becomes the old one, whose keys are forgotten. Deterministic, and no
 * key costs more than its entry.
 */
export type Recent<V> = {
  readonly size: number;
  young: Map<string, V>;
  old: Map<string, V>;
};

export const createRecent = <V>(size: number): Recent<V> => ({
  size,
  young: new Map(),
  old: new Map(),
});

export const recall = <V>(recent: Recent<V>, key: string): V | undefined =>
  recent.young.get(key) ?? recent.old.get(key);

export function remember<V>(recent: Recent<V>, key: string, value: V): void {
  recent.young.set(key, value);
  if (recent.young.size < recent.size) return;
  recent.old = recent.young;
  recent.young = new Map();
}
