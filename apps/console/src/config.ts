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
  SETTLEMENT_ADMIN_ADDRESS: Type.String({ minLength: 1 }),
  /** The gateway's inner side: only there it is kept to whom the goods go. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  /** Administration that operators do in the console (docs/adr/0078). */
  CATALOG_ADMIN_ADDRESS: Type.String({ minLength: 1 }),
  GATEWAY_ADMIN_ADDRESS: Type.String({ minLength: 1 }),
  ORDER_ADMIN_ADDRESS: Type.String({ minLength: 1 }),
  FULFILLMENT_ADMIN_ADDRESS: Type.String({ minLength: 1 }),
  GOVMALL_ADMIN_ADDRESS: Type.String({ minLength: 1 }),
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
  /** A session that is not used for so long ends, before its hours are over. */
  SESSION_IDLE_MINUTES: Type.Integer({ default: 240, minimum: 1, maximum: 43_200 }),
  /**
   * An OpenID Connect provider by which people sign in, by its issuer's address; empty: passwords alone,
   * which stay beside it for clerks, and for when it is away.
   */
  OIDC_ISSUER: Type.String({ default: '' }),
  OIDC_CLIENT_ID: Type.String({ default: '' }),
  OIDC_CLIENT_SECRET: Type.String({ default: '' }),
  /** Our address that the provider sends browsers back to, e.g. https://console.example/api/oidc/callback. */
  OIDC_REDIRECT_URI: Type.String({ default: '' }),
  OIDC_SCOPE: Type.String({ default: 'openid profile' }),
  /** As the button calls the provider; empty: single sign-on. */
  OIDC_NAME: Type.String({ default: '' }),
  /** The claim with the account's login. */
  OIDC_LOGIN_CLAIM: Type.String({ default: 'preferred_username', minLength: 1 }),
  /** The claim with groups, whose grants OIDC_GROUP_GRANTS says; empty: accounts have grants of their own. */
  OIDC_GROUPS_CLAIM: Type.String({ default: '' }),
  /** E.g. `ops=operator@all;shop=reader@21230`. */
  OIDC_GROUP_GRANTS: Type.String({ default: '' }),
  /** For a provider of the same machine, on loopback. */
  OIDC_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** The private key of the messages to clerks' browsers, 32 random bytes, base64; empty: none are sent. */
  PUSH_KEY: Type.String({ default: '' }),
  /** Whom a push service may ask about our messages: a mailto: or https: address. */
  PUSH_CONTACT: Type.String({ default: 'mailto:operator@astrolabe.invalid', minLength: 1 }),
  /** Push services may be called without TLS, and have addresses in these networks (CIDR, by comma): for one machine. */
  PUSH_ALLOW_HTTP: Type.Boolean({ default: false }),
  PUSH_ALLOWED_NETWORKS: Type.String({ default: '' }),
  /** Folder of the built pages. */
  WEB_DIST: Type.String(),
});

export type Config = Type.Static<typeof ConfigSchema>;
