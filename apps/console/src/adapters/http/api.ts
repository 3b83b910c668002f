import type { FastifyInstance } from 'fastify';
import type { Backends } from './backends.ts';
import { registerFigures } from './figures.ts';
import { registerOrders } from './orders.ts';
import { registerStock } from './stock.ts';

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
