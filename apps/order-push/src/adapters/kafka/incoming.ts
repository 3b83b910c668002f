import {
  EVENTS,
  flowFromMessage,
  orderRefFromMessage,
  orderSeenFromMessage,
  placeFromMessage,
} from '@astrolabe/contracts';
import type { HandledBy } from '@astrolabe/contracts';
import type { Clock, OrderRef, RefundState } from '@astrolabe/kernel';
import { TMALL } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { Origin, Pushes, Sellers, Tables } from '../../application/ports.ts';
import {
  recordAllocated,
  recordAllocationFailed,
  recordAnswer,
  recordAwaiting,
  recordClosed,
  recordNotified,
  recordOrder,
  recordReopened,
  recordShipped,
  recordRefundNotice,
} from '../../domain/news.ts';
import { newPushedOrder } from '../../domain/pushed-order.ts';
import type { PushedOrder, StoreAnswer } from '../../domain/pushed-order.ts';
import { isDueNow, withAudience } from '../../domain/schedule.ts';

/** What the handlers need of a message; the messaging library's events have more. */
export type Incoming = {
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly sequence: bigint;
  readonly time: Date;
  readonly payload: Uint8Array;
};

/** `reject` sends the message to the dead letters: no repetition could help it. */
export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

export type IncomingDeps = {
  readonly pushes: Pick<Pushes, 'change'>;
  readonly sellers: Pick<Sellers, 'find'>;
  readonly hasTable: Tables['has'];
  readonly clock: Clock;
  /** Something may be due for an order. */
  readonly wake: (name: OrderRef) => void;
};

type Reader = (message: Incoming) => News | null;
type News = {
  readonly event: { readonly orderRef?: OrderRef | undefined };
  readonly apply: (push: PushedOrder, now: Date) => PushedOrder;
};

const DONE: Handled = { kind: 'done' };

/** What is told of orders, by the channel and by the services that route and fulfil them. */
export const newsHandler = (deps: IncomingDeps): ((message: Incoming) => Promise<HandlerOutcome>) =>
  byType('order-push', {
    orderSeen: taking(deps, READERS.orderSeen),
    refundTold: taking(deps, READERS.refundTold),
    orderAwaitingAllocation: taking(deps, READERS.orderAwaitingAllocation),
    orderAllocated: taking(deps, READERS.orderAllocated),
    orderAllocationFailed: taking(deps, READERS.orderAllocationFailed),
    orderShipped: taking(deps, READERS.orderShipped),
    orderClosed: taking(deps, READERS.orderClosed),
    orderReopened: taking(deps, READERS.orderReopened),
    storeNotified: taking(deps, READERS.storeNotified),
    storeNotReached: taking(deps, READERS.storeNotReached),
    storeAccepted: taking(deps, READERS.storeAccepted),
    storeRefused: taking(deps, READERS.storeRefused),
    storeConsigned: taking(deps, READERS.storeConsigned),
  });

const taking =
  ({ pushes, sellers, hasTable, clock, wake }: IncomingDeps, read: Reader) =>
  async (message: Incoming): Promise<Handled> => {
    const news = read(message);
    const name = orderRefFromMessage(news?.event.orderRef);
    if (!news || !name) return { kind: 'reject', reason: 'INCOMPLETE_NEWS' };
    // The tables and SPIs here are Tmall's, which name an order by its number alone.
    if (name.channel !== TMALL) return DONE;
    const settings = await sellers.find(name.sellerId);
    const push = await pushes.change(name, originOf(message), (before) => {
      const now = clock();
      const after = news.apply(before ?? newPushedOrder(name, now), now);
      return withAudience(after, settings, hasTable, now);
    });
    if (push && isDueNow(push, clock())) wake(name);
    return DONE;
  };

const originOf = (message: Incoming): Origin => ({
  source: `${message.source}/${message.subject}`,
  sequence: message.sequence,
});

const answer =
  (
    spec: {
      decode(payload: Uint8Array): News['event'] & { allocation: number; subOrderIds: string[] };
    },
    status: StoreAnswer['status'],
  ) =>
  ({ payload }: Incoming): News => {
    const event = spec.decode(payload);
    const { allocation } = event;
    const answers = event.subOrderIds.map((subOrderId) => ({ subOrderId, allocation, status }));
    return { event, apply: (push, now) => recordAnswer(push, answers, now) };
  };

