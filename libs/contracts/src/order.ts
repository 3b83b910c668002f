export * from './gen/astrolabe/order/v1/order_service.ts';
export {
  AllocatedLine,
  OrderAccepted,
  OrderAllocated,
  OrderAllocationFailed,
  OrderAwaitingAllocation,
  OrderClosed,
  OrderShipped,
  ShippedLine,
} from './gen/astrolabe/order/v1/order_events.ts';
