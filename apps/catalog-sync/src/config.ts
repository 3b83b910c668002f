import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';

/** Everything catalog-sync reads from its environment. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_catalog_sync', minLength: 1 }),
  /** host:port of gateway-ingress, which knows how platforms are called. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  /** Platforms may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that platforms may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  PLATFORM_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  PLATFORM_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 10_000, minimum: 1 }),
  /** Wait before the second attempt of a call for a listing; doubled after each further one. */
  LISTING_RETRY_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  /** Seals the names and numbers of store keepers; 32 bytes, base64, newest first. */
  RAW_BODY_KEY: Type.String({ minLength: 44 }),
});

export type Config = Type.Static<typeof ConfigSchema>;
