import { DAY_MS, formatShanghai, parseShanghai } from '@astrolabe/kernel';

/** Clock error that a token request may have, either way (catalogue G-G4). */
export const TOKEN_WINDOW_MS = 600_000;

/** Why a timestamp is refused; `due` is what it should have been, in the caller's own form. */
export type TimestampRefusal = { kind: 'NOT_A_TIME' } | { kind: 'OUTSIDE'; due: string };

const dateOf = (instant: Date): string => formatShanghai(instant).slice(0, 10).replaceAll('-', '');

/**
 * Checks the timestamp of a token request: `yyyy-MM-dd HH:mm:ss` at most ten minutes away from `now`,
 * limit included, or `yyyyMMdd` of a day that is at most ten minutes away. Both are Beijing's. Null
 * when it may pass.
 */
export function timestampRefusal(text: string, now: Date): TimestampRefusal | null {
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const from = parseShanghai(date ? `${date[1]}-${date[2]}-${date[3]} 00:00:00` : text);
  if (!from.ok) return { kind: 'NOT_A_TIME' };
  const sinceMs = now.getTime() - from.value.getTime();
  const lastMs = TOKEN_WINDOW_MS + (date ? DAY_MS : 0);
  if (sinceMs >= -TOKEN_WINDOW_MS && sinceMs <= lastMs) return null;
  return { kind: 'OUTSIDE', due: date ? dateOf(now) : formatShanghai(now) };
}
