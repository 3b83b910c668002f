import type { Hold, Line } from './holds.ts';
import { isOpen } from './holds.ts';
import type { Milli } from './quantity.ts';

/** What quotas and budgets are measured against: follows from the holds, and is never stored. */
export type Usage = {
  /** Open certain holds in thousandths, by channel and goods: see `usageKey`. */
  readonly held: Map<string, Milli>;
  /** Holds with an open line, by channel and by buyer reference. */
  readonly channels: Map<string, number>;
  readonly buyers: Map<string, number>;
};

export const createUsage = (): Usage => ({
  held: new Map(),
  channels: new Map(),
  buyers: new Map(),
});

export const usageKey = (channel: string, goodsId: string): string =>
  `${channel.length}:${channel}|${goodsId}`;

/** Counts what one line holds of certain stock, with the sign of `times`. */
export function countLine({ held }: Usage, channel: string, line: Line, times: 1 | -1): void {
  if (line.guarantee?.kind === 'CERTAIN') addHeld(held, channel, line, times * line.open);
}

/** A part of an open line was shipped. */
export function countShipped({ held }: Usage, channel: string, line: Line, milli: Milli): void {
  if (line.guarantee?.kind === 'CERTAIN') addHeld(held, channel, line, -milli);
}

function addHeld(held: Usage['held'], channel: string, line: Line, by: Milli): void {
  const key = usageKey(channel, line.goodsId);
  const sum = (held.get(key) ?? 0) + by;
  if (sum === 0) held.delete(key);
  else held.set(key, sum);
}

/** A hold opened (1) or its last open line closed (-1). */
export function countHold(usage: Usage, hold: Hold, by: 1 | -1): void {
  add(usage.channels, hold.channel, by);
  if (hold.buyerRef !== '') add(usage.buyers, hold.buyerRef, by);
}

function add(counts: Map<string, number>, key: string, by: number): void {
  const sum = (counts.get(key) ?? 0) + by;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

/** The same from nothing, for a restored state and for audits. */
export function usageOf(holds: Iterable<Hold>): Usage {
  const usage = createUsage();
  for (const hold of holds) {
    const open = hold.lines.filter(isOpen);
    for (const line of open) countLine(usage, hold.channel, line, 1);
    if (open.length > 0) countHold(usage, hold, 1);
  }
  return usage;
}

/** True when both count the same. */
export const sameUsage = (a: Usage, b: Usage): boolean =>
  sameMap(a.held, b.held) && sameMap(a.channels, b.channels) && sameMap(a.buyers, b.buyers);

const sameMap = <V>(a: ReadonlyMap<string, V>, b: ReadonlyMap<string, V>): boolean =>
  a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
