import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import {
  DistributionServiceClient,
  OrderServiceClient,
  ProcurementServiceClient,
  TillServiceClient,
} from '@astrolabe/contracts/order';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Peers as Called } from '../../channels/peers.ts';

/** For a call that names no deadline; those of a request name what is left of its time. */
const DEADLINE_MS = 2_500;

export type Peers = Called & { close(): void };

/** Clients of the four services that the gateway relays to. */
export function connectPeers(addresses: {
  CATALOG_ADDRESS: string;
  INVENTORY_ADDRESS: string;
  ORDER_ADDRESS: string;
  FULFILLMENT_ADDRESS: string;
}): Peers {
  const options = (address: string) => ({
    address,
    name: 'gateway-ingress',
    defaultDeadlineMs: DEADLINE_MS,
  });
  const clients = {
    catalog: createGrpcClient(CatalogServiceClient, options(addresses.CATALOG_ADDRESS)),
    inventory: createGrpcClient(InventoryServiceClient, {
      ...options(addresses.INVENTORY_ADDRESS),
      // Commands carry an operation id, and the rest reads.
      repeatLost: true,
    }),
    orders: createGrpcClient(OrderServiceClient, options(addresses.ORDER_ADDRESS)),
    distribution: createGrpcClient(DistributionServiceClient, options(addresses.ORDER_ADDRESS)),
    tills: createGrpcClient(TillServiceClient, {
      ...options(addresses.ORDER_ADDRESS),
      // A request number is one sale, however often it comes.
      repeatLost: true,
    }),
    procurement: createGrpcClient(ProcurementServiceClient, {
      ...options(addresses.ORDER_ADDRESS),
      // It reads.
      repeatLost: true,
    }),
    fulfillment: createGrpcClient(FulfillmentServiceClient, options(addresses.FULFILLMENT_ADDRESS)),
  };
  return {
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.close();
    },
  };
}
