import type { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import type {
  FiguresServiceClient,
  FulfillmentServiceClient,
} from '@astrolabe/contracts/fulfillment';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { OrderRepairServiceClient, OrderServiceClient } from '@astrolabe/contracts/order';
import type { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';

/** The services that operators' pages ask. */
export type Backends = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  repair: GrpcClient<OrderRepairServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
  figures: GrpcClient<FiguresServiceClient>;
  settlement: GrpcClient<SettlementServiceClient>;
};
