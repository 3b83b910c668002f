import { textsOf } from '../shared/language.ts';
import type { Texts } from '../shared/language.ts';

const TEXTS = {
  days: ['天', 'd'],
  hours: ['小时', 'h'],
  minutes: ['分', 'min'],
  fresh: ['不到一分钟', 'under a minute'],
} as const satisfies Texts;

const { useText } = textsOf(TEXTS);

const MINUTE_MS = 60_000;

/** Returns what says how long ago an instant was, in the two largest units that it has. */
export function useAge(): (since: string | number) => string {
  const text = useText();
  return (since) => {
    const minutes = Math.max(0, Math.floor((Date.now() - new Date(since).getTime()) / MINUTE_MS));
    if (minutes === 0) return text('fresh');
    const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
    if (days > 0) return `${days} ${text('days')} ${hours} ${text('hours')}`;
    const rest = `${minutes % 60} ${text('minutes')}`;
    return hours > 0 ? `${hours} ${text('hours')} ${rest}` : rest;
  };
}
