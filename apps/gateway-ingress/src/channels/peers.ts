import type { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import type { FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type {
  DistributionServiceClient,
  OrderServiceClient,
  ProcurementServiceClient,
  TillServiceClient,
} from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';

/** The services that methods are relayed to. */
export type Peers = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  distribution: GrpcClient<DistributionServiceClient>;
  tills: GrpcClient<TillServiceClient>;
  procurement: GrpcClient<ProcurementServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
};
