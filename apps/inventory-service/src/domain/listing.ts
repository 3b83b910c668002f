/**
 * A seller's holds in the order of their creation, a few forgotten ones among them. They lie in runs of plain
 * numbers: a listing grows and is swept run by run, however long it is, and the garbage collector
 * never walks it.
 */
export type Listing = {
  /** What is appended goes to the last one; those before it are replaced, never changed. */
  readonly runs: Run[];
  /** Holds in all runs. */
  length: number;
  /** The run that is swept next. */
  next: number;
};

export type Run = {
  readonly numbers: Float64Array;
  readonly addresses: Uint32Array;
  count: number;
};

const RUN_MIN = 16;
/** What one step of sweeping looks at. */
export const RUN_MAX = 16_384;

export const createListing = (): Listing => ({ runs: [], length: 0, next: 0 });

const createRun = (room: number): Run => ({
  numbers: new Float64Array(room),
  addresses: new Uint32Array(room),
  count: 0,
});

/** Numbers must come in their order. */
export function addToListing(listing: Listing, number: number, address: number): void {
  let run = listing.runs.at(-1);
  if (!run || run.count === run.numbers.length) {
    run = createRun(Math.min(RUN_MAX, Math.max(RUN_MIN, listing.length)));
    listing.runs.push(run);
  }
  add(run, number, address);
  listing.length += 1;
}

function add(run: Run, number: number, address: number): void {
  run.numbers[run.count] = number;
  run.addresses[run.count] = address;
  run.count += 1;
}

/**
 * Takes those out of the next run that are not there any more; what is left of it joins the run before when
 * both fit into one. The last run is left alone.
 */
export function sweepNext(
  listing: Listing,
  isThere: (address: number, number: number) => boolean,
): void {
  const { runs } = listing;
  const last = runs.length - 1;
  const at = listing.next < last ? listing.next : 0;
  const run = runs[at];
  if (!run || at === last) return;
  const before = runs[at - 1];
  const joined = before && before.count + run.count <= RUN_MAX ? before : null;
  const looked = run.count + (joined?.count ?? 0);
  const kept = createRun(looked);
  if (joined) addAll(kept, joined);
  addAll(kept, run, isThere);
  listing.length -= looked - kept.count;
  const from = joined ? at - 1 : at;
  const left = kept.count > 0 ? [fitted(kept)] : [];
  runs.splice(from, at - from + 1, ...left);
  listing.next = from + left.length;
}

function addAll(
  into: Run,
  { numbers, addresses, count }: Run,
  isKept: (address: number, number: number) => boolean = () => true,
): void {
  for (let at = 0; at < count; at += 1) {
    const number = numbers[at] ?? 0;
    const address = addresses[at] ?? 0;
    if (isKept(address, number)) add(into, number, address);
  }
}

function fitted(run: Run): Run {
  const { numbers, addresses, count } = run;
  if (count === numbers.length) return run;
  return { numbers: numbers.slice(0, count), addresses: addresses.slice(0, count), count };
}

export type Listed = { readonly number: number; readonly address: number };

/** In their order, after number `after`. */
export function* listedAfter(listing: Listing, after: number): Generator<Listed> {
  for (const { numbers, addresses, count } of listing.runs) {
    if ((numbers[count - 1] ?? 0) <= after) continue;
    for (let at = firstAfter(numbers, count, after); at < count; at += 1) {
      yield { number: numbers[at] ?? 0, address: addresses[at] ?? 0 };
    }
  }
}

function firstAfter(numbers: Float64Array, count: number, after: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The runs as they are now: later changes do not show in them. */
export const frozenRuns = ({ runs }: Listing): readonly Run[] => runs.map((run) => ({ ...run }));
