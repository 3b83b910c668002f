import type { EventName } from './consumers.ts';

/** One Kafka topic. Declared here and created by the topics job, never automatically. */
export type TopicSpec = {
  readonly name: string;
  /** The only service that writes it. */
  readonly owner: string;
  /** What the message key is: order is promised per key only. */
  readonly keyedBy: string;
  readonly partitions: number;
  readonly retentionMs: number;
  /** Consumer groups; each gets its own retry and dead-letter topics. */
  readonly consumers: readonly string[];
};

const WEEK_MS = 7 * 24 * 3_600_000;

/** A topic with the events that it carries. */
type EventTopic = TopicSpec & { readonly events: readonly EventName[] };

/** Every topic of the platform. */
export const TOPICS = {
  ingressOrders: {
    name: 'astrolabe.ingress.orders.v1',
    owner: 'gateway-ingress',
    keyedBy: 'channel/sellerId/number',
    events: ['orderSeen'],
    partitions: 6,
    retentionMs: WEEK_MS,
    consumers: ['order-router', 'fulfillment', 'fulfillment-figures', 'order-push'],
  },
  ingressProcurement: {
    name: 'astrolabe.ingress.procurement.v1',
    owner: 'gateway-ingress',
    keyedBy: 'channel/sellerId/what it is about',
    events: ['procurementSaid'],
    partitions: 6,
    retentionMs: WEEK_MS,
    consumers: ['catalog-sync', 'order-router', 'fulfillment', 'settlement'],
  },
  ingressParked: {
    name: 'astrolabe.ingress.parked.v1',
    owner: 'gateway-ingress',
    keyedBy: 'channel/application',
    events: ['messageParked'],
    partitions: 3,
    retentionMs: WEEK_MS,
    consumers: [],
  },
  orderEvents: {
    name: 'astrolabe.order.events.v1',
    owner: 'order-router',
    keyedBy: 'channel/sellerId/number',
    events: [
      'orderAccepted',
      'orderAwaitingAllocation',
      'orderAllocated',
      'orderAllocationFailed',
      'orderShipped',
      'orderClosed',
      'orderReopened',
      'orderDispatched',
      'orderDispatchRejected',
      'orderDispatchUnknown',
      'tillSold',
      'tillSaleRejected',
      'tillReturned',
      'supplyOrderConfirmed',
      'supplyOrderCancelled',
      'mallPreordered',
      'mallPreorderReleased',
    ],
    partitions: 6,
    retentionMs: WEEK_MS,
    consumers: ['fulfillment', 'settlement', 'fulfillment-figures', 'order-push'],
  },
  fulfillmentEvents: {
    name: 'astrolabe.fulfillment.events.v1',
    owner: 'fulfillment',
    keyedBy: 'channel/sellerId/number',
    events: [
      'storeNotified',
      'storeNotReached',
      'storeAccepted',
      'storeRefused',
      'storeConsigned',
      'goodsHandedOver',
      'refundAsked',
      'refundTold',
      'refundAgreed',
      'refundReturned',
      'refundWithdrawn',
      'parcelShipped',
      'supplyDelivered',
      'parcelRejected',
      'receiptRecorded',
      'receiptReversed',
      'returnRequested',
      'returnDenied',
      'supplyReturned',
    ],
    partitions: 6,
    retentionMs: WEEK_MS,
    consumers: ['order-router', 'settlement', 'fulfillment-figures', 'order-push', 'console'],
  },
  inventoryEvents: {
    name: 'astrolabe.inventory.events.v1',
    owner: 'inventory-service',
    keyedBy: 'partition',
    events: ['stockRecorded'],
    partitions: 6,
    retentionMs: WEEK_MS,
    consumers: [],
  },
  catalogEvents: {
    name: 'astrolabe.catalog.events.v1',
    owner: 'catalog-sync',
    keyedBy: 'sellerId/storeId, sellerId/itemId or sellerId/goodsId',
    events: ['storeChanged', 'bindingsChanged', 'offerChanged'],
    partitions: 3,
    retentionMs: WEEK_MS,
    consumers: ['catalog-sync', 'order-router'],
  },
  settlementEvents: {
    name: 'astrolabe.settlement.events.v1',
    owner: 'settlement',
    keyedBy: 'channel/sellerId/number',
    events: ['receivableRecorded', 'settlementNoteChanged'],
    partitions: 3,
    retentionMs: WEEK_MS,
    consumers: [],
  },
} as const satisfies Record<string, EventTopic>;

/** All topics as a list, for the job that creates them. */
export const ALL_TOPICS: readonly TopicSpec[] = Object.values(TOPICS);
