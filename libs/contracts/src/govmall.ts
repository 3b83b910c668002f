export * from './gen/astrolabe/govmall/v1/govmall_service.ts';
