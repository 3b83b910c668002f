import { fstatSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceIdentity } from '@astrolabe/signing';
import { initTelemetry, withTracer } from '@astrolabe/telemetry';
import closeWithGrace from 'close-with-grace';
import { startAll, stopAll } from './component.ts';
import type { Service } from './component.ts';
import type { ProcessConfig } from './config.ts';
import { createHealthServer } from './health.ts';
import type { Health } from './health.ts';
import { createLogger } from './logger.ts';
import type { Logger } from './logger.ts';
import { withIdentityOf } from './process-identity.ts';

/** A service whose configuration and identity have been read. */
export type ReadyService = {
  readonly name: string;
  readonly identity: ServiceIdentity;
  create(logger: Logger, health: Health): Promise<Service>;
};

type ProcessOptions = {
  readonly name: string;
  readonly env: Record<string, string | undefined>;
  readonly settings: ProcessConfig;
  /** One of the process's own name, or several, each with a name of its own. */
  readonly services: readonly ReadyService[];
};

type Telemetry = Awaited<ReturnType<typeof initTelemetry>>;

/** A service in this process: its parts are known once it is made. */
type Hosted = {
  readonly name: string;
  readonly logger: Logger;
  readonly create: ReadyService['create'];
  /** Runs `work`, and everything that it begins, as this service. */
  readonly within: <T>(work: () => T) => T;
  made: Service | null;
};

/** Starts the services of this process and sees to its end: by a signal, by a fault, or with its launcher. */
export async function runProcess({ name, env, settings, services }: ProcessOptions): Promise<void> {
  const telemetry = await telemetryOf(name, settings);
  const loggerOf = (service: string): Logger =>
    createLogger({ service, level: settings.LOG_LEVEL });
  const logger = loggerOf(name);
  const hosted = services.map((of): Hosted => {
    const create: ReadyService['create'] = (own, health) => of.create(own, health);
    const parts = { name: of.name, create, made: null };
    if (of.name === name) return { ...parts, logger, within: (work) => work() };
    return { ...parts, logger: loggerOf(of.name), within: scopeOf(of, telemetry) };
  });
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
      // A process that is broken has nothing to wait for.
      await stopHosted(hosted, exitCode === 0 ? settings.SHUTDOWN_PAUSE_MS : 0);
      await health.close();
      await telemetry.shutdown().catch((error: unknown) => {
        logger.warn({ err: error }, 'the last spans could not be sent');
      });
      logger.info('stopped');
      if (exitCode !== 0) process.exit(exitCode);
    },
  );
  const fatalOf = (log: Logger) => (error: unknown) => {
    log.fatal({ err: error }, 'beyond repair');
    exitCode = 1;
    closing.close();
  };
  const health = createHealthServer(fatalOf(logger));
  const start = (one: Hosted): Promise<Record<string, number>> => {
    if (one.name === name) return startHosted(one, health);
    return startHosted(one, partOf(health, one.name, fatalOf(one.logger)));
  };

  try {
    const healthPort = await health.listen(settings.HEALTH_HOST, settings.HEALTH_PORT);
    exitWithParent(env, closing.close);
    const ports = await Promise.all(hosted.map(start));
    health.setServing(true);
    // Launchers wait for this line, so it is told under every LOG_LEVEL. Ports of several have one name.
    const [own] = services.length === 1 ? ports : [];
    logger.child({}, { level: 'info' }).info({ ...own, healthPort }, 'ready');
  } catch (error) {
    logger.fatal({ err: error }, 'could not start');
    process.exit(1);
  }
}

const telemetryOf = (service: string, settings: ProcessConfig): Promise<Telemetry> =>
  initTelemetry({
    service,
    sampleRatio: settings.TRACE_SAMPLE_RATIO,
    ...(settings.OTEL_EXPORTER_OTLP_ENDPOINT
      ? { otlpEndpoint: settings.OTEL_EXPORTER_OTLP_ENDPOINT }
      : {}),
  });

/** What is begun in there is begun as this service: its calls have its identity, its spans its name. */
function scopeOf({ name, identity }: ReadyService, telemetry: Telemetry): Hosted['within'] {
  const own = telemetry.tracerOf(name);
  return (work) => withIdentityOf(identity, () => withTracer(own, work));
}

const startHosted = (one: Hosted, health: Health): Promise<Record<string, number>> =>
  one.within(async () => {
    const { logger } = one;
    try {
      one.made = await one.create(logger, health);
      // A launcher that waits for us says by this line what we wait for.
      await startAll(one.made.components, (component) => logger.info({ component }, 'starting'));
      return one.made.ports?.() ?? {};
    } catch (error) {
      logger.fatal({ err: error }, 'could not start');
      process.exit(1);
    }
  });

/** All say that they are going; after the pause they stop, the last first. */
async function stopHosted(hosted: readonly Hosted[], pauseMs: number): Promise<void> {
  for (const { made } of hosted) {
    for (const component of made?.components ?? []) component.leave?.();
  }
  await delay(pauseMs);
  for (const { made, logger, within } of hosted.toReversed()) {
    await within(() =>
      stopAll(made?.components ?? [], (component, error) =>
        logger.error({ component, err: error }, 'could not stop cleanly'),
      ),
    );
  }
}

/** What one of several services says of the health that they share. */
const partOf = (health: Health, name: string, fatal: (error: unknown) => void): Health => ({
  addCheck: (check, run) => health.addCheck(`${name}/${check}`, run),
  setReady: (component, ok) => health.setReady(`${name}/${component}`, ok),
  fatal,
});

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
