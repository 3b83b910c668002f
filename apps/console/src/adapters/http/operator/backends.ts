import type { CatalogAdminServiceClient, CatalogServiceClient } from '@astrolabe/contracts/catalog';
import type {
  ConnectionAdminServiceClient as FulfillmentConnections,
  FiguresServiceClient,
  FulfillmentOverviewServiceClient,
  FulfillmentServiceClient,
  RefundAdminServiceClient,
  SupplyServiceClient,
} from '@astrolabe/contracts/fulfillment';
import type { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import type {
  IngressAdminServiceClient,
  PlatformAdminServiceClient,
} from '@astrolabe/contracts/ingress';
import type {
  InventoryServiceClient,
  OccupancyServiceClient,
} from '@astrolabe/contracts/inventory';
import type {
  ConnectionAdminServiceClient as OrderConnections,
  MallOrderAdminServiceClient,
  OrderLifeServiceClient,
  OrderOverviewServiceClient,
  OrderRepairServiceClient,
  OrderServiceClient,
  RoutingServiceClient,
} from '@astrolabe/contracts/order';
import type {
  MallMoneyServiceClient,
  MallMoneyAdminServiceClient,
  SettlementNoteServiceClient,
  SettlementOverviewServiceClient,
  SettlementServiceClient,
} from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';

/** The services that operators' pages ask. */
export type Backends = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  occupancy: GrpcClient<OccupancyServiceClient>;
  repair: GrpcClient<OrderRepairServiceClient>;
  routing: GrpcClient<RoutingServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  lives: GrpcClient<OrderLifeServiceClient>;
  supplies: GrpcClient<SupplyServiceClient>;
  overview: GrpcClient<OrderOverviewServiceClient>;
  taskOverview: GrpcClient<FulfillmentOverviewServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
  refundAdmin: GrpcClient<RefundAdminServiceClient>;
  figures: GrpcClient<FiguresServiceClient>;
  settlement: GrpcClient<SettlementServiceClient>;
  moneyOverview: GrpcClient<SettlementOverviewServiceClient>;
  mallMoneyAdmin: GrpcClient<MallMoneyAdminServiceClient>;
  notes: GrpcClient<SettlementNoteServiceClient>;
  catalogAdmin: GrpcClient<CatalogAdminServiceClient>;
  appKeys: GrpcClient<IngressAdminServiceClient>;
  platforms: GrpcClient<PlatformAdminServiceClient>;
  fulfillmentConnections: GrpcClient<FulfillmentConnections>;
  orderConnections: GrpcClient<OrderConnections>;
  mallOrders: GrpcClient<MallOrderAdminServiceClient>;
  mallMoney: GrpcClient<MallMoneyServiceClient>;
  mallAccounts: GrpcClient<GovmallAdminServiceClient>;
};
