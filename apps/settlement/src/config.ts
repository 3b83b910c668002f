import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';
import type { Static } from 'typebox';

/** Environment of settlement. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  /** host:port of gateway-ingress, which keeps sellers' connections to platforms. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  PLATFORM_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  PLATFORM_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 4_000, minimum: 1 }),
  /** Wait before a settlement note is read again; tripled after each further try, up to ten minutes. */
  NOTE_RETRY_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  /** Platforms may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that platforms may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_settlement', minLength: 1 }),
});

export type Config = Static<typeof ConfigSchema>;
