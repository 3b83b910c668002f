import type { EVENTS } from './events.ts';

/** An event's name in `EVENTS`. */
export type EventName = keyof typeof EVENTS;

/** What a consumer group does with the events of its topics: each is in exactly one of the lists. */
export type Declaration = {
  readonly handles: readonly EventName[];
  /** Acknowledged without a look: they concern others. */
  readonly ignores: readonly EventName[];
};

/**
 * Every consumer group. A type that its group does not declare is nothing that this version understands,
 * and goes to the dead letters; `consumers.test.ts` compares the lists with the events of the topics.
 */
export const CONSUMERS = {
  'order-router': {
    handles: [
      'orderSeen',
      'storeChanged',
      'storeAccepted',
      'storeRefused',
      'storeConsigned',
      'goodsHandedOver',
      'refundAgreed',
      'refundWithdrawn',
    ],
    ignores: [
      'bindingsChanged',
      'storeNotified',
      'storeNotReached',
      'refundAsked',
      'refundTold',
      'refundReturned',
    ],
  },
  fulfillment: {
    handles: ['orderSeen', 'orderAllocated', 'orderClosed', 'orderReopened'],
    ignores: ['orderAccepted', 'orderAllocationFailed', 'orderAwaitingAllocation', 'orderShipped'],
  },
  'fulfillment-figures': {
    handles: [
      'orderSeen',
      'orderAllocated',
      'storeNotified',
      'storeAccepted',
      'storeRefused',
      'storeConsigned',
    ],
    ignores: [
      'orderAccepted',
      'orderAllocationFailed',
      'orderAwaitingAllocation',
      'orderClosed',
      'orderReopened',
      'orderShipped',
      'storeNotReached',
      'goodsHandedOver',
      'refundAsked',
      'refundTold',
      'refundAgreed',
      'refundReturned',
      'refundWithdrawn',
    ],
  },
  'order-push': {
    handles: [
      'orderSeen',
      'orderAwaitingAllocation',
      'orderAllocated',
      'orderAllocationFailed',
      'orderShipped',
      'orderClosed',
      'orderReopened',
      'storeNotified',
      'storeNotReached',
      'storeAccepted',
      'storeRefused',
      'storeConsigned',
      'refundTold',
    ],
    ignores: [
      'orderAccepted',
      'goodsHandedOver',
      'refundAsked',
      'refundAgreed',
      'refundReturned',
      'refundWithdrawn',
    ],
  },
  settlement: {
    handles: ['orderShipped', 'refundReturned'],
    ignores: [
      'orderAccepted',
      'orderAllocated',
      'orderAllocationFailed',
      'orderAwaitingAllocation',
      'orderClosed',
      'orderReopened',
      'storeNotified',
      'storeNotReached',
      'storeAccepted',
      'storeRefused',
      'storeConsigned',
      'goodsHandedOver',
      'refundAsked',
      'refundTold',
      'refundAgreed',
      'refundWithdrawn',
    ],
  },
  console: {
    handles: [
      'storeNotified',
      'storeAccepted',
      'storeRefused',
      'storeConsigned',
      'goodsHandedOver',
      'refundAsked',
      'refundWithdrawn',
    ],
    ignores: ['storeNotReached', 'refundTold', 'refundAgreed', 'refundReturned'],
  },
} as const satisfies Readonly<Record<string, Declaration>>;

export type ConsumerGroup = keyof typeof CONSUMERS;

/** Names of the events that the group handles. */
export type HandledBy<G extends ConsumerGroup> = (typeof CONSUMERS)[G]['handles'][number];
