import type { LifeEvent } from '@astrolabe/kernel';
import { historyWith, lifeEvent } from '@astrolabe/kernel';
import type { OrderLife } from '../order-life.ts';
import type { Decision } from './dispatch.ts';
import type { Dispatch, DistributionOrder } from './order.ts';

/** The order with what a change of it means to people. One that nothing has happened to is itself. */
export function withHistory(
  before: DistributionOrder | null,
  after: DistributionOrder,
  now: Date,
): DistributionOrder {
  const known = new Map(before?.dispatches.map((one) => [one.outOrderId, one]));
  const happened = [
    ...(before ? [] : [lifeEvent(after.createdAt, 'DISTRIBUTION_TAKEN')]),
    ...after.dispatches.flatMap((one) => happenedTo(known.get(one.outOrderId), one, now)),
  ];
  if (happened.length === 0) return after;
  return { ...after, history: historyWith(after.history, happened) };
}

function happenedTo(
  before: Dispatch | undefined,
  after: Dispatch,
  now: Date,
): readonly LifeEvent[] {
  const { outOrderId, supplierId, state, reason, message, held, orders } = after;
  const events: LifeEvent[] = [];
  if (held !== (before?.held ?? false)) {
    const about = [outOrderId];
    events.push(lifeEvent(now, held ? 'DISPATCH_HELD' : 'DISPATCH_RELEASED', { about }));
  }
  if (state !== before?.state) {
    const ids = state.startsWith('CREATED') ? orders.map(({ orderId }) => orderId) : [];
    const about = [outOrderId, ...(supplierId === '' ? [] : [supplierId]), ...ids];
    // An attempt that begins has no reason of its own.
    const isBegun = state === 'NEW' || state === 'READY' || state === 'SENT';
    const why = isBegun ? {} : { reason, words: message };
    events.push(lifeEvent(now, `DISPATCH_${state}`, { about, ...why }));
  }
  return events;
}

const DECISIONS: Readonly<Record<Decision['kind'], string>> = {
  send: 'DECIDE_SEND_AGAIN',
  look: 'DECIDE_LOOK',
  created: 'DECIDE_CREATED',
  rejected: 'DECIDE_NOT_CREATED',
};

/** The order with who decided about one of its dispatches, and what. */
export const withDecision = (
  order: DistributionOrder,
  outOrderId: string,
  decision: Decision,
  by: string,
  now: Date,
): DistributionOrder => ({
  ...order,
  history: historyWith(order.history, [
    lifeEvent(now, 'DISPATCH_DECIDED', {
      about: [outOrderId],
      reason: DECISIONS[decision.kind],
      by,
      words: decision.kind === 'rejected' ? decision.message : '',
    }),
  ]),
});

/** What has become of a distribution order, for people. */
export function lifeOfDistribution({
  orderRef,
  lines,
  dispatches,
  history,
}: DistributionOrder): OrderLife {
  const states = [...new Set(dispatches.map(({ state }) => state))];
  return {
    orderRef,
    kind: 'DISTRIBUTION',
    state: states.length === 1 ? `DISPATCH_${states[0]}` : '',
    problem: dispatches.find(({ reason }) => reason !== '')?.reason ?? '',
    lines: lines.map(({ lineId, offerId, specId, quantityMilli }) => ({
      lineId,
      goodsId: '',
      sku: specId === '' ? offerId : `${offerId}/${specId}`,
      quantityMilli,
    })),
    events: history,
    related: [],
  };
}
