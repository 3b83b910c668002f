import { baseConfig } from '@astrolabe/service';
import Type from 'typebox';

/** Everything the console reads from its environment. It has no database and no topics of its own. */
export const ConfigSchema = Type.Object({
  LOG_LEVEL: baseConfig.LOG_LEVEL,
  HEALTH_HOST: baseConfig.HEALTH_HOST,
  HEALTH_PORT: baseConfig.HEALTH_PORT,
  OTEL_EXPORTER_OTLP_ENDPOINT: baseConfig.OTEL_EXPORTER_OTLP_ENDPOINT,
  TRACE_SAMPLE_RATIO: baseConfig.TRACE_SAMPLE_RATIO,
  SHUTDOWN_PAUSE_MS: baseConfig.SHUTDOWN_PAUSE_MS,
  SHUTDOWN_DEADLINE_MS: baseConfig.SHUTDOWN_DEADLINE_MS,
  HTTP_HOST: Type.String({ default: '127.0.0.1' }),
  HTTP_PORT: Type.Integer({ default: 8090, minimum: 0, maximum: 65_535 }),
  /** Proxies before the service, by comma: only their X-Forwarded-For says who calls. */
  TRUSTED_PROXIES: Type.String({ default: '' }),
  /** Where dead letters are read. */
  KAFKA_BROKERS: baseConfig.KAFKA_BROKERS,
  TOPIC_PREFIX: baseConfig.TOPIC_PREFIX,
  CATALOG_ADDRESS: Type.String(),
  INVENTORY_ADDRESS: Type.String(),
  ORDER_ADDRESS: Type.String(),
  FULFILLMENT_ADDRESS: Type.String(),
  SETTLEMENT_ADDRESS: Type.String(),
  /** Where the pages open when an address names no seller, and no article; empty: they ask. */
  START_SELLER: Type.String({ default: '' }),
  START_ITEM: Type.String({ default: '' }),
  START_SKU: Type.String({ default: '' }),
  /** Folder of the built pages. */
  WEB_DIST: Type.String(),
});

export type Config = Type.Static<typeof ConfigSchema>;
