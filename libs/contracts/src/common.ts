export * from './gen/astrolabe/common/v1/common.ts';
export {
  ConnectionPause,
  ConnectionTraffic,
  ListedSellerConnection,
  SellerConnection,
} from './gen/astrolabe/common/v1/connection.ts';
export type { LifeEvent } from './gen/astrolabe/common/v1/life.ts';
