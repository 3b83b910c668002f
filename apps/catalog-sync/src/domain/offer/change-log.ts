/** Which of a seller's SKUs have changed, as far back as it goes. */
export type ChangeLog = {
  /** A change of `sku` was seen by a look at everything up to `turn`, which never falls. */
  add(turn: bigint, sku: string): void;
  /** SKUs of changes that began after `turn` and up to the last look, and maybe some more; null for one too long ago. */
  since(turn: bigint): readonly string[] | null;
};

/** Entries, about 100 bytes each. Who is further behind reads anew what it wants: a page of goods is one call. */
const ENTRIES_MAX = 5_000;

/** A log of what is seen from now on, when everything up to `begin` was looked at. */
export function createChangeLog(begin: bigint, entriesMax = ENTRIES_MAX): ChangeLog {
  let entries: { readonly turn: bigint; readonly sku: string }[] = [];
  let knownFrom = begin;
  return {
    add: (turn, sku) => {
      entries.push({ turn, sku });
      if (entries.length <= entriesMax) return;
      const half = Math.ceil(entriesMax / 2);
      // What is left of the same look would be told without the rest of it.
      knownFrom = entries[half - 1]?.turn ?? turn;
      entries = entries.slice(half);
    },
    since: (turn) => {
      if (turn < knownFrom) return null;
      const skus = new Set<string>();
      for (let at = entries.length - 1; at >= 0; at -= 1) {
        const entry = entries[at];
        if (!entry || entry.turn <= turn) break;
        skus.add(entry.sku);
      }
      return [...skus];
    },
  };
}
