import type { Milli, StockKind } from '@astrolabe/kernel';

/** A line of the sale as the stock knows it. */
export type Wanted = {
  readonly lineId: string;
  readonly goodsId: string;
  readonly quantityMilli: Milli;
};

/** A line of the hold. One line of the sale may be in two: of shared and of certain stock. */
export type HoldLine = Wanted & { readonly kind: StockKind };

/** What is free of one article at the store, net of all holds. */
export type FreeAtStore = {
  readonly goodsId: string;
  readonly sharedMilli: Milli;
  readonly certainMilli: Milli;
};

export type Plan = {
  readonly holds: readonly HoldLine[];
  /** What is not there, by line. */
  readonly short: ReadonlyMap<string, Milli>;
};

const smaller = (a: Milli, b: Milli): Milli => (a < b ? a : b);

/**
 * Which stock of the store each line is taken from. Shared stock is what a store sells itself, so it goes first;
 * certain stock is sold too, for the goods stand in one room, but last: it is what is promised online.
 * Lines come in their order, and share what there is.
 */
export function planHolds(wanted: readonly Wanted[], free: readonly FreeAtStore[]): Plan {
  const left = new Map(
    free.map(({ goodsId, sharedMilli, certainMilli }) => [
      goodsId,
      { SHARED: sharedMilli, CERTAIN: certainMilli },
    ]),
  );
  const holds: HoldLine[] = [];
  const short = new Map<string, Milli>();
  for (const line of wanted) {
    const stock = left.get(line.goodsId) ?? { SHARED: 0n, CERTAIN: 0n };
    let missing = line.quantityMilli;
    for (const kind of ['SHARED', 'CERTAIN'] as const) {
      const taken = smaller(missing, stock[kind]);
      if (taken <= 0n) continue;
      stock[kind] -= taken;
      missing -= taken;
      const lineId = kind === 'SHARED' ? line.lineId : `${line.lineId}-certain`;
      holds.push({ lineId, goodsId: line.goodsId, quantityMilli: taken, kind });
    }
    left.set(line.goodsId, stock);
    if (missing > 0n) short.set(line.lineId, missing);
  }
  return { holds, short };
}
