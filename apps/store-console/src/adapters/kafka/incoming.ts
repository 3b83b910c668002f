import { EVENTS, placeFromMessage } from '@astrolabe/contracts';
import type { StoreAccepted, StoreNotified } from '@astrolabe/contracts/fulfillment';
import type { Feeds } from '../../application/ports.ts';
import type { NewsKind } from '../../domain/feed.ts';

/** What the handler needs of a message; the messaging library's events have more. */
export type Incoming = {
  readonly id: string;
  readonly type: string;
  readonly time: Date;
  readonly payload: Uint8Array;
};

export type Handled = { kind: 'done' } | { kind: 'reject'; reason: string };

type Told = Pick<StoreNotified, 'sellerId' | 'tradeId' | 'allocation' | 'place'> & {
  at: Date | undefined;
  operator: string;
};

const byStore = (event: StoreAccepted): Told => ({ ...event, at: event.actionTime });

/** The event's news and kind; null for events that stores are not told. */
function newsOf({ type, payload }: Incoming): readonly [NewsKind, Told] | null {
  switch (type) {
    case EVENTS.storeNotified.type: {
      const event = EVENTS.storeNotified.decode(payload);
      return ['NOTIFIED', { ...event, at: event.notifiedAt, operator: 'astrolabe' }];
    }
    case EVENTS.storeAccepted.type:
      return ['ACCEPTED', byStore(EVENTS.storeAccepted.decode(payload))];
    case EVENTS.storeRefused.type:
      return ['REFUSED', byStore(EVENTS.storeRefused.decode(payload))];
    case EVENTS.refundAsked.type: {
      const event = EVENTS.refundAsked.decode(payload);
      return ['REFUND_ASKED', { ...event, at: event.askedAt, operator: 'astrolabe' }];
    }
    case EVENTS.refundWithdrawn.type: {
      const event = EVENTS.refundWithdrawn.decode(payload);
      return ['REFUND_WITHDRAWN', { ...event, at: event.withdrawnAt, operator: 'astrolabe' }];
    }
    case EVENTS.goodsHandedOver.type: {
      const event = EVENTS.goodsHandedOver.decode(payload);
      return ['HANDED_OVER', { ...event, at: event.handedOverAt }];
    }
    case EVENTS.storeConsigned.type:
      return ['CONSIGNED', byStore(EVENTS.storeConsigned.decode(payload))];
    default:
      return null;
  }
}

/** Puts what happens at a store into its feed; `told` is called when that is durable. */
export const fulfillmentHandler =
  (feeds: Pick<Feeds, 'add'>, told: () => void) =>
  async (message: Incoming): Promise<Handled> => {
    const news = newsOf(message);
    if (!news) return { kind: 'done' };
    const [kind, { sellerId, tradeId, allocation, place, at, operator }] = news;
    const where = placeFromMessage(place);
    // No store had been asked about the refund.
    if (kind === 'REFUND_WITHDRAWN' && !place) return { kind: 'done' };
    if (sellerId === '' || tradeId === '' || !where) {
      return { kind: 'reject', reason: 'INCOMPLETE_EVENT' };
    }
    if (where.type !== 'STORE') return { kind: 'done' };
    const entry = {
      eventId: message.id,
      kind,
      tradeId,
      allocation,
      at: at ?? message.time,
      operator,
    };
    await feeds.add({ sellerId, storeId: where.id }, entry);
    told();
    return { kind: 'done' };
  };
