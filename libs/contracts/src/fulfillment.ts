export * from './gen/astrolabe/fulfillment/v1/fulfillment_service.ts';
export * from './gen/astrolabe/fulfillment/v1/fulfillment_events.ts';
