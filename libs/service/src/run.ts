import { tuneMemory } from './memory.ts';
import type { Static, TObject } from 'typebox';
import type { Service } from './component.ts';
import { ConfigError, ProcessSchema, loadConfig } from './config.ts';
import type { Health } from './health.ts';
import type { Logger } from './logger.ts';
import { runProcess } from './process.ts';
import type { ReadyService } from './process.ts';
import { readIdentity, useIdentity } from './process-identity.ts';
import { ownEnvironment } from './shared-environment.ts';

type Environment = Record<string, string | undefined>;

/** What a composition root gets. */
export type ServiceContext<C> = { config: Readonly<C>; logger: Logger; health: Health };

export type RunOptions<S extends TObject> = {
  name: string;
  schema: S;
  /** The process's environment when absent. */
  env?: Environment;
  create: (context: ServiceContext<Static<S>>) => Promise<Service>;
};

/** One of the services of `runServices`. */
export type HostedService = {
  readonly name: string;
  /** @throws ConfigError with everything that is wrong with its environment. */
  read(env: Environment): ReadyService;
};

export const hostedService = <S extends TObject>({
  name,
  schema,
  create,
}: Omit<RunOptions<S>, 'env'>): HostedService => ({
  name,
  read: (env) => {
    const identity = readIdentity(name, env);
    const config = loadConfig(schema, env);
    return { name, identity, create: (logger, health) => create({ config, logger, health }) };
  },
});

/**
 * Runs a service as a process: configuration, telemetry, logs, health endpoints, then its
 * components. A list of components is ordered from resources to intake, so that stopping it in
 * reverse closes the intake first, drains what runs, and closes connections last.
 */
export async function runService<S extends TObject>(options: RunOptions<S>): Promise<void> {
  tuneMemory();
  const { name, env = process.env } = options;
  const service = orExit(name, () => hostedService(options).read(env));
  const settings = orExit(name, () => loadConfig(ProcessSchema, env));
  useIdentity(service.identity);
  await runProcess({ name, env, settings, services: [service] });
}

/**
 * Runs several services as one process. Each has an environment (`ownEnvironment`), an identity, a logger
 * and traces of its own. What a process has once (LOG_LEVEL, HEALTH_PORT, SHUTDOWN_..., telemetry) is read
 * without a prefix; one health port and one set of metrics are for all. They start side by side and
 * stop one after the other, the last of the list first. What ends one ends all, with its reason.
 */
export async function runServices(options: {
  name: string;
  env: Environment;
  services: readonly HostedService[];
}): Promise<void> {
  tuneMemory();
  const { name, env } = options;
  const services = options.services.map((service) =>
    orExit(service.name, () => service.read(ownEnvironment(service.name, env))),
  );
  const settings = orExit(name, () => loadConfig(ProcessSchema, env));
  await runProcess({ name, env, settings, services });
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
