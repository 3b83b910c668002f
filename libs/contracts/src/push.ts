export * from './gen/astrolabe/push/v1/push_service.ts';
