const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** People are told so long before the end of an authorisation that they renew (field K2). */
const TOLD_AT_MS = 14 * DAY_MS;

/** A length of time in its largest unit, rounded down. */
export type Span = { readonly count: number; readonly unit: 'minutes' | 'hours' | 'days' };

/** Null below a minute. */
function spanOf(ms: number): Span | null {
  if (ms < MINUTE_MS) return null;
  if (ms < HOUR_MS) return { count: Math.floor(ms / MINUTE_MS), unit: 'minutes' };
  if (ms < DAY_MS) return { count: Math.floor(ms / HOUR_MS), unit: 'hours' };
  return { count: Math.floor(ms / DAY_MS), unit: 'days' };
}

/** How long ago something was; null: just now. */
export const since = (at: Date, now: Date): Span | null => spanOf(now.getTime() - at.getTime());

/** How long something is still good; null where it has ended. The last minute is one. */
export function remaining(end: Date, now: Date): Span | null {
  const ms = end.getTime() - now.getTime();
  return ms <= 0 ? null : (spanOf(ms) ?? { count: 1, unit: 'minutes' });
}

/** Whether a person has to renew it within two weeks, or should have. */
export const renewsSoon = (end: Date, now: Date): boolean =>
  end.getTime() - now.getTime() <= TOLD_AT_MS;

/** A Shanghai time that a person has typed, as an instant; null where it is none. */
export function instantOf(text: string): Date | null {
  const found = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2})$/.exec(text.trim());
  const at = found ? new Date(`${found[1]}T${found[2]}:00+08:00`) : null;
  return at && !Number.isNaN(at.getTime()) ? at : null;
}
