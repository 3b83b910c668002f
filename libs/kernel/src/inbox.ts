/** Which events of one source were applied: all up to `high` but the `missing` ones. */
export type Received = { readonly high: bigint; readonly missing: readonly bigint[] };

/** By source: the emitting aggregate, with the service that owns it. */
export type Inbox = Readonly<Record<string, Received>>;

/** Where an event comes from; sequences of a source are contiguous from 1. */
export type EventOrigin = { readonly source: string; readonly sequence: bigint };

const MAX_MISSING = 64;

/**
 * Whether the event was applied before. Unlike a plain high-water mark it tells a late event (one that
 * was parked or replayed from the dead letters) from a duplicate.
 */
export function wasReceived(inbox: Inbox, origin: EventOrigin): boolean {
  const received = inbox[origin.source];
  if (!received || origin.sequence > received.high) return false;
  return !received.missing.includes(origin.sequence);
}

/** Marks the event as applied. Of many gaps only the newest 64 stay open. */
export function receive(inbox: Inbox, origin: EventOrigin): Inbox {
  const before = inbox[origin.source] ?? { high: 0n, missing: [] };
  if (origin.sequence <= before.high) {
    const missing = before.missing.filter((sequence) => sequence !== origin.sequence);
    return { ...inbox, [origin.source]: { high: before.high, missing } };
  }
  const first = maxOf(before.high + 1n, origin.sequence - BigInt(MAX_MISSING));
  const gap: bigint[] = [];
  for (let sequence = first; sequence < origin.sequence; sequence += 1n) gap.push(sequence);
  const missing = [...before.missing, ...gap].slice(-MAX_MISSING);
  return { ...inbox, [origin.source]: { high: origin.sequence, missing } };
}

const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);
