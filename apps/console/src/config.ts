import { adminPort, baseConfig } from '@astrolabe/service';
import Type from 'typebox';

/** Everything the console of clerks and operators reads from its environment. */
export const ConfigSchema = Type.Object({
  ...baseConfig,
  ...adminPort,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_console', minLength: 1 }),
  HTTP_HOST: Type.String({ default: '127.0.0.1' }),
  HTTP_PORT: Type.Integer({ default: 8090, minimum: 0, maximum: 65_535 }),
  CATALOG_ADDRESS: Type.String({ minLength: 1 }),
  INVENTORY_ADDRESS: Type.String({ minLength: 1 }),
  ORDER_ADDRESS: Type.String({ minLength: 1 }),
  FULFILLMENT_ADDRESS: Type.String({ minLength: 1 }),
  SETTLEMENT_ADDRESS: Type.String({ minLength: 1 }),
  /** The gateway's inner side: only there it is kept to whom the goods go. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  /** Cookies travel over TLS only; false for one machine without TLS. */
  COOKIE_SECURE: Type.Boolean({ default: true }),
  /**
   * Addresses or networks (CIDR, comma-separated) of the proxies in front, whose X-Forwarded-For names
   * the caller. Without them every clerk has the proxy's address, and they share its login tries.
   */
  TRUSTED_PROXIES: Type.String({ default: '' }),
  /** Where operators' pages open when an address names no seller, and no article; empty: they ask. */
  START_SELLER: Type.String({ default: '' }),
  START_ITEM: Type.String({ default: '' }),
  START_SKU: Type.String({ default: '' }),
  SESSION_HOURS: Type.Integer({ default: 12, minimum: 1, maximum: 720 }),
  /** Folder of the built pages. */
  WEB_DIST: Type.String(),
});

export type Config = Type.Static<typeof ConfigSchema>;
