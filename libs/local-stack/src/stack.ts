import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_TOPICS } from '@astrolabe/contracts';
import { useServiceIdentity } from '@astrolabe/service/identity';
import { spawnService } from '@astrolabe/local-servers';
import type { RunningProcess } from '@astrolabe/local-servers';
import { createTopics } from '@astrolabe/messaging';
import { APP_NAMES, environmentOf, identityOf } from './topology.ts';
import type { AppName, AppPorts, StackSettings } from './topology.ts';

export type StackOptions = {
  /** The checkout that holds the apps. */
  root: string;
  settings: StackSettings;
  ports: Record<AppName, AppPorts>;
  /** One log file per process is written here. */
  logDir: string;
  apps?: readonly AppName[];
  /** Told when a process ends that nobody asked to end. */
  onCrash: (app: AppName, how: string, logFile: string) => void;
};

/** A running set of Astrolabe processes. */
export type Stack = {
  readonly ports: Record<AppName, AppPorts>;
  readonly settings: StackSettings;
  /** Whether an app was started with the others. */
  has(app: AppName): boolean;
  /** Process id of an app, for measurements and fault tests. */
  pid(app: AppName): number;
  /** Ends one process at once, as a crash would, and waits until it is gone. */
  kill(app: AppName): Promise<void>;
  /** Starts one process again on its old ports and waits until it is ready. */
  start(app: AppName): Promise<void>;
  /** Ends every process gracefully. */
  stop(): Promise<void>;
};

/** host:port of an app's gRPC server. */
export const grpcAddress = (stack: Pick<Stack, 'ports'>, app: AppName): string =>
  `127.0.0.1:${stack.ports[app].grpc ?? 0}`;

/** Base URL of an app's HTTP server. */
export const httpUrl = (stack: Pick<Stack, 'ports'>, app: AppName): string =>
  `http://127.0.0.1:${stack.ports[app].http ?? 0}`;

/**
 * Creates the topics, then starts all processes side by side and waits until each is ready.
 * When one does not start, those that did are ended before the error is thrown.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { settings, ports, logDir } = options;
  mkdirSync(logDir, { recursive: true });
  // Who starts a stack calls it as its operator.
  const operator = identityOf('operator', settings.keys.identityRoot);
  useServiceIdentity(operator.SERVICE_KEY, operator.SERVICE_PEERS);
  await createTopics({
    brokers: settings.kafkaBrokers.split(','),
    topicPrefix: settings.topicPrefix,
    topics: ALL_TOPICS,
    replicationFactor: 1,
  });
  const running = new Map<AppName, RunningProcess>();
  const expectedToEnd = new Set<number>();

  const start = async (app: AppName): Promise<void> => {
    const logFile = join(logDir, `${app}.log`);
    const child = await spawnService({
      name: app,
      entry: join(options.root, 'apps', app, 'src', 'main.ts'),
      env: environmentOf(app, ports, settings),
      logFile,
    });
    running.set(app, child);
    void child.exited.then((exit) => {
      if (expectedToEnd.has(child.pid)) return;
      running.delete(app);
      const how = exit.signal ? `signal ${exit.signal}` : `exit code ${exit.code ?? 'unknown'}`;
      options.onCrash(app, how, logFile);
    });
  };

  const stop = async (): Promise<void> => {
    const children = [...running.values()];
    running.clear();
    for (const child of children) expectedToEnd.add(child.pid);
    await Promise.all(children.map((child) => child.stop()));
  };

  const started = await Promise.allSettled((options.apps ?? APP_NAMES).map(start));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }

  const processOf = (app: AppName): RunningProcess => {
    const child = running.get(app);
    if (!child) throw new Error(`${app} is not running`);
    return child;
  };
  return {
    ports,
    settings,
    has: (app) => (options.apps ?? APP_NAMES).includes(app),
    pid: (app) => processOf(app).pid,
    kill: async (app) => {
      const child = processOf(app);
      expectedToEnd.add(child.pid);
      running.delete(app);
      child.kill('SIGKILL');
      await child.exited;
    },
    start,
    stop,
  };
}
