/** What lists of SKUs are made of: one offer, without anything that lists do not ask for. Instants are milliseconds. */
export type SkuRow = {
  /** By which lists are sorted. */
  readonly id: string;
  readonly sku: string;
  readonly poolIds: readonly string[];
  readonly listed: boolean;
  readonly listedAt: number | null;
  readonly modifiedAt: readonly number[];
  /** A change has a higher one than the one before. */
  readonly revision: bigint;
};

/** The SKUs of one seller in the order of their ids; a page of any of them costs no more than a look at each. */
export type SkuList = {
  readonly size: number;
  /** Takes a row in, unless a later one of the same offer is there. */
  put(row: SkuRow): void;
  /** At most `size` that fit, behind the id `token`; `next` is the last one's id where there are more. */
  page(
    fits: (row: SkuRow) => boolean,
    asked: { readonly size: number; readonly token: string },
  ): { readonly rows: readonly string[]; readonly next: string };
};

export function createSkuList(): SkuList {
  const rows = new Map<string, SkuRow>();
  let sorted: SkuRow[] | null = null;
  const inOrder = (): readonly SkuRow[] =>
    (sorted ??= [...rows.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)));
  return {
    get size() {
      return rows.size;
    },
    put: (row) => {
      const known = rows.get(row.id);
      if (known && known.revision > row.revision) return;
      rows.set(row.id, row);
      if (sorted && known) sorted[behind(sorted, row.id) - 1] = row;
      else sorted = null;
    },
    page: (fits, { size, token }) => {
      const all = inOrder();
      const found: string[] = [];
      let last = '';
      for (let at = behind(all, token); at < all.length; at += 1) {
        const row = all[at];
        if (!row || !fits(row)) continue;
        if (found.length === size) return { rows: found, next: last };
        found.push(row.sku);
        last = row.id;
      }
      return { rows: found, next: '' };
    },
  };
}

/** Where the first row behind an id stands. */
function behind(rows: readonly SkuRow[], id: string): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.id ?? '') <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Shown in a pool of a mall. */
export const inPool =
  (poolId: string) =>
  ({ listed, poolIds }: SkuRow): boolean =>
    listed && poolIds.includes(poolId);

/** In any of some pools; none: in all. */
export const inAnyPool = (
  wanted: readonly string[],
): ((row: Pick<SkuRow, 'poolIds'>) => boolean) =>
  wanted.length === 0 ? () => true : ({ poolIds }) => poolIds.some((id) => wanted.includes(id));

type Span = { readonly from: Date; readonly until: Date };

/** Might be shown first within a span. */
export const listedWithin = ({ from, until }: Span) => {
  const isWithin = within(from, until);
  return ({ listedAt }: SkuRow): boolean => listedAt !== null && isWithin(listedAt);
};

/** Has changed within a span. */
export const modifiedWithin = ({ from, until }: Span) => {
  const isWithin = within(from, until);
  return ({ modifiedAt }: SkuRow): boolean => modifiedAt.some(isWithin);
};

function within(from: Date, until: Date): (at: number) => boolean {
  const [first, end] = [from.getTime(), until.getTime()];
  return (at) => at >= first && at < end;
}
