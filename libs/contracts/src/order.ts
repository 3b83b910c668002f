export * from './gen/astrolabe/order/v1/order_service.ts';
export * from './gen/astrolabe/order/v1/order_events.ts';
