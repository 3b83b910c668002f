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
});

export type Config = Type.Static<typeof ConfigSchema>;
