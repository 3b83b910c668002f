import type { Milli } from '@astrolabe/kernel';

type ReturnableLine = {
  readonly lineId: string;
  readonly sku: string;
  readonly deliveredMilli: Milli;
  readonly returningMilli: Milli;
};
type Quantity = { readonly lineId: string; readonly quantityMilli: Milli };

/**
 * Names the lines of an order that goods go back from: the mall names goods, and an order may have the
 * same goods in several lines. What no line has left is put on the last one, whose owner refuses it. The
 * SKUs that the order does not have are named instead.
 */
export function linesToReturn(
  asked: readonly { readonly sku: string; readonly quantityMilli: Milli }[],
  lines: readonly ReturnableLine[],
): { readonly lines: readonly Quantity[] } | { readonly unknownSkus: readonly string[] } {
  const wanted = new Map<string, Milli>();
  for (const { sku, quantityMilli } of asked) {
    wanted.set(sku, (wanted.get(sku) ?? 0n) + quantityMilli);
  }
  const unknownSkus = [...wanted.keys()].filter((sku) => lines.every((line) => line.sku !== sku));
  if (unknownSkus.length > 0) return { unknownSkus };
  return { lines: [...wanted].flatMap(([sku, quantity]) => spread(quantity, lines, sku)) };
}

function spread(quantity: Milli, lines: readonly ReturnableLine[], sku: string): Quantity[] {
  const own = lines.filter((line) => line.sku === sku);
  let left = quantity;
  const taken = own.map(({ lineId, deliveredMilli, returningMilli }, index) => {
    const free = deliveredMilli - returningMilli;
    const isLast = index === own.length - 1;
    const quantityMilli = isLast || left < free ? left : free > 0n ? free : 0n;
    left -= quantityMilli;
    return { lineId, quantityMilli };
  });
  return taken.filter(({ quantityMilli }) => quantityMilli > 0n);
}
