export * from './gen/astrolabe/transport/v1/carrier_service.ts';
