/** One number of the stock: what is there under one promise, what of it is held, and what a rule keeps back. */
export type Counted = {
  readonly kind: 'CERTAIN' | 'SHARED';
  readonly quantityMilli: bigint;
  readonly heldMilli: bigint;
  readonly keptBackMilli: bigint;
};

/** Thousandths of a piece. Where nothing is short, on hand is held, buffer and free together. */
export type Sums = {
  readonly onHandMilli: bigint;
  readonly heldMilli: bigint;
  readonly bufferMilli: bigint;
  readonly freeMilli: bigint;
};

export type StockSums = {
  readonly certain: Sums;
  readonly shared: Sums;
  /** Numbers that promise more than is there. */
  readonly short: number;
};

const NOTHING: Sums = { onHandMilli: 0n, heldMilli: 0n, bufferMilli: 0n, freeMilli: 0n };

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** What may still be promised of a number; a place that is short has nothing, and takes nothing from others. */
export function freeOf({ quantityMilli, heldMilli, keptBackMilli }: Counted): bigint {
  const free = quantityMilli - heldMilli - keptBackMilli;
  return free > 0n ? free : 0n;
}

/** What a rule keeps back of what is there: never more than is left of it. */
function bufferOf({ quantityMilli, heldMilli, keptBackMilli }: Counted): bigint {
  const left = quantityMilli - heldMilli;
  return left > 0n ? least(left, keptBackMilli) : 0n;
}

const plus = (sums: Sums, cell: Counted): Sums => ({
  onHandMilli: sums.onHandMilli + cell.quantityMilli,
  heldMilli: sums.heldMilli + cell.heldMilli,
  bufferMilli: sums.bufferMilli + bufferOf(cell),
  freeMilli: sums.freeMilli + freeOf(cell),
});

/** What the numbers of an article come to, by their promise. */
export function sumsOf(cells: readonly Counted[]): StockSums {
  const of = (kind: Counted['kind']): Sums =>
    cells.filter((cell) => cell.kind === kind).reduce(plus, NOTHING);
  const short = cells.filter(({ quantityMilli, heldMilli }) => heldMilli > quantityMilli).length;
  return { certain: of('CERTAIN'), shared: of('SHARED'), short };
}

export type Balance = { readonly quantityMilli: bigint; readonly heldMilli: bigint };

/** One entry of a number's history: what it changed, and what the number was afterwards. */
export type Moved = Balance & {
  readonly quantityDeltaMilli: bigint;
  readonly heldDeltaMilli: bigint;
};

export type HistoryCheck = {
  /** MOVING: the number changed while its history was read, so nothing can be said. */
  readonly outcome: 'ADDS_UP' | 'DIFFERS' | 'MOVING';
  readonly entries: number;
  /** What the entries that were read add up to, with what was there before them. */
  readonly sum: Balance;
  readonly opening: Balance;
  readonly shown: Balance;
};

const EMPTY: Balance = { quantityMilli: 0n, heldMilli: 0n };

const same = (a: Balance, b: Balance): boolean =>
  a.quantityMilli === b.quantityMilli && a.heldMilli === b.heldMilli;

/** The number before an entry. */
export const beforeOf = (entry: Moved): Balance => ({
  quantityMilli: entry.quantityMilli - entry.quantityDeltaMilli,
  heldMilli: entry.heldMilli - entry.heldDeltaMilli,
});

/**
 * Whether entries, newest first, add up to the number that is shown, each beginning where the one before it
 * ended. `isWhole`: they go back to the first, so they begin at nothing. The number is read before and after them:
 * where that differs it moved meanwhile.
 */
export function checkHistory(
  entries: readonly Moved[],
  isWhole: boolean,
  read: { readonly before: Balance; readonly after: Balance },
): HistoryCheck {
  const oldest = entries.at(-1);
  const opening = oldest ? beforeOf(oldest) : EMPTY;
  const sum = entries.reduce<Balance>(
    (so, entry) => ({
      quantityMilli: so.quantityMilli + entry.quantityDeltaMilli,
      heldMilli: so.heldMilli + entry.heldDeltaMilli,
    }),
    opening,
  );
  const told = { entries: entries.length, sum, opening, shown: read.after };
  if (!same(read.before, read.after)) return { ...told, outcome: 'MOVING' };
  const isChain = entries.every((entry, at) => {
    const older = entries[at + 1];
    return older === undefined || same(beforeOf(entry), older);
  });
  const begins = !isWhole || same(opening, EMPTY);
  const addsUp = isChain && begins && same(sum, read.after);
  return { ...told, outcome: addsUp ? 'ADDS_UP' : 'DIFFERS' };
}
