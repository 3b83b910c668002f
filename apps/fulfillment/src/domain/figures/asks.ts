import type { Place } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import { isOnTime } from '../status.ts';
import type { Leg, Moment, OrderFacts, Step } from './facts.ts';
import { dayOf } from './period.ts';

/**
 * What one order has asked of one place: an allocation of some of its sub-orders there, and what the place has
 * said. One is counted for all sub-orders together, as a person at the place has answered for all of them.
 */
export type Ask = {
  readonly allocation: number;
  readonly place: Place;
  /** When the place was told (yyyy-MM-dd, Asia/Shanghai): the day that it counts for. */
  readonly day: string;
  /** Whole seconds from the notice to the acceptance, the last one of several; null while there is none. */
  readonly acceptedIn: number | null;
  /** Codes of the reasons; empty where none was given, null where nothing was refused, or given back. */
  readonly refused: string | null;
  readonly givenBack: string | null;
  /** Whether the answer came in time, and was told in time (docs/adr/0031); null while there is none. */
  readonly inTime: boolean | null;
};

/** Whether two say the same of one allocation to one place. */
export const sameAsk = (a: Ask, b: Ask): boolean =>
  a.day === b.day &&
  a.acceptedIn === b.acceptedIn &&
  a.refused === b.refused &&
  a.givenBack === b.givenBack &&
  a.inTime === b.inTime;

/** All that an order has asked of places; a place that was not told yet has not been asked. */
export function asksOf({ subOrders }: OrderFacts): readonly Ask[] {
  const groups = Map.groupBy(
    subOrders.flatMap(({ legs }) => legs),
    ({ allocation, place }) => `${allocation} ${placeKey(place)}`,
  );
  return [...groups.values()].flatMap((legs) => askOf(legs) ?? []);
}

function askOf(legs: readonly Leg[]): Ask | null {
  const [first] = legs;
  const told = earliest(legs, 'NOTIFIED');
  if (!first || !told) return null;
  const accepted = legs.flatMap(({ steps }) => steps.ACCEPTED ?? []);
  const waits = accepted.map(({ at }) => Math.max(0, at.getTime() - told.at.getTime()));
  const answers = legs.flatMap(({ steps }) => steps.ACCEPTED ?? steps.REFUSED ?? []);
  return {
    allocation: first.allocation,
    place: first.place,
    day: dayOf(told.at),
    acceptedIn: waits.length === 0 ? null : Math.floor(Math.max(...waits) / 1_000),
    refused: earliest(legs, 'REFUSED')?.reason ?? (hasStep(legs, 'REFUSED') ? '' : null),
    givenBack: earliest(legs, 'GIVEN_BACK')?.reason ?? (hasStep(legs, 'GIVEN_BACK') ? '' : null),
    inTime:
      answers.length === 0
        ? null
        : answers.every(({ at, toldAt }) => isOnTime(at, toldAt, told.at)),
  };
}

const hasStep = (legs: readonly Leg[], step: Step): boolean =>
  legs.some(({ steps }) => steps[step] !== undefined);

const earliest = (legs: readonly Leg[], step: Step): Moment | undefined =>
  legs
    .flatMap(({ steps }) => steps[step] ?? [])
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
    .at(0);
