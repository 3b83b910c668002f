import type { Result } from '@astrolabe/kernel';
import { DAY_MS, err, formatShanghai, invariant, ok, parseShanghai } from '@astrolabe/kernel';

/** Reading is in proportion to the orders of the period. */
const DAYS_MAX = 31;

/** The day of an instant at the merchant's (Asia/Shanghai), yyyy-MM-dd. */
export const dayOf = (instant: Date): string => formatShanghai(instant).slice(0, 10);

/** The day so many days before a day. */
export function dayBefore(day: string, days: number): string {
  const start = parseShanghai(`${day} 00:00:00`);
  invariant(start.ok, 'a day is yyyy-MM-dd');
  return dayOf(new Date(start.value.getTime() - days * DAY_MS));
}

/** The days of a period, both ends included; refused when reversed, longer than 31 days or no days. */
export function daysOf(from: string, to: string): Result<readonly string[], 'INVALID_PERIOD'> {
  const [first, last] = [parseShanghai(`${from} 00:00:00`), parseShanghai(`${to} 00:00:00`)];
  if (!first.ok || !last.ok) return err('INVALID_PERIOD');
  const count = (last.value.getTime() - first.value.getTime()) / DAY_MS + 1;
  if (count < 1 || count > DAYS_MAX) return err('INVALID_PERIOD');
  return ok(
    Array.from({ length: count }, (_, n) => dayOf(new Date(first.value.getTime() + n * DAY_MS))),
  );
}
