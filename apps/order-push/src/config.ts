import { adminPort, baseConfig } from '@astrolabe/service';
import Type from 'typebox';
import type { Static } from 'typebox';

/** Environment of order-push. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_order_push', minLength: 1 }),
  /** host:port of order-router. */
  ORDER_ADDRESS: Type.String({ minLength: 1 }),
  /** host:port of gateway-ingress, which has the receivers. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  /** Seals the secrets of sellers' SPIs; 32 bytes, base64, newest first, by commas. */
  CONNECTION_KEY: Type.String({ minLength: 44 }),
  /** Sellers' systems may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that such systems may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  SPI_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  SPI_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 3_000, minimum: 1 }),
  /** Before the second request to allocate; four times as long before the third. */
  SPI_RETRY_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  /** How long a seller's router has for its result; a result reported after five minutes is late. */
  ALLOCATION_WINDOW_MS: Type.Integer({ default: 240_000, minimum: 1, maximum: 299_999 }),
  /** Before the second query of a missing result; twice as long before each further one. */
  QUERY_RETRY_MS: Type.Integer({ default: 15_000, minimum: 1 }),
  /** JSON: application key -> mysql://user:password@host:port/database. Others are not pushed to. */
  RDS_CONNECTIONS: Type.String({ default: '{}' }),
  RDS_CONNECT_TIMEOUT_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  RDS_QUERY_TIMEOUT_MS: Type.Integer({ default: 5_000, minimum: 1 }),
});

export type Config = Static<typeof ConfigSchema>;

export { rdsConnections } from '@astrolabe/service';
