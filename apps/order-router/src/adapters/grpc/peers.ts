import {
  CatalogServiceClient,
  DistributionRegistryServiceClient,
  OfferServiceClient,
} from '@astrolabe/contracts/catalog';
import { FulfillmentServiceClient } from '@astrolabe/contracts/fulfillment';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { MallMoneyServiceClient } from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { createCatalog } from './catalog.ts';
import { createMallCatalog } from './mall/catalog.ts';
import { createMallCredit } from './mall/credit.ts';
import { createProcurementCatalog } from './procurement/catalog.ts';
import { createPrecheckOffers, createSellable } from './procurement/offers.ts';
import { createProcurementStock } from './procurement/stock.ts';
import { createStock } from './stock.ts';
import { createStores } from './stores.ts';
import { createTillCatalog } from './till/catalog.ts';

/** Several calls and repeats of them fit into the lease of a step. */
const CALL_DEADLINE_MS = 3000;

type PeerAddresses = {
  readonly CATALOG_ADDRESS: string;
  readonly INVENTORY_ADDRESS: string;
  readonly SETTLEMENT_ADDRESS: string;
  readonly FULFILLMENT_ADDRESS: string;
};

/** The services that a decision needs, and their clients, which have to be closed. */
export function connectPeers(addresses: PeerAddresses, clock: Clock) {
  const options = { name: 'order-router', defaultDeadlineMs: CALL_DEADLINE_MS };
  const catalog = createGrpcClient(CatalogServiceClient, {
    address: addresses.CATALOG_ADDRESS,
    ...options,
  });
  const registry = createGrpcClient(DistributionRegistryServiceClient, {
    address: addresses.CATALOG_ADDRESS,
    ...options,
  });
  const offers = createGrpcClient(OfferServiceClient, {
    address: addresses.CATALOG_ADDRESS,
    ...options,
  });
  const money = createGrpcClient(MallMoneyServiceClient, {
    address: addresses.SETTLEMENT_ADDRESS,
    ...options,
    // What is taken is taken for an order, once.
    repeatLost: true,
  });
  const inventory = createGrpcClient(InventoryServiceClient, {
    address: addresses.INVENTORY_ADDRESS,
    ...options,
    // Commands carry an operation id, and the rest reads.
    repeatLost: true,
  });
  const fulfillment = createGrpcClient(FulfillmentServiceClient, {
    address: addresses.FULFILLMENT_ADDRESS,
    ...options,
    // What was recalled is recalled.
    repeatLost: true,
  });
  return {
    clients: [catalog, registry, offers, money, inventory, fulfillment],
    stores: createStores(fulfillment),
    precheckOffers: createPrecheckOffers(offers, catalog),
    sellable: createSellable(inventory),
    procurementCatalog: createProcurementCatalog(catalog, offers),
    procurementStock: createProcurementStock(inventory),
    registry,
    catalog: createCatalog(catalog, () => clock().getTime()),
    stock: createStock(inventory),
    tillCatalog: createTillCatalog(catalog),
    mallCatalog: createMallCatalog(catalog, offers),
    mallCredit: createMallCredit(money),
  };
}
