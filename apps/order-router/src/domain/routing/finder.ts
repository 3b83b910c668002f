/** Items that may be left out between two questions. */
const SKIPPED = 16;

/**
 * Finds the items of a list by their ids, which occur once. Who asks in the order of the list, leaving
 * out some here and there, only walks along it; the first question out of order makes an index. Ten thousand stores, their settings,
 * loads and stock usually come in one order, and an index of each takes longer than the decision.
 */
export function finderOf<T>(
  items: readonly T[],
  idOf: (item: T) => string,
): (id: string) => T | undefined {
  let next = 0;
  let index: Map<string, number> | null = null;
  return (id) => {
    if (items.length === 0) return undefined;
    const end = index ? next + 1 : next + 1 + SKIPPED;
    for (let at = next; at < end; at += 1) {
      const item = items[at];
      if (item === undefined) break;
      if (idOf(item) !== id) continue;
      next = at + 1;
      return item;
    }
    index ??= new Map(items.map((item, at) => [idOf(item), at]));
    const at = index.get(id);
    if (at === undefined) return undefined;
    next = at + 1;
    return items[at];
  };
}
