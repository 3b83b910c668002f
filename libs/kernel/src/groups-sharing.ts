/**
 * Groups of items of which each shares a text with another one of its group, itself or over others; in the order of their
 * first items, each group in the order given. An item without texts is alone.
 */
export function groupsSharing<T>(
  items: readonly T[],
  textsOf: (item: T) => readonly string[],
): T[][] {
  const above = items.map((_, at) => at);
  const topOf = (at: number): number => {
    let top = at;
    for (let next = above[top] ?? top; next !== top; next = above[top] ?? top) top = next;
    above[at] = top;
    return top;
  };
  const firstWith = new Map<string, number>();
  for (const [at, item] of items.entries()) {
    for (const text of textsOf(item)) {
      const first = firstWith.get(text) ?? at;
      firstWith.set(text, first);
      const [one, other] = [topOf(first), topOf(at)];
      above[Math.max(one, other)] = Math.min(one, other);
    }
  }
  return [...Map.groupBy(items.entries(), ([at]) => topOf(at)).values()].map((group) =>
    group.map(([, item]) => item),
  );
}
