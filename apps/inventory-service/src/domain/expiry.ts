/** When a time-limited hold ends. An entry may be out of date; the hold itself is the truth. */
export type Due = { readonly atMs: number; readonly sellerId: string; readonly ref: string };

/** A binary heap of ends of life, the nearest first. */
export type Expiry = { readonly heap: Due[] };

export const createExpiry = (): Expiry => ({ heap: [] });

export function schedule({ heap }: Expiry, due: Due): void {
  let at = heap.length;
  heap.push(due);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (!above || !before(due, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = due;
}

/** The nearest end of life, if any. */
export const nearest = ({ heap }: Expiry): Due | undefined => heap[0];

/** Takes the nearest one out. */
export function unschedule({ heap }: Expiry): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    if (!left) break;
    const right = heap[2 * at + 2];
    const useRight = right !== undefined && before(right, left);
    const child = useRight ? right : left;
    if (!before(child, last)) break;
    heap[at] = child;
    at = 2 * at + (useRight ? 2 : 1);
  }
  heap[at] = last;
}

/** By time, then by reference: the order must not depend on the history of the heap. */
function before(a: Due, b: Due): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  return a.ref < b.ref || (a.ref === b.ref && a.sellerId < b.sellerId);
}
