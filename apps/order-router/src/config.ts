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
  /** host:port of gateway-ingress, which keeps the connections to platforms. */
  GATEWAY_ADDRESS: Type.String({ minLength: 1 }),
  /** host:port of settlement, which keeps the credit of malls' accounts. */
  SETTLEMENT_ADDRESS: Type.String({ minLength: 1 }),
  /** host:port of fulfillment, which takes orders back from stores. */
  FULFILLMENT_ADDRESS: Type.String({ minLength: 1 }),
  TILL_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  /** A cashier waits: 5 s by our decision, the document names none. */
  TILL_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 5_000, minimum: 1 }),
  /** Attempts at a platform under one request number, before a person decides. */
  TILL_ATTEMPTS_MAX: Type.Integer({ default: 6, minimum: 1, maximum: 20 }),
  /** Wait before the second attempt; doubled after each further one. */
  TILL_RETRY_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  /** Sales to telephone numbers, which the platform has not opened yet. */
  TILL_PHONE_BUYERS: Type.Boolean({ default: false }),
  /** How often orders are looked for whose next step is overdue. */
  SWEEP_INTERVAL_MS: Type.Integer({ default: 1000, minimum: 10 }),
  /** How often failed orders and closed stores are looked for. */
  RETRY_INTERVAL_MS: Type.Integer({ default: 5000, minimum: 10 }),
  /** Seals connections and requests; 32 bytes, base64, newest first, by commas. */
  CONNECTION_KEY: Type.String({ minLength: 44 }),
  /** Suppliers' gateways and the platforms of tills may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that those may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  /** Together ten seconds (catalogue F-G8). */
  UPSTREAM_CONNECT_TIMEOUT_MS: Type.Integer({ default: 3_000, minimum: 1 }),
  UPSTREAM_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 7_000, minimum: 1 }),
  /** Wait before the second attempt of a dispatch; doubled after each further one, up to two minutes. */
  UPSTREAM_RETRY_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  PROCUREMENT_CONNECT_TIMEOUT_MS: Type.Integer({ default: 3_000, minimum: 1 }),
  PROCUREMENT_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 7_000, minimum: 1 }),
  /** Wait before a detail is read again, or an order answered again; five times as long each time, a minute at most. */
  PROCUREMENT_RETRY_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  /** How long a requisition that passed keeps stock for further orders (P-G8); its buyer makes them by hand. */
  PROCUREMENT_GRACE_MS: Type.Integer({ default: 86_400_000, minimum: 0 }),
  /** How long what the platform calls sent may be without a parcel of ours. */
  PROCUREMENT_PARCEL_WAIT_MS: Type.Integer({ default: 600_000, minimum: 1 }),
  /** When a requisition that still keeps stock is read again, and a person is told (P-G6). */
  PROCUREMENT_OLD_AFTER_DAYS: Type.Integer({ default: 30, minimum: 1 }),
  /** How long a request to a supplier is kept, with the receiver in it. */
  DISTRIBUTION_REQUESTS_KEPT_DAYS: Type.Integer({ default: 30, minimum: 1, maximum: 90 }),
});

export type Config = Static<typeof ConfigSchema>;
