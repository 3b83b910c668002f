import { adminPort, baseConfig, grpcPort } from '@astrolabe/service';
import Type from 'typebox';

/** Everything the gateway reads from its environment. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...grpcPort,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_gateway_ingress', minLength: 1 }),
  HTTP_HOST: Type.String({ default: '127.0.0.1' }),
  HTTP_PORT: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535 }),
  /**
   * Addresses or networks of the proxies before the gateway, by comma. Only their X-Forwarded-For
   * says who calls; without them every caller counts as the proxy.
   */
  TRUSTED_PROXIES: Type.String({ default: '' }),
  CATALOG_ADDRESS: Type.String({ minLength: 1 }),
  INVENTORY_ADDRESS: Type.String({ minLength: 1 }),
  ORDER_ADDRESS: Type.String({ minLength: 1 }),
  FULFILLMENT_ADDRESS: Type.String({ minLength: 1 }),
  /** Seals raw bodies and application secrets at rest; 32 bytes, base64, newest first, by commas. */
  RAW_BODY_KEY: Type.String({ minLength: 44 }),
  /** Largest request body. */
  BODY_BYTES_MAX: Type.Integer({ default: 262_144, minimum: 1_024 }),
  /** Requests per second of an application key that has no limit of its own. */
  RATE_PER_SECOND: Type.Integer({ default: 1_000, minimum: 1 }),
  /** How long accepted requests are kept. The platforms repeat for up to 7 days. */
  INBOUND_KEPT_DAYS: Type.Integer({ default: 30, minimum: 7 }),
  /** How long the body of a trade message is kept: until its goods have left and may have come back. */
  TRADE_BODIES_KEPT_DAYS: Type.Integer({ default: 90, minimum: 7 }),
  /** How far the time of a distribution order may be from ours, either way. */
  DISTRIBUTION_WINDOW_SECONDS: Type.Integer({ default: 300, minimum: 1, maximum: 3_600 }),
  /** Platforms that sellers supply may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that those may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  /** For a token, and for messages that wait. */
  PLATFORM_CONNECT_TIMEOUT_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  PLATFORM_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 8_000, minimum: 1 }),
  /** How often tokens are looked at that end soon. */
  TOKEN_WATCH_INTERVAL_MS: Type.Integer({ default: 60_000, minimum: 10 }),
  /** How often messages are asked for that could not be pushed; also at the start. */
  REPLAY_INTERVAL_MS: Type.Integer({ default: 300_000, minimum: 10 }),
  /** How long a platform's message waits for the publication of its event, before it is to be sent again. */
  PUBLISH_WITHIN_MS: Type.Integer({ default: 400, minimum: 10, maximum: 2_000 }),
});

export type Config = Type.Static<typeof ConfigSchema>;
