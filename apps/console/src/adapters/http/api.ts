import type { FastifyInstance } from 'fastify';
import type { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import type {
  FiguresServiceClient,
  FulfillmentServiceClient,
} from '@astrolabe/contracts/fulfillment';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import type { OrderServiceClient } from '@astrolabe/contracts/order';
import type { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { registerFigures } from './figures.ts';
import { registerOrders } from './orders.ts';
import { registerStock } from './stock.ts';

/** The services that the console reads from. */
export type Backends = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
  figures: GrpcClient<FiguresServiceClient>;
  settlement: GrpcClient<SettlementServiceClient>;
};

/** Where the pages open when an address names nothing; empty texts where nothing is configured. */
export type Start = { sellerId: string; itemId: string; skuId: string };

/**
 * The pages' JSON API, read-only. 64-bit numbers are strings, as everywhere outside the services. Each
 * address asks one service (or one after the other), so that what fails is what is away, and nothing
 * else. Failures answer `{code, message}` with 400, 404 or 503.
 */
export function registerApi(app: FastifyInstance, backends: Backends, start: Start): void {
  app.get('/api/start', async () => start);
  registerOrders(app, backends);
  registerStock(app, backends);
  registerFigures(app, backends);
}
