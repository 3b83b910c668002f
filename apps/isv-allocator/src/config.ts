import { adminPort, baseConfig } from '@astrolabe/service';
import Type from 'typebox';

/** Everything the allocator reads from its environment. It has no topics. */
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
  MONGODB_DATABASE: Type.String({ default: 'astrolabe_isv_allocator', minLength: 1 }),
  HTTP_HOST: Type.String({ default: '127.0.0.1' }),
  HTTP_PORT: Type.Integer({ default: 8082, minimum: 0, maximum: 65_535 }),
  /** Proxies before the service, by comma: only their X-Forwarded-For says who calls. */
  TRUSTED_PROXIES: Type.String({ default: '' }),
  /** Seals the secrets of connections; 32 bytes, base64, newest first, by commas. */
  CONNECTION_KEY: Type.String({ minLength: 44 }),
  /** Platforms may be called without TLS; for one machine only. */
  SPI_ALLOW_HTTP: Type.Boolean({ default: false }),
  /** Inner networks that such systems may have addresses in, CIDR, comma separated. */
  SPI_ALLOWED_NETWORKS: Type.String({ default: '' }),
  PLATFORM_CONNECT_TIMEOUT_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  PLATFORM_RESPONSE_TIMEOUT_MS: Type.Integer({ default: 4_000, minimum: 1 }),
  /** Wait before the second try of a call to the platform; doubled after each further one. */
  PLATFORM_RETRY_MS: Type.Integer({ default: 1_000, minimum: 1 }),
  /**
   * JSON: application key -> mysql://user:password@host:port/database, the push tables that are read.
   * Empty where the platform asks by its SPI alone.
   */
  RDS_CONNECTIONS: Type.String({ default: '{}' }),
  RDS_CONNECT_TIMEOUT_MS: Type.Integer({ default: 2_000, minimum: 1 }),
  RDS_QUERY_TIMEOUT_MS: Type.Integer({ default: 5_000, minimum: 1 }),
  /** Between two readings of the tables. */
  RDS_INTERVAL_MS: Type.Integer({ default: 5_000, minimum: 100 }),
  /** A reading begins so long before the end of the one before it. */
  RDS_OVERLAP_MS: Type.Integer({ default: 60_000, minimum: 1_000 }),
});

export type Config = Type.Static<typeof ConfigSchema>;
