import {
  BindingsChanged,
  OfferChanged,
  StoreChanged,
} from './gen/astrolabe/catalog/v1/catalog_events.ts';
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
import {
  ParcelRejected,
  ParcelShipped,
  ReceiptRecorded,
  ReceiptReversed,
  ReturnDenied,
  ReturnRequested,
  SupplyDelivered,
  SupplyReturned,
} from './gen/astrolabe/fulfillment/v1/supply_events.ts';
import {
  MessageParked,
  OrderSeen,
  ProcurementSaid,
} from './gen/astrolabe/ingress/v1/ingress_events.ts';
import { StockRecorded } from './gen/astrolabe/inventory/v1/inventory_events.ts';
import {
  MallPreorderReleased,
  MallPreordered,
  OrderAccepted,
  OrderAllocated,
  OrderAllocationFailed,
  OrderAwaitingAllocation,
  OrderClosed,
  OrderDispatchRejected,
  OrderDispatchUnknown,
  OrderDispatched,
  OrderReopened,
  OrderShipped,
  SupplyOrderCancelled,
  SupplyOrderConfirmed,
  TillReturned,
  TillSaleRejected,
  TillSold,
} from './gen/astrolabe/order/v1/order_events.ts';
import {
  ReceivableRecorded,
  SettlementNoteChanged,
} from './gen/astrolabe/settlement/v1/settlement_events.ts';

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
  messageParked: event('astrolabe.ingress.v1.MessageParked', MessageParked),
  procurementSaid: event('astrolabe.ingress.v1.ProcurementSaid', ProcurementSaid),
  storeChanged: event('astrolabe.catalog.v1.StoreChanged', StoreChanged),
  bindingsChanged: event('astrolabe.catalog.v1.BindingsChanged', BindingsChanged),
  offerChanged: event('astrolabe.catalog.v1.OfferChanged', OfferChanged),
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
  orderDispatched: event('astrolabe.order.v1.OrderDispatched', OrderDispatched),
  orderDispatchRejected: event('astrolabe.order.v1.OrderDispatchRejected', OrderDispatchRejected),
  orderDispatchUnknown: event('astrolabe.order.v1.OrderDispatchUnknown', OrderDispatchUnknown),
  tillSold: event('astrolabe.order.v1.TillSold', TillSold),
  tillSaleRejected: event('astrolabe.order.v1.TillSaleRejected', TillSaleRejected),
  tillReturned: event('astrolabe.order.v1.TillReturned', TillReturned),
  supplyOrderConfirmed: event('astrolabe.order.v1.SupplyOrderConfirmed', SupplyOrderConfirmed),
  supplyOrderCancelled: event('astrolabe.order.v1.SupplyOrderCancelled', SupplyOrderCancelled),
  mallPreordered: event('astrolabe.order.v1.MallPreordered', MallPreordered),
  mallPreorderReleased: event('astrolabe.order.v1.MallPreorderReleased', MallPreorderReleased),
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
  parcelShipped: event('astrolabe.fulfillment.v1.ParcelShipped', ParcelShipped),
  supplyDelivered: event('astrolabe.fulfillment.v1.SupplyDelivered', SupplyDelivered),
  parcelRejected: event('astrolabe.fulfillment.v1.ParcelRejected', ParcelRejected),
  receiptRecorded: event('astrolabe.fulfillment.v1.ReceiptRecorded', ReceiptRecorded),
  receiptReversed: event('astrolabe.fulfillment.v1.ReceiptReversed', ReceiptReversed),
  returnRequested: event('astrolabe.fulfillment.v1.ReturnRequested', ReturnRequested),
  returnDenied: event('astrolabe.fulfillment.v1.ReturnDenied', ReturnDenied),
  supplyReturned: event('astrolabe.fulfillment.v1.SupplyReturned', SupplyReturned),
  receivableRecorded: event('astrolabe.settlement.v1.ReceivableRecorded', ReceivableRecorded),
  settlementNoteChanged: event(
    'astrolabe.settlement.v1.SettlementNoteChanged',
    SettlementNoteChanged,
  ),
} as const;
