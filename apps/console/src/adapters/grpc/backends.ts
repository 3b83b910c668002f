import { CatalogAdminServiceClient, CatalogServiceClient } from '@astrolabe/contracts/catalog';
import {
  ConnectionAdminServiceClient as FulfillmentConnections,
  FiguresServiceClient,
  FulfillmentOverviewServiceClient,
  FulfillmentServiceClient,
  RefundAdminServiceClient,
  SupplyServiceClient,
} from '@astrolabe/contracts/fulfillment';
import { GovmallAdminServiceClient } from '@astrolabe/contracts/govmall';
import {
  IngressAdminServiceClient,
  PlatformAdminServiceClient,
} from '@astrolabe/contracts/ingress';
import { InventoryServiceClient, OccupancyServiceClient } from '@astrolabe/contracts/inventory';
import {
  ConnectionAdminServiceClient as OrderConnections,
  MallOrderAdminServiceClient,
  OrderLifeServiceClient,
  OrderOverviewServiceClient,
  OrderRepairServiceClient,
  OrderServiceClient,
  RoutingServiceClient,
} from '@astrolabe/contracts/order';
import {
  MallMoneyAdminServiceClient,
  MallMoneyServiceClient,
  SettlementNoteServiceClient,
  SettlementOverviewServiceClient,
  SettlementServiceClient,
} from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';

const DEADLINE_MS = 3_000;
/** A look at an order asks the catalog and the inventory; the page has its answer within ten seconds. */
const REPAIR_DEADLINE_MS = 8_000;

/** Where the services are that operators' pages ask. */
export type BackendAddresses = {
  CATALOG_ADDRESS: string;
  INVENTORY_ADDRESS: string;
  ORDER_ADDRESS: string;
  FULFILLMENT_ADDRESS: string;
  SETTLEMENT_ADDRESS: string;
  CATALOG_ADMIN_ADDRESS: string;
  GATEWAY_ADMIN_ADDRESS: string;
  ORDER_ADMIN_ADDRESS: string;
  FULFILLMENT_ADMIN_ADDRESS: string;
  GOVMALL_ADMIN_ADDRESS: string;
  SETTLEMENT_ADMIN_ADDRESS: string;
};

/** The services that operators' pages ask. */
export function connectBackends(addresses: BackendAddresses) {
  const at = (address: string) => ({
    address,
    name: 'console',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const clients = {
    catalog: createGrpcClient(CatalogServiceClient, at(addresses.CATALOG_ADDRESS)),
    inventory: createGrpcClient(InventoryServiceClient, at(addresses.INVENTORY_ADDRESS)),
    occupancy: createGrpcClient(OccupancyServiceClient, at(addresses.INVENTORY_ADDRESS)),
    repair: createGrpcClient(OrderRepairServiceClient, {
      ...at(addresses.ORDER_ADDRESS),
      defaultDeadlineMs: REPAIR_DEADLINE_MS,
    }),
    routing: createGrpcClient(RoutingServiceClient, {
      ...at(addresses.ORDER_ADDRESS),
      defaultDeadlineMs: REPAIR_DEADLINE_MS,
    }),
    orders: createGrpcClient(OrderServiceClient, at(addresses.ORDER_ADDRESS)),
    lives: createGrpcClient(OrderLifeServiceClient, at(addresses.ORDER_ADDRESS)),
    supplies: createGrpcClient(SupplyServiceClient, at(addresses.FULFILLMENT_ADDRESS)),
    overview: createGrpcClient(OrderOverviewServiceClient, at(addresses.ORDER_ADDRESS)),
    taskOverview: createGrpcClient(
      FulfillmentOverviewServiceClient,
      at(addresses.FULFILLMENT_ADDRESS),
    ),
    fulfillment: createGrpcClient(FulfillmentServiceClient, at(addresses.FULFILLMENT_ADDRESS)),
    figures: createGrpcClient(FiguresServiceClient, at(addresses.FULFILLMENT_ADDRESS)),
    settlement: createGrpcClient(SettlementServiceClient, at(addresses.SETTLEMENT_ADDRESS)),
    mallMoney: createGrpcClient(MallMoneyServiceClient, at(addresses.SETTLEMENT_ADDRESS)),
    moneyOverview: createGrpcClient(
      SettlementOverviewServiceClient,
      at(addresses.SETTLEMENT_ADDRESS),
    ),
    mallMoneyAdmin: createGrpcClient(
      MallMoneyAdminServiceClient,
      at(addresses.SETTLEMENT_ADMIN_ADDRESS),
    ),
    notes: createGrpcClient(SettlementNoteServiceClient, at(addresses.SETTLEMENT_ADMIN_ADDRESS)),
    catalogAdmin: createGrpcClient(CatalogAdminServiceClient, at(addresses.CATALOG_ADMIN_ADDRESS)),
    appKeys: createGrpcClient(IngressAdminServiceClient, at(addresses.GATEWAY_ADMIN_ADDRESS)),
    platforms: createGrpcClient(PlatformAdminServiceClient, at(addresses.GATEWAY_ADMIN_ADDRESS)),
    mallOrders: createGrpcClient(MallOrderAdminServiceClient, {
      ...at(addresses.ORDER_ADMIN_ADDRESS),
      defaultDeadlineMs: REPAIR_DEADLINE_MS,
    }),
    refundAdmin: createGrpcClient(
      RefundAdminServiceClient,
      at(addresses.FULFILLMENT_ADMIN_ADDRESS),
    ),
    fulfillmentConnections: createGrpcClient(
      FulfillmentConnections,
      at(addresses.FULFILLMENT_ADMIN_ADDRESS),
    ),
    orderConnections: createGrpcClient(OrderConnections, at(addresses.ORDER_ADMIN_ADDRESS)),
    mallAccounts: createGrpcClient(GovmallAdminServiceClient, at(addresses.GOVMALL_ADMIN_ADDRESS)),
  };
  return {
    clients,
    close: (): void => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}
