import { baseConfig } from '@astrolabe/service';
import Type from 'typebox';

/** Everything the sandbox reads from its environment. Sellers come through its control interface. */
export const ConfigSchema = Type.Object({
  HEALTH_HOST: baseConfig.HEALTH_HOST,
  HEALTH_PORT: baseConfig.HEALTH_PORT,
  LOG_LEVEL: baseConfig.LOG_LEVEL,
  OTEL_EXPORTER_OTLP_ENDPOINT: baseConfig.OTEL_EXPORTER_OTLP_ENDPOINT,
  TRACE_SAMPLE_RATIO: baseConfig.TRACE_SAMPLE_RATIO,
  SHUTDOWN_PAUSE_MS: baseConfig.SHUTDOWN_PAUSE_MS,
  SHUTDOWN_DEADLINE_MS: baseConfig.SHUTDOWN_DEADLINE_MS,
  HTTP_HOST: Type.String({ default: '127.0.0.1' }),
  HTTP_PORT: Type.Integer({ default: 8070, minimum: 0, maximum: 65_535 }),
  /** Where the counterparties send their calls. */
  GATEWAY_URL: Type.String({ minLength: 1 }),
  /** Where government malls send theirs; empty where none is played. */
  MALL_URL: Type.String({ default: '' }),
});

export type Config = Type.Static<typeof ConfigSchema>;
