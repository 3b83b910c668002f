import { formatShanghai, parseShanghai } from './time.ts';

const HOUR_MS = 3_600_000;
const HOURS_OF_A_DAY = 24;
const HOUR_LENGTH = 'yyyy-MM-dd HH'.length;

/** The hour of an instant in Asia/Shanghai, `yyyy-MM-dd HH`. */
export const hourOf = (instant: Date): string => formatShanghai(instant).slice(0, HOUR_LENGTH);

/** The last hour of Asia/Shanghai that is over. */
export const lastFullHour = (now: Date): string => hourOf(new Date(now.getTime() - HOUR_MS));

/** The hours of a day (`yyyy-MM-dd`, Asia/Shanghai) that have begun; null for what is no day. */
export function hoursOf(day: string, now: Date): readonly string[] | null {
  if (!parseShanghai(`${day} 00:00:00`).ok) return null;
  const present = hourOf(now);
  return Array.from(
    { length: HOURS_OF_A_DAY },
    (_, hour) => `${day} ${String(hour).padStart(2, '0')}`,
  ).filter((hour) => hour <= present);
}

/** The instants between which an hour lies, the second one excluded. */
export function spanOf(hour: string): { readonly from: Date; readonly to: Date } {
  const from = parseShanghai(`${hour}:00:00`);
  if (!from.ok) throw new TypeError(`${hour} is no hour`);
  return { from: from.value, to: new Date(from.value.getTime() + HOUR_MS) };
}
