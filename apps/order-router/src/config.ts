import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';
import type { Static } from 'typebox';

/** Environment of order-router. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_order_router', minLength: 1 }),
  /** host:port of catalog-sync. */
  CATALOG_ADDRESS: Type.String({ minLength: 1 }),
  /** host:port of inventory-service. */
  INVENTORY_ADDRESS: Type.String({ minLength: 1 }),
  /** How often orders are looked for whose next step is overdue. */
  SWEEP_INTERVAL_MS: Type.Integer({ default: 1000, minimum: 10 }),
  /** How often failed orders and closed stores are looked for. */
  RETRY_INTERVAL_MS: Type.Integer({ default: 5000, minimum: 10 }),
});

export type Config = Static<typeof ConfigSchema>;
