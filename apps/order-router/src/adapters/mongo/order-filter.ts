import { hoursOf } from '@astrolabe/kernel';
import { NEWEST_FIRST } from '@astrolabe/mongo';
import type { OrderQuery } from '../../application/ports.ts';
import { isOrderQueue, isOrderStage } from '../../domain/standing.ts';
import { CHANNELS, mark } from './marks.ts';

/** What fits, and in which order it comes. */
type Asked = {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly sort: { readonly field: string; readonly direction: 1 | -1 };
};

/** A null is no date, and an absent one is none either: neither is behind it. */
const SOME_TIME = new Date(0);
const LATEST_PAYMENT_FIRST = { field: 'state.paidAt', direction: -1 } as const;

/** The field that says since when orders stand in a queue; only those that do are in its index. */
const waitField = (queue: string): string => `state.waits.${queue}`;

/** The filter of a seller's orders that stand in a queue. */
export const waitingIn = (sellerId: string, queue: string) => ({
  'state.orderRef.sellerId': sellerId,
  [waitField(queue)]: { $gt: SOME_TIME },
});

/** The index of a queue. */
export const waitIndex = (queue: string) => ({
  key: { 'state.orderRef.sellerId': 1, [waitField(queue)]: 1, _id: 1 },
  name: `waits${queue}`,
  partialFilterExpression: { [waitField(queue)]: { $gt: SOME_TIME } },
});

/** A query as the collection is asked; null for one that nothing can fit, such as a stage that there is not. */
export function askedOf(query: OrderQuery, now: Date): Asked | null {
  const { sellerId, status, flag, channel, place, paidFrom, paidTo, queue, text } = query;
  const marks: (string | { readonly $in: readonly string[] })[] = [
    ...(text === '' ? [] : [mark.text(text)]),
    ...(place ? [mark.place(place)] : []),
  ];
  if (query.stage !== '') {
    const hours = hoursOf(query.stageDay, now) ?? [];
    const { stage } = query;
    if (!isOrderStage(stage) || hours.length === 0) return null;
    const channels = channel === '' ? CHANNELS : [channel];
    const all = channels.flatMap((one) => hours.map((hour) => mark.stage(stage, one, hour)));
    marks.push({ $in: all });
  } else if (channel !== '') marks.push(mark.channel(channel));
  if (queue !== '' && !isOrderQueue(queue)) return null;
  const isByPayment = paidFrom !== null || paidTo !== null;
  const filter = {
    'state.orderRef.sellerId': sellerId,
    ...(status !== '' && { 'state.status': status }),
    ...(flag !== '' && { 'state.flags': flag }),
    ...(queue !== '' && waitingIn(sellerId, queue)),
    ...(isByPayment && {
      'state.paidAt': { ...(paidFrom && { $gte: paidFrom }), ...(paidTo && { $lt: paidTo }) },
    }),
    ...(marks.length === 1 && { 'state.marks': marks[0] }),
    ...(marks.length > 1 && { $and: marks.map((one) => ({ 'state.marks': one })) }),
  };
  if (queue !== '') return { filter, sort: { field: waitField(queue), direction: 1 } };
  return { filter, sort: isByPayment ? LATEST_PAYMENT_FIRST : NEWEST_FIRST };
}
