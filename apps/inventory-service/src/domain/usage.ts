import type { Goods } from './goods.ts';
import type { Hold, Line } from './holds.ts';
import { isOpen } from './holds.ts';
import type { Milli } from './quantity.ts';

/**
 * What budgets are measured against; quotas are measured against `Goods.heldBy`. Both follow from the
 * holds, and are never stored.
 */
export type Usage = {
  /** Holds with an open line, by channel and by buyer reference. */
  readonly channels: Map<string, number>;
  readonly buyers: Map<string, number>;
};

export const createUsage = (): Usage => ({ channels: new Map(), buyers: new Map() });

/** Counts what one line holds of certain stock, with the sign of `times`. */
export function countLine(
  channel: string,
  line: Pick<Line, 'guarantee' | 'open'>,
  times: 1 | -1,
): void {
  if (line.guarantee?.kind === 'CERTAIN') {
    line.guarantee.goods.heldBy.add(channel, times * line.open);
  }
}

/** A part of an open line was shipped. */
export function countShipped(channel: string, line: Line, milli: Milli): void {
  if (line.guarantee?.kind === 'CERTAIN') line.guarantee.goods.heldBy.add(channel, -milli);
}

/** A hold opened (1) or its last open line closed (-1). */
export function countHold(
  usage: Usage,
  hold: Pick<Hold, 'channel' | 'buyerRef'>,
  by: 1 | -1,
): void {
  add(usage.channels, hold.channel, by);
  if (hold.buyerRef !== '') add(usage.buyers, hold.buyerRef, by);
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const sum = (counts.get(key) ?? 0) + by;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

/** True when what is counted is what the seller's holds come to; walks them all, for audits. */
export function isUsageRight(
  seller: { readonly goods: ReadonlyMap<string, Goods>; readonly usage: Usage },
  holds: Iterable<Hold>,
): boolean {
  const usage = createUsage();
  const heldBy = new Map<string, Milli>();
  for (const hold of holds) {
    const open = hold.lines.filter(isOpen);
    if (open.length > 0) countHold(usage, hold, 1);
    for (const { goodsId, guarantee, open: milli } of open) {
      if (guarantee?.kind === 'CERTAIN') add(heldBy, keyOf(hold.channel, goodsId), milli);
    }
  }
  const counted = [...seller.goods.values()].flatMap(({ goodsId, heldBy: by }) =>
    [...by.entries()].map(([channel, milli]) => [keyOf(channel, goodsId), milli] as const),
  );
  return (
    sameMap(usage.channels, seller.usage.channels) &&
    sameMap(usage.buyers, seller.usage.buyers) &&
    sameMap(heldBy, new Map(counted))
  );
}

const keyOf = (channel: string, goodsId: string): string =>
  `${channel.length}:${channel}|${goodsId}`;

const sameMap = <V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
