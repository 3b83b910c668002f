import { isAdministration } from '@astrolabe/contracts/callers';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient, GrpcClientOptions } from '@astrolabe/grpc';
import { createLogger, loadConfig, startAll, stopAll } from '@astrolabe/service';
import type { Service, ServiceContext } from '@astrolabe/service';
import type { Static, TObject } from 'typebox';
import { cleanUpWith } from './clean-up.ts';
import { servers } from './servers.ts';

type ClientClass = Parameters<typeof createGrpcClient>[0];
type Client = InstanceType<ClientClass>;

export type ServiceUnderTest<S extends TObject, O> = {
  readonly schema: S;
  readonly create: (context: ServiceContext<Static<S>>, overrides?: O) => Promise<Service>;
  /** Clocks and ids that the test holds. */
  readonly overrides?: O;
  /** Beside the run's servers, where it listens at any free port. */
  readonly env: Readonly<Record<string, string>> & { readonly MONGODB_DATABASE: string };
  /** What the service says of a part beyond repair; without it that fails the stop. */
  readonly onFatal?: (error: unknown) => void;
};

/** A service in this process, started and ready. */
export type StartedService = {
  /** host:port of what other services call, and of administration. */
  readonly grpcAddress: string;
  readonly adminAddress: string;
  /** Base URL of its HTTP server. */
  readonly url: string;
  /** A client of one of its contracts, at the port where that is served; closed with the service. */
  client<C extends Client>(
    of: Parameters<typeof createGrpcClient<C>>[0],
    options?: Partial<GrpcClientOptions>,
  ): GrpcClient<C>;
  /** Stops it in order; done at the end of the file's tests unless it was done before. */
  stop(): Promise<void>;
};

const DEADLINE_MS = 10_000;

/** Starts a service in this process on the run's database and broker. */
export async function startService<S extends TObject, O>(
  under: ServiceUnderTest<S, O>,
): Promise<StartedService> {
  const fatal: unknown[] = [];
  const onFatal = under.onFatal ?? ((error: unknown): void => void fatal.push(error));
  const { mongoUri: MONGODB_URI, kafkaBrokers: KAFKA_BROKERS } = servers();
  const env = { MONGODB_URI, KAFKA_BROKERS, HTTP_PORT: '0', LOG_LEVEL: 'silent', ...under.env };
  const context: ServiceContext<Static<S>> = {
    config: loadConfig(under.schema, env),
    logger: createLogger({ service: 'test', level: env.LOG_LEVEL }),
    health: { addCheck: () => {}, setReady: () => {}, fatal: onFatal },
  };
  const service = await under.create(context, under.overrides);
  await startAll(service.components);
  const { grpcPort, adminPort, httpPort } = service.ports?.() ?? {};
  const clients: { close(): void }[] = [];
  let isRunning = true;
  const stop = async (): Promise<void> => {
    if (!isRunning) return;
    isRunning = false;
    for (const client of clients) client.close();
    await stopAll(service.components);
    if (fatal.length > 0) throw new AggregateError(fatal, 'the service was beyond repair');
  };
  cleanUpWith(stop);
  const grpcAddress = `127.0.0.1:${grpcPort}`;
  const adminAddress = `127.0.0.1:${adminPort}`;
  return {
    grpcAddress,
    adminAddress,
    url: `http://127.0.0.1:${httpPort}`,
    client: (of, options = {}) => {
      const address = isAdministration(of.serviceName) ? adminAddress : grpcAddress;
      const settings = { address, name: 'test', defaultDeadlineMs: DEADLINE_MS, ...options };
      const client = createGrpcClient(of, settings);
      clients.push(client);
      return client;
    },
    stop,
  };
}
