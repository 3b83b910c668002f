import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';

/** Everything fulfillment reads from its environment. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_fulfillment', minLength: 1 }),
  CATALOG_ADDRESS: Type.String({ minLength: 1 }),
  /** host:port of inventory-service. */
  INVENTORY_ADDRESS: Type.String({ minLength: 1 }),
  /** host:port of gateway-ingress, which knows how platforms are called. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  /** Seals the secrets of connections; 32 bytes, base64, newest first, by commas. */
  CONNECTION_KEY: Type.String({ minLength: 44 }),
  /** Store systems and platforms may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that such systems may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  SPI_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  SPI_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 3_000, minimum: 1 }),
  /** Waits before the second and third try of a notification. */
  SPI_RETRY_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  TMALL_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  TMALL_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 4_000, minimum: 1 }),
  /** Wait before the second try of a shipment; doubled after each further one. */
  TMALL_RETRY_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  PLATFORM_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  PLATFORM_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 4_000, minimum: 1 }),
  /** Wait before the second attempt of a call for an order that we supply; doubled after each further one. */
  SUPPLY_RETRY_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  /** Orders that one call for figures reads at most; more are refused. */
  FIGURES_ORDERS_MAX: Type.Integer({ default: 200_000, minimum: 1 }),
  /** Days whose orders are kept one by one for the figures; older days are compacted. */
  FIGURES_RAW_DAYS: Type.Integer({ default: 180, minimum: 1, maximum: 3_650 }),
});

export type Config = Type.Static<typeof ConfigSchema>;
