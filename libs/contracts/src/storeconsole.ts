export * from './gen/astrolabe/storeconsole/v1/store_console_service.ts';
