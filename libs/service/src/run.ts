import { fstatSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { initTelemetry } from '@astrolabe/telemetry';
import closeWithGrace from 'close-with-grace';
import type { Static, TObject } from 'typebox';
import { ConfigError, IdentitySchema, loadConfig } from './config.ts';
import type { ProcessConfig } from './config.ts';
import { createHealthServer } from './health.ts';
import type { Health } from './health.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { tuneMemory } from './memory.ts';
import { serviceIdentity, useServiceIdentity } from './process-identity.ts';

/**
 * A part of a process. Parts are started in order and stopped in reverse. `leave` comes before the pause
 * in which callers learn that this process is going: it still serves, but asks them to go elsewhere.
 */
export type Component = {
  name: string;
  start?(): Promise<void>;
  leave?(): void;
  stop?(): Promise<void>;
};

/** What a composition root gets. */
export type ServiceContext<C> = { config: Readonly<C>; logger: Logger; health: Health };

/** What a composition root gives back; `ports` is asked when everything has started. */
export type Service = { components: Component[]; ports?: () => Record<string, number> };

export type RunOptions<S extends TObject> = {
  name: string;
  schema: S;
  /** The process's environment when absent. */
  env?: Record<string, string | undefined>;
  create: (context: ServiceContext<Static<S>>) => Promise<Service>;
};

/** Starts components in order; when one fails, those that run are stopped in reverse. */
export async function startAll(
  components: readonly Component[],
  onStart: (name: string) => void = () => {},
): Promise<void> {
  const running: Component[] = [];
  try {
    for (const component of components) {
      onStart(component.name);
      await component.start?.();
      running.push(component);
    }
  } catch (error) {
    await stopAll(running);
    throw error;
  }
}

/** Stops components in reverse order; one that fails does not keep the others from stopping. */
export async function stopAll(
  components: readonly Component[],
  onError: (name: string, error: unknown) => void = () => {},
): Promise<void> {
  for (const component of components.toReversed()) {
    try {
      await component.stop?.();
    } catch (error) {
      onError(component.name, error);
    }
  }
}

/**
 * Runs a service as a process: configuration, telemetry, logs, health endpoints, then its
 * components. A list of components is ordered from resources to intake, so that stopping it in
 * reverse closes the intake first, drains what runs, and closes connections last.
 */
export async function runService<S extends TObject>(options: RunOptions<S>): Promise<void> {
  tuneMemory();
  const env = options.env ?? process.env;
  const config = orExit(options.name, () => {
    identify(options.name, env);
    return loadConfig(options.schema, env);
  });
  const settings = config as unknown as ProcessConfig;
  const telemetry = initTelemetry({
    service: options.name,
    sampleRatio: settings.TRACE_SAMPLE_RATIO,
    ...(settings.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT }
      : {}),
  });
  const logger = createLogger({ service: options.name, level: settings.LOG_LEVEL });
  let components: Component[] = [];
  let exitCode = 0;

  const closing = closeWithGrace(
    {
      delay: settings.SHUTDOWN_PAUSE_MS + settings.SHUTDOWN_DEADLINE_MS,
      logger: false,
      onTimeout: () => {
        logger.fatal('stopping took too long');
        process.exit(1);
      },
    },
    async ({ err, signal }) => {
      if (err) {
        logger.fatal({ err }, 'uncaught error');
        exitCode = 1;
      } else logger.info({ signal }, 'stopping');
      health.setServing(false);
      for (const component of components) component.leave?.();
      // A process that is broken has nothing to wait for.
      if (exitCode === 0) await delay(settings.SHUTDOWN_PAUSE_MS);
      await stopAll(components, (component, error) =>
        logger.error({ component, err: error }, 'could not stop cleanly'),
      );
      await health.close();
      await telemetry.shutdown().catch((error: unknown) => {
        logger.warn({ err: error }, 'the last spans could not be sent');
      });
      logger.info('stopped');
      if (exitCode !== 0) process.exit(exitCode);
    },
  );
  const health = createHealthServer((error) => {
    logger.fatal({ err: error }, 'beyond repair');
    exitCode = 1;
    closing.close();
  });

  try {
    const healthPort = await health.listen(settings.HEALTH_HOST, settings.HEALTH_PORT);
    exitWithParent(env, closing.close);
    const service = await options.create({ config, logger, health });
    components = service.components;
    // A launcher that waits for us says by this line what we wait for.
    await startAll(components, (component) => logger.info({ component }, 'starting'));
    health.setServing(true);
    // Launchers wait for this line, so it is told under every LOG_LEVEL.
    logger.child({}, { level: 'info' }).info({ ...service.ports?.(), healthPort }, 'ready');
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
}

/** A configuration that cannot be used ends the process with 2; the reasons go to standard error. */
function orExit<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exit(2);
  }
}

/** What this process calls and serves from now on, it does as the service of this name. */
function identify(name: string, env: Record<string, string | undefined>): void {
  const { SERVICE_KEY, SERVICE_PEERS } = loadConfig(IdentitySchema, env);
  try {
    useServiceIdentity(SERVICE_KEY, SERVICE_PEERS);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`SERVICE_KEY, SERVICE_PEERS: ${problem}`]);
  }
  const given = serviceIdentity().name;
  if (given !== name) throw new ConfigError([`SERVICE_KEY: is the key of ${given}`]);
}

/**
 * A launcher holds our standard input open; when it is gone, so are we. Only a pipe (or the socket
 * pair that Node makes for one) says that: /dev/null ends at once and a terminal is nobody's life.
 */
function exitWithParent(env: Record<string, string | undefined>, close: () => void): void {
  if (env['ASTROLABE_EXIT_WITH_PARENT'] !== '1') return;
  const input = fstatSync(0);
  if (!input.isFIFO() && !input.isSocket()) return;
  let told = false;
  const parentGone = () => {
    if (!told) close();
    told = true;
  };
  process.stdin.once('end', parentGone).once('close', parentGone).on('error', parentGone).resume();
}
