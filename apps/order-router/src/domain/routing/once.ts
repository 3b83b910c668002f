/**
 * What was worked out for a text is not worked out again; the last one is at hand, since neighbours in a list are often alike.
 */
export function once<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly result: T }>();
  let lastText = '';
  let last: { readonly result: T } | undefined;
  return (text) => {
    if (last !== undefined && lastText === text) return last.result;
    let found = known.get(text);
    if (found === undefined) {
      found = { result: work(text) };
      known.set(text, found);
    }
    lastText = text;
    last = found;
    return found.result;
  };
}
