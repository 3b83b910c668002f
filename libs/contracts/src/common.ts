export * from './gen/astrolabe/common/v1/common.ts';
export {
  ConnectionPause,
  ListedSellerConnection,
  SellerConnection,
} from './gen/astrolabe/common/v1/connection.ts';
