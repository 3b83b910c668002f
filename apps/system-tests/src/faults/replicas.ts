import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { exitInWords, spawnService } from '@astrolabe/local-servers';
import type { RunningProcess } from '@astrolabe/local-servers';
import { APP_NAMES, anyPorts, environmentOf, prepareStack } from '@astrolabe/local-stack';
import type { AppName, AppPorts, Stack, StackOptions } from '@astrolabe/local-stack';
import { startAddress } from './address.ts';
import type { Address } from './address.ts';

/** From the signal to stop until a cluster sends no new connection there any more. */
const ENDPOINTS_MS = 1_000;

/** A stack whose processes are replaced as a rolling update of Kubernetes does it. */
export type Replicas = {
  launch: (options: StackOptions) => Promise<Stack>;
  /**
   * Starts a successor beside the process, and has the address lead to both when it is ready; then asks the
   * predecessor to end and has the address lead past it a second later. Resolves when it has ended.
   */
  replace(app: AppName): Promise<void>;
};

const KINDS = ['http', 'grpc', 'admin'] as const;
type Kind = (typeof KINDS)[number];
type Replica = { process: RunningProcess; ports: AppPorts };
type Place = { addresses: Partial<Record<Kind, Address>>; replicas: Replica[] };

export function createReplicas(): Replicas {
  let replace: Replicas['replace'] | undefined;
  return {
    launch: async (options) => {
      const running = await startReplicas(options);
      ({ replace } = running);
      return running.stack;
    },
    replace: async (app) => {
      if (!replace) throw new Error('nothing has been launched');
      await replace(app);
    },
  };
}

/** Every app behind an address of its own, which is all that the others know of it. */
async function startReplicas(
  options: StackOptions,
): Promise<{ stack: Stack; replace: Replicas['replace'] }> {
  const { settings, ports } = options;
  await prepareStack(settings);
  const apps = options.apps ?? APP_NAMES;
  const places = new Map<AppName, Place>();
  const asked = new Set<number>();
  const placeOf = (app: AppName): Place => {
    const place = places.get(app);
    if (!place) throw new Error(`${app} is not running`);
    return place;
  };

  const add = async (app: AppName): Promise<void> => {
    const own = (await anyPorts())[app];
    const process = await spawnService({
      name: app,
      entry: join(options.root, 'apps', app, 'src', 'main.ts'),
      env: environmentOf(app, { ...ports, [app]: own }, settings),
      logFile: join(options.logDir, `${app}.log`),
    });
    const place = placeOf(app);
    place.replicas.push({ process, ports: own });
    lead(place, place.replicas);
    void process.exited.then((exit) => {
      if (!asked.has(process.pid)) options.onCrash(app, exitInWords(exit), process.logFile);
    });
  };
  const end = async (place: Place, { process }: Replica, signal: NodeJS.Signals) => {
    asked.add(process.pid);
    process.kill(signal);
    place.replicas = place.replicas.filter((one) => one.process !== process);
    await Promise.race([process.exited, delay(ENDPOINTS_MS)]);
    lead(place, place.replicas);
    await process.exited;
  };
  const endAll = (app: AppName, signal: NodeJS.Signals) => {
    const place = placeOf(app);
    return Promise.all(place.replicas.map((replica) => end(place, replica, signal)));
  };

  for (const app of apps)
    places.set(app, { addresses: await addressesOf(ports[app]), replicas: [] });
  await Promise.all(apps.map(add));
  const stack: Stack = {
    ports,
    settings,
    has: (app) => places.has(app),
    pid: (app) => placeOf(app).replicas[0]?.process.pid ?? -1,
    signal: (app, signal) => placeOf(app).replicas.forEach(({ process }) => process.kill(signal)),
    kill: async (app) => void (await endAll(app, 'SIGKILL')),
    start: add,
    stop: async () => {
      await Promise.all(apps.map((app) => endAll(app, 'SIGTERM')));
      await Promise.all(apps.flatMap((app) => closing(placeOf(app))));
    },
  };
  return {
    stack,
    replace: async (app) => {
      const place = placeOf(app);
      const [predecessor] = place.replicas;
      await add(app);
      if (predecessor) await end(place, predecessor, 'SIGTERM');
    },
  };
}

async function addressesOf(ports: AppPorts): Promise<Place['addresses']> {
  const addresses: Place['addresses'] = {};
  for (const kind of KINDS) {
    const port = ports[kind];
    if (port !== undefined) addresses[kind] = await startAddress(port);
  }
  return addresses;
}

function lead({ addresses }: Place, replicas: readonly Replica[]): void {
  for (const kind of KINDS) {
    addresses[kind]?.leadTo(replicas.flatMap(({ ports }) => ports[kind] ?? []));
  }
}

const closing = ({ addresses }: Place): Promise<void>[] =>
  Object.values(addresses).map((address) => address.close());
