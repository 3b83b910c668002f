import { hourOf, spanOf } from '@astrolabe/kernel';
import type { Document } from 'mongodb';

const HOUR_MS = 3_600_000;
/** What the services have just written is of this time; anything older is a sample's, such as the time of payment. */
const WRITTEN_MS = 30 * 60_000;
/** What is still to be done is spread over so long. */
const TODO_MS = 6 * HOUR_MS;

/** What makes one copy another than the next. */
export type Change = {
  readonly number: bigint;
  /** How long ago the order was made. */
  readonly ageMs: number;
  /** Which part of all orders came before it, 0 to 1. */
  readonly part: number;
};

/** Makes the document of another order. What all orders share is the same object in all of them. */
export type Copy = (change: Change) => Document;

export type Times = {
  /** When the template was made. */
  readonly made: Date;
  /** The beginning of that hour. */
  readonly hour: Date;
};

/** The times of an order, from its documents: the first was made with it. */
export function timesOf(documents: readonly Document[]): Times {
  const created = documents.flatMap((one) => {
    const at: unknown = one['createdAt'];
    return at instanceof Date ? [at.getTime()] : [];
  });
  const made = new Date(Math.min(...created));
  return { made, hour: spanOf(hourOf(made)).from };
}

type Named = { readonly number: string; readonly lines: readonly string[] };
type Make = (change: Change) => unknown;
type Fields = Record<string, unknown>;

/** Looks once for what has to be another in each copy: names, times, and hours and days at the end of a text. */
export function compiled(document: Document, names: Named, times: Times): Copy {
  const make = maker(document, names, times) ?? (() => ({ ...document }));
  const state: unknown = document['state'];
  const isPaid = typeof state === 'object' && state !== null && 'paidAt' in state;
  if (!isPaid) return (change) => make(change) as Document;
  const hasDay = 'paidDay' in state;
  return (change) => {
    const copy = make(change) as Document;
    const paidAt = new Date(times.made.getTime() + shiftOf(change, times));
    const paidDay = hasDay && { paidDay: hourText(paidAt).slice(0, 10) };
    return { ...copy, state: { ...(copy['state'] as Document), paidAt, ...paidDay } };
  };
}

/** Null for what is the same in every copy. */
function maker(value: unknown, names: Named, times: Times): Make | null {
  if (typeof value === 'string') return textMaker(value, names, times);
  if (value instanceof Date) return timeMaker(value, times);
  if (typeof value !== 'object' || value === null || '_bsontype' in value) return null;
  const parts = Object.entries(value).flatMap(([name, one]) => {
    const make = maker(one, names, times);
    return make ? [[name, make] as const] : [];
  });
  if (parts.length === 0) return null;
  return (change) => {
    // An array has its places for names.
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Fields;
    for (const [name, make] of parts) copy[name] = make(change);
    return copy;
  };
}

/** What was written is moved, what is still to be done is spread; what a sample says of its past stays. */
function timeMaker(at: Date, times: Times): Make | null {
  const sinceMade = at.getTime() - times.made.getTime();
  if (at.getTime() > Date.now()) {
    return ({ part }) => new Date(at.getTime() + Math.floor(part * TODO_MS));
  }
  if (Math.abs(sinceMade) >= WRITTEN_MS) return null;
  return (change) => new Date(at.getTime() + shiftOf(change, times));
}

/** A day, or an hour of one, at the end of a text, e.g. `2026-12-01 15`. */
const MOMENT = /(\d{4}-\d{2}-\d{2})( \d{2})?$/;

function textMaker(text: string, { number, lines }: Named, times: Times): Make | null {
  const known = [number, ...lines].map((name, place) => ({ name, place: BigInt(place) }));
  const inside = known.filter(({ name }) => text.includes(name));
  const moment = MOMENT.exec(text);
  const end = moment && momentMaker(moment[0], times);
  if (inside.length === 0 && !end) return null;
  const rest = end ? text.slice(0, moment.index) : text;
  return (change) =>
    inside.reduce(
      (all, { name, place }) => all.replaceAll(name, String(change.number + place)),
      rest,
    ) + (end ? end(change) : '');
}

/** An hour or a day of when the template was written; null for any other. */
function momentMaker(moment: string, times: Times): ((change: Change) => string) | null {
  const isDay = moment.length === 10;
  if (isDay) {
    if (moment !== hourOf(times.made).slice(0, 10)) return null;
    return (change) =>
      hourText(new Date(times.made.getTime() + hoursOf(change, times))).slice(0, 10);
  }
  const { from } = spanOf(moment);
  if (Math.abs(from.getTime() - times.hour.getTime()) > HOUR_MS) return null;
  return (change) => hourText(new Date(from.getTime() + hoursOf(change, times)));
}

/** Whole hours, so that hours and days which are written as text are those of the times beside them, and some of the minutes. */
function shiftOf({ ageMs }: Change, { made, hour }: Times): number {
  const intoHour = made.getTime() - hour.getTime();
  const minutes = -Math.floor((ageMs % HOUR_MS) * (intoHour / HOUR_MS));
  return minutes - Math.floor(ageMs / HOUR_MS) * HOUR_MS;
}

const hoursOf = (change: Change, times: Times): number =>
  Math.ceil(shiftOf(change, times) / HOUR_MS) * HOUR_MS;

const hourTexts = new Map<number, string>();

/** The hour of an instant as text; there are few hours and many orders. */
function hourText(instant: Date): string {
  const hour = Math.floor(instant.getTime() / HOUR_MS);
  const known = hourTexts.get(hour);
  if (known !== undefined) return known;
  const text = hourOf(instant);
  hourTexts.set(hour, text);
  return text;
}
