export * from './gen/astrolabe/console/v1/console_service.ts';
