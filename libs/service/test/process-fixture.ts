import Type from 'typebox';
import { baseConfig, runService } from '../src/index.ts';

const { HEALTH_HOST, HEALTH_PORT, LOG_LEVEL, OTEL_EXPORTER_OTLP_ENDPOINT } = baseConfig;

/** A process as small as can be; process.test.ts runs it in every way that it can end. */
await runService({
  name: 'fixture',
  schema: Type.Object({
    HEALTH_HOST,
    HEALTH_PORT,
    LOG_LEVEL,
    OTEL_EXPORTER_OTLP_ENDPOINT,
    TRACE_SAMPLE_RATIO: baseConfig.TRACE_SAMPLE_RATIO,
    SHUTDOWN_PAUSE_MS: baseConfig.SHUTDOWN_PAUSE_MS,
    SHUTDOWN_DEADLINE_MS: baseConfig.SHUTDOWN_DEADLINE_MS,
    MODE: Type.String(),
  }),
  create: async ({ config, logger, health }) => {
    const part = (component: string) => ({
      name: component,
      start: async () => logger.warn({ component }, 'start'),
      leave: () => {
        if (config.SHUTDOWN_PAUSE_MS > 0) logger.warn({ component }, 'leave');
      },
      stop: async () => logger.warn({ component }, 'stop'),
    });
    const trigger = {
      name: 'trigger',
      start: async () => {
        if (config.MODE === 'cannot-start') throw new Error('no such thing');
        if (config.MODE === 'fatal') setImmediate(() => health.fatal(new Error('consumer gone')));
        if (config.MODE === 'uncaught') {
          setImmediate(() => {
            throw new Error('a bug');
          });
        }
      },
    };
    return { components: [part('a'), part('b'), trigger], ports: () => ({ grpcPort: 7 }) };
  },
});
