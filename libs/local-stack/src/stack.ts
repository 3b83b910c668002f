import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ALL_TOPICS } from '@astrolabe/contracts';
import { useServiceIdentity } from '@astrolabe/service/identity';
import {
  StartAbandoned,
  StartFailure,
  exitInWords,
  gatherWaiting,
  spawnService,
  whatWaits,
} from '@astrolabe/local-servers';
import type { RunningProcess, StartOptions } from '@astrolabe/local-servers';
import { createTopics } from '@astrolabe/messaging';
import {
  ALL_IN_ONE,
  APP_NAMES,
  environmentOf,
  identityOf,
  sharedEnvironmentOf,
} from './topology.ts';
import type { AppName, AppPorts, StackSettings } from './topology.ts';

export type StackOptions = Pick<StartOptions, 'log' | 'signal' | 'patience'> & {
  /** The checkout that holds the apps. */
  root: string;
  settings: StackSettings;
  ports: Record<AppName, AppPorts>;
  /** One log file per process is written here. */
  logDir: string;
  apps?: readonly AppName[];
  /** Apps that run in one process; none when absent. Such a process is not killed or started by itself. */
  together?: readonly AppName[];
  /** Called when a process ends that nobody asked to end; `how` is in words. */
  onCrash: (process: ProcessName, how: string, logFile: string) => void;
};

/** Of an app, or of several in one. */
type ProcessName = AppName | typeof ALL_IN_ONE;

/** A running set of Astrolabe processes. */
export type Stack = {
  readonly ports: Record<AppName, AppPorts>;
  readonly settings: StackSettings;
  /** Whether an app was started with the others. */
  has(app: AppName): boolean;
  /** Process id of an app, for measurements and fault tests; the same for apps in one process. */
  pid(app: AppName): number;
  /** Sends a signal to a process that is one app's alone, e.g. to pause it. */
  signal(app: AppName, signal: NodeJS.Signals): void;
  /** Ends one process at once, as a crash would, and waits until it is gone. */
  kill(app: AppName): Promise<void>;
  /** Starts one process again on its old ports and waits until it is ready. */
  start(app: AppName): Promise<void>;
  /** Ends every process gracefully. */
  stop(): Promise<void>;
};

/** host:port of what other services call of an app. */
export const grpcAddress = (stack: Pick<Stack, 'ports'>, app: AppName): string =>
  `127.0.0.1:${stack.ports[app].grpc ?? 0}`;

/** host:port of an app's administration. */
export const adminAddress = (stack: Pick<Stack, 'ports'>, app: AppName): string =>
  `127.0.0.1:${stack.ports[app].admin ?? 0}`;

/** Base URL of an app's HTTP server. */
export const httpUrl = (stack: Pick<Stack, 'ports'>, app: AppName): string =>
  `http://127.0.0.1:${stack.ports[app].http ?? 0}`;

/** Creates the topics, and makes this process the operator: who starts a stack calls it. */
export async function prepareStack(settings: StackSettings): Promise<void> {
  const operator = identityOf('operator', settings.keys.identityRoot);
  useServiceIdentity(operator.SERVICE_KEY, operator.SERVICE_PEERS);
  await createTopics({
    brokers: settings.kafkaBrokers.split(','),
    topicPrefix: settings.topicPrefix,
    topics: ALL_TOPICS,
    replicationFactor: 1,
  });
}

/**
 * Creates the topics, then starts all processes side by side and waits until each is ready.
 * When one does not start, the others are broken off or ended before its StartFailure is thrown.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { settings, ports, logDir } = options;
  mkdirSync(logDir, { recursive: true });
  await prepareStack(settings);
  const apps = options.apps ?? APP_NAMES;
  const together = (options.together ?? []).filter((app) => apps.includes(app));
  const processOf = (app: AppName): ProcessName => (together.includes(app) ? ALL_IN_ONE : app);
  const running = new Map<ProcessName, RunningProcess>();
  const expectedToEnd = new Set<number>();

  const { log, patience } = options;
  const onWaiting = gatherWaiting((all) => log?.(whatWaits(all)));
  const start = async (name: ProcessName, signal?: AbortSignal): Promise<void> => {
    const logFile = join(logDir, `${name}.log`);
    const child = await spawnService({
      name,
      entry: join(options.root, 'apps', name, 'src', 'main.ts'),
      env:
        name === ALL_IN_ONE
          ? sharedEnvironmentOf(together, ports, settings)
          : environmentOf(name, ports, settings),
      logFile,
      ...(log ? { log, onWaiting } : {}),
      ...(patience ? { patience } : {}),
      ...(signal ? { signal } : {}),
    });
    running.set(name, child);
    void child.exited.then((exit) => {
      if (expectedToEnd.has(child.pid)) return;
      running.delete(name);
      options.onCrash(name, exitInWords(exit), logFile);
    });
  };

  const stop = async (): Promise<void> => {
    const children = [...running.values()];
    running.clear();
    for (const child of children) expectedToEnd.add(child.pid);
    await Promise.all(children.map((child) => child.stop()));
  };

  const processes = [...new Set(apps.map(processOf))];
  await startTogether(processes, start, options.signal).catch(async (error) => {
    await stop();
    throw error;
  });

  const childOf = (app: AppName): RunningProcess => {
    const child = running.get(processOf(app));
    if (!child) throw new Error(`${app} is not running`);
    return child;
  };
  const alone = (app: AppName): AppName => {
    if (together.includes(app)) throw new Error(`${app} runs in one process with others`);
    return app;
  };
  return {
    ports,
    settings,
    has: (app) => apps.includes(app),
    pid: (app) => childOf(app).pid,
    signal: (app, signal) => childOf(alone(app)).kill(signal),
    kill: async (app) => {
      const child = childOf(alone(app));
      expectedToEnd.add(child.pid);
      running.delete(app);
      child.kill('SIGKILL');
      await child.exited;
    },
    start: (app) => start(alone(app)),
    stop,
  };
}

/** Starts all side by side; the first that fails breaks the others off. Throws what really failed. */
async function startTogether(
  names: readonly ProcessName[],
  start: (name: ProcessName, signal: AbortSignal) => Promise<void>,
  caller?: AbortSignal,
): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([failing.signal, ...(caller ? [caller] : [])]);
  const started = await Promise.allSettled(
    names.map((name) =>
      start(name, signal).catch((error: unknown) => {
        failing.abort();
        throw error;
      }),
    ),
  );
  const reasons = started.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const real = reasons.filter((reason) => !(reason instanceof StartAbandoned));
  const [first = reasons[0]] = real;
  if (first === undefined) return;
  if (real.length < 2) throw first;
  const messages = real.map((reason) =>
    reason instanceof Error ? reason.message : String(reason),
  );
  throw new StartFailure(messages.join('\n'), { cause: first });
}
