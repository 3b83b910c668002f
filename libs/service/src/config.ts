import Type from 'typebox';
import type { Static, TObject } from 'typebox';
import Value from 'typebox/value';

/** All that is wrong with a process's environment, at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Invalid configuration:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

const Port = (fallback: number) => Type.Integer({ default: fallback, minimum: 0, maximum: 65_535 });

/** Variables that every service reads. Spread them into the service's own schema. */
export const baseConfig = {
  MONGODB_URI: Type.String({ minLength: 1 }),
  /** Each service has its own; spread a default after this fragment to give one. */
  MONGODB_DATABASE: Type.String({ minLength: 1 }),
  KAFKA_BROKERS: Type.String({ minLength: 1 }),
  /** Put before every topic and consumer group, so that several systems can share a broker. */
  TOPIC_PREFIX: Type.String({ default: '' }),
  GRPC_HOST: Type.String({ default: '127.0.0.1' }),
  HEALTH_HOST: Type.String({ default: '127.0.0.1' }),
  HEALTH_PORT: Port(0),
  /**
   * How long a start waits for a database that is away; then the process ends. Shorter than the time
   * that a cluster gives a start.
   */
  STARTUP_WAIT_MS: Type.Integer({ default: 100_000, minimum: 0, maximum: 3_600_000 }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
    default: 'info',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: Type.Optional(Type.String({ minLength: 1 })),
  TRACE_SAMPLE_RATIO: Type.Number({ default: 1, minimum: 0, maximum: 1 }),
  /**
   * From being unready to closing: so long a cluster may still send requests here. 0 where nobody
   * balances load; a process has this time and then SHUTDOWN_DEADLINE_MS to stop.
   */
  SHUTDOWN_PAUSE_MS: Type.Integer({ default: 0, minimum: 0, maximum: 60_000 }),
  SHUTDOWN_DEADLINE_MS: Type.Integer({ default: 25_000, minimum: 1_000 }),
};

/** The port of the contracts that other services call. */
export const grpcPort = { GRPC_PORT: Port(0) };

/** The port of administration: the contracts for operators alone. */
export const adminPort = { ADMIN_PORT: Port(0) };

/** Variables by which every process proves who it is, and recognises who calls it. */
export const IdentitySchema = Type.Object({
  /** This service's secret key, `name:key`, 32 bytes, base64. */
  SERVICE_KEY: Type.String({ minLength: 44 }),
  /** The public keys of all services, `name:key`, by commas; two of one name while it is replaced. */
  SERVICE_PEERS: Type.String({ minLength: 44 }),
});

/** A service's schema with what `runService` reads besides: everything that its environment must have. */
export const withIdentity = (schema: TObject): TObject =>
  Type.Object({ ...schema.properties, ...IdentitySchema.properties });

/** The part of a configuration that running a process needs. */
export const ProcessSchema = Type.Object({
  HEALTH_HOST: baseConfig.HEALTH_HOST,
  HEALTH_PORT: baseConfig.HEALTH_PORT,
  LOG_LEVEL: baseConfig.LOG_LEVEL,
  OTEL_EXPORTER_OTLP_ENDPOINT: baseConfig.OTEL_EXPORTER_OTLP_ENDPOINT,
  TRACE_SAMPLE_RATIO: baseConfig.TRACE_SAMPLE_RATIO,
  SHUTDOWN_PAUSE_MS: baseConfig.SHUTDOWN_PAUSE_MS,
  SHUTDOWN_DEADLINE_MS: baseConfig.SHUTDOWN_DEADLINE_MS,
});

export type ProcessConfig = Readonly<Static<typeof ProcessSchema>>;

/**
 * Reads a process's configuration: defaults filled in, numbers converted, unknown variables left
 * out, the result frozen. Throws ConfigError with every problem; values are never quoted, they may
 * be secrets. An empty variable counts as absent.
 */
export function loadConfig<S extends TObject>(
  schema: S,
  env: Record<string, string | undefined>,
): Readonly<Static<S>> {
  const present = Object.fromEntries(
    Object.entries(env).filter(([name, value]) => name in schema.properties && value),
  );
  const candidate = Value.Convert(schema, Value.Default(schema, present));
  const problems = Value.Errors(schema, candidate).map(
    (error) => `${error.instancePath.slice(1) || missing(error.params)}: ${error.message}`,
  );
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return Object.freeze(candidate as Static<S>);
}

function missing(params: unknown): string {
  const names = (params as { requiredProperties?: readonly string[] }).requiredProperties;
  return names?.join(', ') ?? 'environment';
}
