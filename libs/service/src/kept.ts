/** What is remembered by name: of at most so many names, those that were told last. */
export type Kept<V> = {
  get(name: string): V | undefined;
  /** Remembers what was not known before. */
  add(name: string, value: V): void;
};

/** Remembers what does not change once it is known. */
export function createKept<V>(namesMax: number): Kept<V> {
  const values = new Map<string, V>();
  return {
    get: (name) => values.get(name),
    add: (name, value) => {
      if (values.has(name)) return;
      const [oldest] = values.keys();
      if (values.size >= namesMax && oldest !== undefined) values.delete(oldest);
      values.set(name, value);
    },
  };
}
