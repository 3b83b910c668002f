import type { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import type { FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { OrderServiceClient } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';

/** The four services that methods are relayed to. */
export type Peers = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
};
