import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import type { OrderRef } from '@astrolabe/kernel';
import type { FulfilmentEvent } from '../../domain/events.ts';
import type { Task } from '../../domain/fulfilment.ts';

type Encoded = { type: string; payload: Uint8Array };

/** The events of a change. The tasks of one event share allocation and place. */
export function encodeEvent(orderRef: OrderRef, event: FulfilmentEvent): Encoded {
  const [first] = event.tasks;
  const common = {
    orderRef,
    allocation: first?.allocation ?? 0,
    subOrderIds: event.tasks.map((task) => task.subOrderId),
    place: first?.place ? placeToMessage(first.place) : undefined,
  };
  if (event.kind === 'NOTIFIED') {
    const payload = EVENTS.storeNotified.encode({ ...common, notifiedAt: event.at });
    return { type: EVENTS.storeNotified.type, payload };
  }
  if (event.kind === 'NOT_REACHED') {
    const payload = EVENTS.storeNotReached.encode({ ...common, givenUpAt: event.at });
    return { type: EVENTS.storeNotReached.type, payload };
  }
  if (event.kind === 'REFUND_TOLD' || event.kind === 'WITHDRAWAL_TOLD') {
    const withdrawn = event.kind === 'WITHDRAWAL_TOLD';
    const refunds = (event.refunds ?? []).map(
      ({ refundId, subOrderId, feeFen, amountOnly, granted }) => ({
        refundId,
        subOrderId,
        feeFen,
        withdrawn,
        amountOnly,
        granted,
      }),
    );
    const payload = EVENTS.refundTold.encode({ orderRef, refunds, toldAt: event.at });
    return { type: EVENTS.refundTold.type, payload };
  }
  if (event.kind === 'REFUND_ASKED') {
    const payload = EVENTS.refundAsked.encode({ ...common, askedAt: event.at });
    return { type: EVENTS.refundAsked.type, payload };
  }
  if (event.kind === 'REFUND_WITHDRAWN') {
    const payload = EVENTS.refundWithdrawn.encode({ ...common, withdrawnAt: event.at });
    return { type: EVENTS.refundWithdrawn.type, payload };
  }
  if (event.kind === 'HANDED_OVER') {
    const { operator, at: handedOverAt } = event;
    const payload = EVENTS.goodsHandedOver.encode({ ...common, operator, handedOverAt });
    return { type: EVENTS.goodsHandedOver.type, payload };
  }
  const answer = { ...common, operator: event.operator, actionTime: event.at };
  switch (event.kind) {
    case 'ACCEPTED':
      return { type: EVENTS.storeAccepted.type, payload: EVENTS.storeAccepted.encode(answer) };
    case 'REFUND_AGREED':
      return { type: EVENTS.refundAgreed.type, payload: EVENTS.refundAgreed.encode(answer) };
    case 'REFUND_RETURNED':
      return { type: EVENTS.refundReturned.type, payload: EVENTS.refundReturned.encode(answer) };
    case 'REFUSED':
      return {
        type: EVENTS.storeRefused.type,
        payload: EVENTS.storeRefused.encode({ ...answer, ...whyRefused(event.tasks) }),
      };
    case 'CONSIGNED': {
      const logistics = first?.logistics ?? undefined;
      const payload = EVENTS.storeConsigned.encode({ ...answer, logistics });
      return { type: EVENTS.storeConsigned.type, payload };
    }
  }
}

/** Why tasks were refused, and what of goods that were given back is not there; as their histories say. */
function whyRefused(tasks: readonly Task[]) {
  const refusals = tasks.flatMap(({ subOrderId, allocation, history }) => {
    const entry = history.findLast(
      (one) => one.status === 'REFUSED' && one.allocation === allocation,
    );
    return entry ? [{ subOrderId, entry }] : [];
  });
  const [first] = refusals;
  const lost = refusals.flatMap(({ subOrderId, entry }) =>
    entry.lost ? [{ subOrderId, lostMilli: entry.lost }] : [],
  );
  return {
    reason: first?.entry.reason,
    ...(first?.entry.givenBack && { givenBack: { lost } }),
  };
}
