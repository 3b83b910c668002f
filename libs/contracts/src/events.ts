import { BindingsChanged, StoreChanged } from './gen/astrolabe/catalog/v1/catalog_events.ts';
import {
  GoodsHandedOver,
  RefundAgreed,
  RefundAsked,
  RefundReturned,
  RefundTold,
  RefundWithdrawn,
  StoreAccepted,
  StoreConsigned,
  StoreNotReached,
  StoreNotified,
  StoreRefused,
} from './gen/astrolabe/fulfillment/v1/fulfillment_events.ts';
import { OrderSeen } from './gen/astrolabe/ingress/v1/ingress_events.ts';
import { StockRecorded } from './gen/astrolabe/inventory/v1/inventory_events.ts';
import {
  OrderAccepted,
  OrderAllocated,
  OrderAllocationFailed,
  OrderAwaitingAllocation,
  OrderClosed,
  OrderReopened,
  OrderShipped,
} from './gen/astrolabe/order/v1/order_events.ts';
import { ReceivableRecorded } from './gen/astrolabe/settlement/v1/settlement_events.ts';

/** The parts of a generated message codec that event handling needs. */
type Codec<T> = {
  encode(message: T): { finish(): Uint8Array };
  decode(input: Uint8Array): T;
};

/** An event type: its CloudEvents `type` and the codec of its payload. */
export type EventSpec<T> = {
  readonly type: string;
  encode(message: T): Uint8Array;
  /** @throws UnreadableContent for bytes that are no such message. */
  decode(payload: Uint8Array): T;
};

/** Thrown for a payload that is no message of its type: no repetition makes it one. */
export class UnreadableContent extends Error {
  override readonly name = 'UnreadableContent';
}

function event<T>(type: string, codec: Codec<T>): EventSpec<T> {
  return {
    type,
    encode: (message) => codec.encode(message).finish(),
    decode: (payload) => {
      try {
        return codec.decode(payload);
      } catch (cause) {
        throw new UnreadableContent(`the content is no ${type}`, { cause });
      }
    },
  };
}

/** Every event that crosses Kafka, by name. The type is the full name of the protobuf message. */
export const EVENTS = {
  orderSeen: event('astrolabe.ingress.v1.OrderSeen', OrderSeen),
  storeChanged: event('astrolabe.catalog.v1.StoreChanged', StoreChanged),
  bindingsChanged: event('astrolabe.catalog.v1.BindingsChanged', BindingsChanged),
  stockRecorded: event('astrolabe.inventory.v1.StockRecorded', StockRecorded),
  orderAllocated: event('astrolabe.order.v1.OrderAllocated', OrderAllocated),
  orderAllocationFailed: event('astrolabe.order.v1.OrderAllocationFailed', OrderAllocationFailed),
  orderAwaitingAllocation: event(
    'astrolabe.order.v1.OrderAwaitingAllocation',
    OrderAwaitingAllocation,
  ),
  orderAccepted: event('astrolabe.order.v1.OrderAccepted', OrderAccepted),
  orderShipped: event('astrolabe.order.v1.OrderShipped', OrderShipped),
  orderClosed: event('astrolabe.order.v1.OrderClosed', OrderClosed),
  orderReopened: event('astrolabe.order.v1.OrderReopened', OrderReopened),
  storeNotified: event('astrolabe.fulfillment.v1.StoreNotified', StoreNotified),
  storeNotReached: event('astrolabe.fulfillment.v1.StoreNotReached', StoreNotReached),
  refundAsked: event('astrolabe.fulfillment.v1.RefundAsked', RefundAsked),
  refundTold: event('astrolabe.fulfillment.v1.RefundTold', RefundTold),
  refundAgreed: event('astrolabe.fulfillment.v1.RefundAgreed', RefundAgreed),
  refundReturned: event('astrolabe.fulfillment.v1.RefundReturned', RefundReturned),
  refundWithdrawn: event('astrolabe.fulfillment.v1.RefundWithdrawn', RefundWithdrawn),
  storeAccepted: event('astrolabe.fulfillment.v1.StoreAccepted', StoreAccepted),
  storeRefused: event('astrolabe.fulfillment.v1.StoreRefused', StoreRefused),
  goodsHandedOver: event('astrolabe.fulfillment.v1.GoodsHandedOver', GoodsHandedOver),
  storeConsigned: event('astrolabe.fulfillment.v1.StoreConsigned', StoreConsigned),
  receivableRecorded: event('astrolabe.settlement.v1.ReceivableRecorded', ReceivableRecorded),
} as const;
