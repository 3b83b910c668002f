import { EVENTS, orderRefFromMessage, placeFromMessage } from '@astrolabe/contracts';
import type { StoreAccepted, StoreNotified } from '@astrolabe/contracts/fulfillment';
import { byType } from '@astrolabe/messaging';
import type { HandlerOutcome } from '@astrolabe/messaging';
import type { Feeds, StoreName } from '../../application/store-ports.ts';
import type { NewsKind } from '../../domain/feed.ts';

/** What the handler needs of a message; the messaging library's events have more. */
export type Incoming = {
  readonly id: string;
  readonly type: string;
  readonly time: Date;
  readonly payload: Uint8Array;
};

export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

type Told = Pick<StoreNotified, 'orderRef' | 'allocation' | 'place'> & {
  at: Date | undefined;
  operator: string;
};

const byStore = (event: StoreAccepted): Told => ({ ...event, at: event.actionTime });

type News = readonly [NewsKind, Told];
type Reader = (payload: Uint8Array) => News;

const notified: Reader = (payload) => {
  const event = EVENTS.storeNotified.decode(payload);
  return ['NOTIFIED', { ...event, at: event.notifiedAt, operator: 'astrolabe' }];
};

const refundAsked: Reader = (payload) => {
  const event = EVENTS.refundAsked.decode(payload);
  return ['REFUND_ASKED', { ...event, at: event.askedAt, operator: 'astrolabe' }];
};

const refundWithdrawn: Reader = (payload) => {
  const event = EVENTS.refundWithdrawn.decode(payload);
  return ['REFUND_WITHDRAWN', { ...event, at: event.withdrawnAt, operator: 'astrolabe' }];
};

const handedOver: Reader = (payload) => {
  const event = EVENTS.goodsHandedOver.decode(payload);
  return ['HANDED_OVER', { ...event, at: event.handedOverAt }];
};

export type HandlerDeps = {
  feeds: Pick<Feeds, 'add'>;
  /** Called when the feed has it, durably. */
  told: () => void;
  /** A new order is to be told to the store's devices; durable when it is done. */
  tellDevices: (store: StoreName, news: { eventId: string; at: Date }) => Promise<void>;
};

/** Puts what happens at a store into its feed, and has its devices told of new orders. */
export function fulfillmentHandler(
  deps: HandlerDeps,
): (message: Incoming) => Promise<HandlerOutcome> {
  const adding = (read: Reader) => async (message: Incoming) =>
    await add(deps, message, read(message.payload));
  return byType('console', {
    storeNotified: adding(notified),
    storeAccepted: adding((payload) => ['ACCEPTED', byStore(EVENTS.storeAccepted.decode(payload))]),
    storeRefused: adding((payload) => ['REFUSED', byStore(EVENTS.storeRefused.decode(payload))]),
    storeConsigned: adding((payload) => [
      'CONSIGNED',
      byStore(EVENTS.storeConsigned.decode(payload)),
    ]),
    goodsHandedOver: adding(handedOver),
    refundAsked: adding(refundAsked),
    refundWithdrawn: adding(refundWithdrawn),
  });
}

async function add(
  { feeds, told, tellDevices }: HandlerDeps,
  message: Incoming,
  [kind, { allocation, place, at, operator, ...event }]: News,
): Promise<Handled> {
  const where = placeFromMessage(place);
  const orderRef = orderRefFromMessage(event.orderRef);
  // No store had been asked about the refund.
  if (kind === 'REFUND_WITHDRAWN' && !place) return { kind: 'done' };
  if (!orderRef || !where) {
    return { kind: 'reject', reason: 'INCOMPLETE_EVENT' };
  }
  if (where.type !== 'STORE') return { kind: 'done' };
  const entry = {
    eventId: message.id,
    kind,
    orderRef,
    allocation,
    at: at ?? message.time,
    operator,
  };
  const store = { sellerId: orderRef.sellerId, storeId: where.id };
  await feeds.add(store, entry);
  if (kind === 'NOTIFIED') await tellDevices(store, { eventId: entry.eventId, at: entry.at });
  told();
  return { kind: 'done' };
}
