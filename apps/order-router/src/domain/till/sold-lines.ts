import type { Milli, Result } from '@astrolabe/kernel';
import { ONE_PIECE, err, ok, piecesFromMilli } from '@astrolabe/kernel';
import { goodsText, milliOf } from './basket.ts';
import type { BasketLine } from './basket.ts';
import { readScaleLabel } from './scale-label.ts';
import type { ScaleLabel, StockedLine } from './scale-label.ts';

/** The document's limit (request parameters, "最大列表长度:20"). */
export const GOODS_MAX = 20;

/**
 * What is sold, line by line, and what it takes out of the stock. Labels of scales are read. Where there are more
 * lines than a basket may have, articles that were scanned piece by piece are one line each; two weighings
 * stay two, for each is rounded for itself.
 */
export function soldLines(
  labels: readonly ScaleLabel[],
  lines: readonly BasketLine[],
): Result<readonly StockedLine[], 'BAD_LABEL' | 'TOO_MANY_GOODS'> {
  const read: StockedLine[] = [];
  for (const line of lines) {
    const stocked = readScaleLabel(labels, line);
    if (!stocked.ok) return stocked;
    read.push(stocked.value);
  }
  const sold = read.length > GOODS_MAX ? joined(read) : read;
  return sold.length > GOODS_MAX ? err('TOO_MANY_GOODS') : ok(sold);
}

function joined(lines: readonly StockedLine[]): readonly StockedLine[] {
  const together = new Map<string, StockedLine>();
  for (const [at, stocked] of lines.entries()) {
    const key = keyOf(stocked, at);
    const other = together.get(key);
    together.set(key, other ? added(other, stocked) : stocked);
  }
  return [...together.values()];
}

/** Whole pieces of one article at one price cost together what they cost one by one; no other lines join. */
function keyOf({ line, stockMilli }: StockedLine, at: number): string {
  const pieces: Milli = milliOf(line.quantity);
  const isWhole = pieces % ONE_PIECE === 0n && stockMilli === pieces;
  return isWhole ? `${goodsText(line.goods)} at ${line.priceFen}` : `line ${at}`;
}

const added = (a: StockedLine, b: StockedLine): StockedLine => ({
  line: {
    ...a.line,
    quantity: `${piecesFromMilli(milliOf(a.line.quantity) + milliOf(b.line.quantity))}.0`,
  },
  stockMilli: a.stockMilli + b.stockMilli,
});
