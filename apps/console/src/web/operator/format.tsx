import { Tag } from 'antd';
import type { PlaceJson, ReceivableJson } from './api.ts';
import { useText } from './language.ts';

/** Thousandths of a piece, as text of pieces. */
export function pieces(milli: string | undefined): string {
  const value = BigInt(milli ?? '0');
  const sign = value < 0n ? '-' : '';
  const size = value < 0n ? -value : value;
  const fraction = (size % 1000n).toString().padStart(3, '0').replace(/0+$/, '');
  return `${sign}${size / 1000n}${fraction === '' ? '' : `.${fraction}`}`;
}

/** What is not owed any more, in fen; undefined when nothing came back. */
export function creditedFen({ credits = [] }: ReceivableJson): string | undefined {
  if (credits.length === 0) return undefined;
  return String(credits.reduce((sum, { amountFen = '0' }) => sum + BigInt(amountFen), 0n));
}

/** Fen as yuan with two decimals. */
export function yuan(fen: string | undefined): string {
  const value = BigInt(fen ?? '0');
  const sign = value < 0n ? '-' : '';
  const size = value < 0n ? -value : value;
  return `${sign}${size / 100n}.${(size % 100n).toString().padStart(2, '0')}`;
}

const CLOCK = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
  hour12: false,
});

/** An instant in the merchant's time zone, whatever the browser's is. */
export const shanghai = (instant: string | number | undefined): string =>
  instant === undefined ? '—' : CLOCK.format(new Date(instant));

/** Whether something of a receivable is still owed. */
export function Owed({ state = '' }: { state: string | undefined }) {
  const text = useText();
  const words = state === 'OPEN' || state === 'CLOSED' ? text(state) : state;
  return <Tag color={state === 'OPEN' ? 'gold' : 'default'}>{words || text('unknown')}</Tag>;
}

/** A place as the API names it, e.g. `STORE:1342`; empty for none. */
export const placeKey = (place: PlaceJson | undefined): string =>
  place?.id ? `${place.type === 'PLACE_TYPE_WAREHOUSE' ? 'WAREHOUSE' : 'STORE'}:${place.id}` : '';

export function Place({ value, name }: { value: PlaceJson | undefined; name?: string }) {
  const text = useText();
  if (!value?.id) return <>—</>;
  const type = value.type === 'PLACE_TYPE_WAREHOUSE' ? text('warehouse') : text('store');
  return (
    <>
      {type} {value.id}
      {name ? `（${name}）` : ''}
    </>
  );
}

export function Kind({ value }: { value: string | undefined }) {
  const text = useText();
  if (value === 'STOCK_KIND_CERTAIN') return <Tag color="geekblue">{text('certain')}</Tag>;
  if (value === 'STOCK_KIND_SHARED') return <Tag color="purple">{text('shared')}</Tag>;
  return <>—</>;
}

const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' });
const DAY_MS = 86_400_000;

/** The merchant's day so many days from today, yyyy-MM-dd. */
export const shanghaiDay = (offset: number): string =>
  DAY.format(new Date(Date.now() + offset * DAY_MS));

export type DurationJson = { count?: string; sumMs?: string; maxMs?: string };
export type RatioJson = { numerator?: string; denominator?: string };

/** Mean and longest of a duration; nothing measured is a dash, not zero. */
export function span(of: DurationJson | undefined): { mean: string; longest: string } {
  const count = BigInt(of?.count ?? '0');
  if (count === 0n) return { mean: '—', longest: '—' };
  return {
    mean: duration(BigInt(of?.sumMs ?? '0') / count),
    longest: duration(BigInt(of?.maxMs ?? '0')),
  };
}

function duration(ms: bigint): string {
  const seconds = ms / 1_000n;
  if (seconds < 60n) return `${seconds}.${(ms % 1_000n) / 100n} s`;
  const two = (value: bigint): string => value.toString().padStart(2, '0');
  return `${seconds / 3_600n}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
}

/** A ratio in tenths of a percent, cut, with its counts; none without anything to divide by. */
export function share(of: RatioJson | undefined): { percent: string; counts: string } {
  const [part, whole] = [BigInt(of?.numerator ?? '0'), BigInt(of?.denominator ?? '0')];
  if (whole === 0n) return { percent: '—', counts: '' };
  const tenths = (part * 1_000n) / whole;
  return { percent: `${tenths / 10n}.${tenths % 10n} %`, counts: `${part}/${whole}` };
}
