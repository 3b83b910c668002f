import { adminPort, baseConfig } from '@astrolabe/service';
import Type from 'typebox';

/** Everything the adapter reads from its environment. It has no topics. */
export const ConfigSchema = Type.Object({
  MONGODB_URI: baseConfig.MONGODB_URI,
  GRPC_HOST: baseConfig.GRPC_HOST,
  ...adminPort,
  HEALTH_HOST: baseConfig.HEALTH_HOST,
  HEALTH_PORT: baseConfig.HEALTH_PORT,
  STARTUP_WAIT_MS: baseConfig.STARTUP_WAIT_MS,
  LOG_LEVEL: baseConfig.LOG_LEVEL,
  OTEL_EXPORTER_OTLP_ENDPOINT: baseConfig.OTEL_EXPORTER_OTLP_ENDPOINT,
  TRACE_SAMPLE_RATIO: baseConfig.TRACE_SAMPLE_RATIO,
  SHUTDOWN_PAUSE_MS: baseConfig.SHUTDOWN_PAUSE_MS,
  SHUTDOWN_DEADLINE_MS: baseConfig.SHUTDOWN_DEADLINE_MS,
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_govmall_adapter', minLength: 1 }),
  HTTP_HOST: Type.String({ default: '127.0.0.1' }),
  HTTP_PORT: Type.Integer({ default: 8081, minimum: 0, maximum: 65_535 }),
  /** Proxies before the service, by comma: only their X-Forwarded-For says who calls. */
  TRUSTED_PROXIES: Type.String({ default: '' }),
  CATALOG_ADDRESS: Type.String({ minLength: 1 }),
  INVENTORY_ADDRESS: Type.String({ minLength: 1 }),
  ORDER_ADDRESS: Type.String({ minLength: 1 }),
  FULFILLMENT_ADDRESS: Type.String({ minLength: 1 }),
  SETTLEMENT_ADDRESS: Type.String({ minLength: 1 }),
  /** Seals account passwords; 32 bytes, base64, newest first, by commas. */
  RAW_BODY_KEY: Type.String({ minLength: 44 }),
  /** Most SKUs in one call; document 004 names no limit, and a mall's pages are large. */
  SKUS_MAX: Type.Integer({ default: 500, minimum: 1, maximum: 500 }),
  /**
   * Malls of other paths and names beside the public family's, as JSON:
   * `[{"mall":"jinan","base":"/jn","paths":{"access-token":"/jn/token"},"names":{"sku":"goods_no"}}]`. Interfaces are
   * named as in `GOV_INTERFACES` of libs/schemas; a name may be of one interface (`submit.price`), or of what is
   * inside one of its fields (`submit.sku.price`).
   */
  MALLS: Type.String({ default: '' }),
});

export type Config = Type.Static<typeof ConfigSchema>;
