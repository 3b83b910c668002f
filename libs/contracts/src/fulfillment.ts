export * from './gen/astrolabe/fulfillment/v1/fulfillment_service.ts';
export {
  StoreAccepted,
  StoreConsigned,
  StoreNotReached,
  StoreNotified,
  StoreRefused,
} from './gen/astrolabe/fulfillment/v1/fulfillment_events.ts';
