import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { createGrpcClient } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import { createCatalog } from './catalog.ts';
import { createStock } from './stock.ts';

/** Several calls and repeats of them fit into the lease of a step. */
const CALL_DEADLINE_MS = 3000;

type PeerAddresses = { readonly CATALOG_ADDRESS: string; readonly INVENTORY_ADDRESS: string };

/** The services that a decision needs, and their clients, which have to be closed. */
export function connectPeers(addresses: PeerAddresses, clock: Clock) {
  const options = { name: 'order-router', defaultDeadlineMs: CALL_DEADLINE_MS };
  const catalog = createGrpcClient(CatalogServiceClient, {
    address: addresses.CATALOG_ADDRESS,
    ...options,
  });
  const inventory = createGrpcClient(InventoryServiceClient, {
    address: addresses.INVENTORY_ADDRESS,
    ...options,
    // Commands carry an operation id, and the rest reads.
    repeatLost: true,
  });
  return {
    clients: [catalog, inventory],
    catalog: createCatalog(catalog, () => clock().getTime()),
    stock: createStock(inventory),
  };
}
