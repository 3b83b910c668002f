export * from './gen/astrolabe/common/v1/common.ts';