const notified =
  (spec: { decode(payload: Uint8Array): News['event'] & { allocation: number } }) =>
  ({ payload }: Incoming): News => {
    const event = spec.decode(payload);
    return { event, apply: (push, now) => recordNotified(push, event.allocation, now) };
  };

const READERS = {
  orderSeen: ({ payload }) => {
    const read = orderSeenFromMessage(EVENTS.orderSeen.decode(payload));
    if (!read.ok) return null;
    const { publishedAt } = read.value;
    const { orderRef, hold: _hold, collectStoreId: _store, ...order } = read.value.order;
    const seen = { ...order, publishedAt };
    return { event: { orderRef }, apply: (push, now) => recordOrder(push, seen, now) };
  },
  // The SPI comes first, then the table (white paper 3.2, L343).
  refundTold: ({ payload, time }) => {
    const event = EVENTS.refundTold.decode(payload);
    const at = event.toldAt ?? time;
    const refunds = event.refunds.filter(({ refundId }) => refundId !== '');
    return {
      event,
      apply: (push, now) =>
        refunds.reduce((before, { refundId, subOrderId, feeFen: refundFeeFen, ...more }) => {
          const state = refundStateOf(more);
          const told = { refundId, subOrderId, state, refundFeeFen, at };
          return recordRefundNotice(
            before,
            { ...told, ...(more.amountOnly && { amountOnly: true }) },
            now,
          );
        }, push),
    };
  },
  orderAwaitingAllocation: ({ payload }) => {
    const event = EVENTS.orderAwaitingAllocation.decode(payload);
    return { event, apply: (push, now) => recordAwaiting(push, event.subOrderIds, now) };
  },
  orderAllocated: ({ payload }) => {
    const event = EVENTS.orderAllocated.decode(payload);
    const { allocation } = event;
    const pickup = flowFromMessage(event.flow) === 'PICKUP' && { pickup: true as const };
    const placements = event.lines.flatMap((line) => {
      const place = placeFromMessage(line.place);
      const attributes = Object.entries(line.attributes);
      const { subOrderId } = line;
      return place ? [{ subOrderId, allocation, place, ...pickup, attributes }] : [];
    });
    const given = {
      allocation,
      allocator: event.allocatedBy === 'isv' ? ('isv' as const) : ('astrolabe' as const),
      acceptor: event.acceptor === 'pos' ? ('pos' as const) : ('dianzhanggui' as const),
      placements,
    };
    return { event, apply: (push, now) => recordAllocated(push, given, now) };
  },
  orderAllocationFailed: ({ payload }) => {
    const event = EVENTS.orderAllocationFailed.decode(payload);
    return { event, apply: recordAllocationFailed };
  },
  orderShipped: ({ payload }) => {
    const event = EVENTS.orderShipped.decode(payload);
    const ids = event.lines.map((line) => line.subOrderId);
    return { event, apply: (push, now) => recordShipped(push, ids, now) };
  },
  orderClosed: ({ payload }) => {
    const event = EVENTS.orderClosed.decode(payload);
    return { event, apply: (push, now) => recordClosed(push, event.subOrderIds, now) };
  },
  orderReopened: ({ payload }) => {
    const event = EVENTS.orderReopened.decode(payload);
    return { event, apply: (push, now) => recordReopened(push, event.subOrderIds, now) };
  },
  storeNotified: notified(EVENTS.storeNotified),
  storeNotReached: notified(EVENTS.storeNotReached),
  storeAccepted: answer(EVENTS.storeAccepted, 'ACCEPTED'),
  storeRefused: answer(EVENTS.storeRefused, 'REFUSED'),
  storeConsigned: answer(EVENTS.storeConsigned, 'SHIPPED'),
} satisfies Record<HandledBy<'order-push'>, Reader>;

function refundStateOf({
  withdrawn,
  granted,
}: Partial<Record<'withdrawn' | 'granted', unknown>>): RefundState {
  if (withdrawn) return 'WITHDRAWN';
  return granted ? 'PAID_BACK' : 'ASKED';
}
