import { hoursOf } from '@astrolabe/kernel';
import { NEWEST_FIRST } from '@astrolabe/mongo';
import type { ListPart, TimeSort } from '@astrolabe/mongo';
import type { OrderQuery } from '../../application/ports.ts';
import type { OrderState, OrderStatus } from '../../domain/order.ts';
import { isOrderQueue, isOrderStage } from '../../domain/standing.ts';
import { CHANNELS, mark } from './marks.ts';

/** What fits, and in which order it comes; a part is all there before the next one. */
type Asked = { readonly parts: readonly ListPart<OrderState>[]; readonly sort: TimeSort };

/** A null is no date, and an absent one is none either: neither is behind it. */
const SOME_TIME = new Date(0);
const SELLER = 'state.orderRef.sellerId';
const STATUS = 'state.status';
const FLAGS = 'state.flags';
const MARKS = 'state.marks';
const LATEST_PAYMENT_FIRST = {
  isTime: true,
  field: 'state.paidAt',
  direction: -1,
  along: [SELLER],
} as const;
/** In other states orders stand for ever, so that a place has fewer orders than the state. */
const PASSING: ReadonlySet<string> = new Set<OrderStatus>([
  'RECEIVED',
  'RESERVED',
  'ROUTING',
  'AWAITING_ALLOCATION',
  'ALLOCATED',
  'ACCEPTED',
  'ALLOCATE_FAILED',
  'UNFULFILLABLE',
]);

/** The field that says since when orders stand in a queue; only those that do are in its index. */
const waitField = (queue: string): string => `state.waits.${queue}`;

/** The filter of a seller's orders that stand in a queue. */
export const waitingIn = (sellerId: string, queue: string) => ({
  [SELLER]: sellerId,
  [waitField(queue)]: { $gt: SOME_TIME },
});

/** Who has waited longest in a queue comes first. */
export const longestFirst = (queue: string): TimeSort => ({
  isTime: true,
  field: waitField(queue),
  direction: 1,
  along: [SELLER],
});

/** The index of a queue. */
export const waitIndex = (queue: string) => ({
  key: { 'state.orderRef.sellerId': 1, [waitField(queue)]: 1, _id: 1 },
  name: `waits${queue}`,
  partialFilterExpression: { [waitField(queue)]: { $gt: SOME_TIME } },
});

type Mark = string | { readonly $in: readonly string[] };

/**
 * A query as the collection is asked; null for one that nothing can fit, such as a stage that there is not. Orders
 * that came to a stage are told by the hour of that, the latest hour first.
 */
export function askedOf(query: OrderQuery, now: Date): Asked | null {
  const { sellerId, status, flag, channel, place, paidFrom, paidTo, queue, text } = query;
  if (queue !== '' && !isOrderQueue(queue)) return null;
  const hours = marksOfStage(query, now);
  if (!hours) return null;
  const isByPayment = paidFrom !== null || paidTo !== null;
  const marks: readonly Mark[] = [
    ...(text === '' ? [] : [mark.text(text)]),
    ...(place ? [mark.place(place)] : []),
    ...(query.stage !== '' || channel === '' ? [] : [mark.channel(channel)]),
  ];
  const others = {
    [SELLER]: sellerId,
    ...(status !== '' && { [STATUS]: status }),
    ...(flag !== '' && { [FLAGS]: flag }),
    ...(queue !== '' && waitingIn(sellerId, queue)),
    ...(isByPayment && {
      'state.paidAt': { ...(paidFrom && { $gte: paidFrom }), ...(paidTo && { $lt: paidTo }) },
    }),
  };
  const all = { name: 'all', filter: { ...others, ...marked([...marks, ...anyOf(hours)]) } };
  if (queue !== '') return { parts: [all], sort: longestFirst(queue) };
  if (isByPayment) return { parts: [all], sort: LATEST_PAYMENT_FIRST };
  if (hours.length > 0 && text === '') {
    const sort = { ...NEWEST_FIRST, along: [SELLER, MARKS], atOnce: true } as const;
    const parts = hours.map((one) => ({
      name: one,
      filter: { ...others, ...marked([one, ...marks]) },
    }));
    return { parts, sort };
  }
  return { parts: [all], sort: { ...NEWEST_FIRST, along: [SELLER, ...narrowest(query)] } };
}

/** Marks of the hours of a stage, the latest first; empty when none is asked for, null when there is none such. */
function marksOfStage(
  { stage, stageDay, channel }: OrderQuery,
  now: Date,
): readonly string[] | null {
  if (stage === '') return [];
  const hours = hoursOf(stageDay, now) ?? [];
  if (!isOrderStage(stage) || hours.length === 0) return null;
  const channels = channel === '' ? CHANNELS : [channel];
  return hours.toReversed().flatMap((hour) => channels.map((one) => mark.stage(stage, one, hour)));
}

const anyOf = (hours: readonly string[]): readonly Mark[] =>
  hours.length === 0 ? [] : [{ $in: hours }];

/** The first mark is the one that an index is entered by. */
const marked = ([first, ...more]: readonly Mark[]) => ({
  ...(first !== undefined && { [MARKS]: first }),
  ...(more.length > 0 && { $and: more.map((one) => ({ [MARKS]: one })) }),
});

/** Of several conditions the one that the fewest orders are likely to fit, each with an index of its own. */
function narrowest({ status, flag, channel, place, text }: OrderQuery): readonly string[] {
  if (text !== '') return [MARKS];
  if (flag !== '') return [FLAGS];
  if (PASSING.has(status)) return [STATUS];
  if (place) return [MARKS];
  if (status !== '') return [STATUS];
  return channel === '' ? [] : [MARKS];
}
