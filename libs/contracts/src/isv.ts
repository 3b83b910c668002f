export * from './gen/astrolabe/isv/v1/isv_service.ts';
