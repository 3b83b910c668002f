import { hostname } from 'node:os';
import type { TopicSpec } from '@astrolabe/contracts';
import type { GrpcServerOptions } from '@astrolabe/grpc';
import type { HttpServer } from '@astrolabe/http';
import type { Clock } from '@astrolabe/kernel';
import { createMessaging } from '@astrolabe/messaging';
import type { ConsumerSpec, Messaging, OutboxRelay } from '@astrolabe/messaging';
import { connectMongo, resealAtStart } from '@astrolabe/mongo';
import type { MongoConnection, OutboxSource, Reseal } from '@astrolabe/mongo';
import type { Component, Service, ServiceContext } from '@astrolabe/service';
import { grpcServer } from './servers.ts';
import type { GrpcConfig } from './servers.ts';

/** What the parts of a service read; a service without topics has neither brokers nor prefix. */
export type RuntimeConfig = GrpcConfig & {
  readonly MONGODB_URI: string;
  readonly MONGODB_DATABASE: string;
  readonly STARTUP_WAIT_MS: number;
  readonly KAFKA_BROKERS?: string;
  readonly TOPIC_PREFIX?: string;
  readonly HEALTH_PORT?: number;
};

/** What a store with an outbox is opened with. */
export type Outbox = {
  readonly db: MongoConnection['db'];
  /** Name of the topic that the outbox is published to. */
  readonly topic: string;
  /** Publishes what this aggregate's outbox holds, now; returns at once. */
  readonly wake: (id: string) => void;
  /** Whether all that the aggregate's outbox holds is published, within so many milliseconds. */
  readonly published: (id: string, withinMs: number) => Promise<boolean>;
};

/**
 * The table of a service's parts. Whatever their order here, they start as listed below and stop in
 * reverse: intake closes first, work in progress drains, connections close last.
 */
export type Parts = {
  /** Fields that an older key has sealed: sealed again with the newest, beside everything else. */
  readonly reseals?: readonly Reseal[];
  /** Clients of others, closed after everything that calls them. */
  readonly clients?: readonly { close(): void | Promise<void> }[];
  /** Queues of work. */
  readonly work?: readonly Component[];
  /** gRPC contracts; those of operators alone are served at the port of administration. */
  readonly contracts?: GrpcServerOptions['services'];
  readonly http?: HttpServer;
  /** Readers, sweepers and whatever else runs beside requests and events. */
  readonly loops?: readonly Component[];
  /** Consumer groups. With one the service is unready while its group has not joined. */
  readonly consumers?: readonly ConsumerSpec[];
};

export type OpenedService = {
  readonly db: MongoConnection['db'];
  /** Opens a store and the relay that publishes its outbox to `topic`. */
  outbox<S extends { readonly outbox: OutboxSource }>(
    topic: TopicSpec,
    open: (outbox: Outbox) => Promise<S>,
  ): Promise<S>;
  /** Events by themselves, for what has no place in the table: dead letters, a publisher. */
  messaging(): Messaging;
  /** The service of these parts, wired but not started. */
  of(parts: Parts): Service;
};

/** The time of this machine. */
export const systemClock: Clock = () => new Date();

/**
 * Opens what a service stands on: its database, which is waited for, and its events, which are
 * connected to when a store or a consumer group needs them. Plain functions: a service may make any
 * part by itself and put it under `work` or `loops`.
 *
 * @throws MongoServerSelectionError when the database is away for longer than STARTUP_WAIT_MS.
 */
export async function openService(
  name: string,
  context: ServiceContext<RuntimeConfig>,
): Promise<OpenedService> {
  const { config, logger, health } = context;
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: name,
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });
  health.addCheck('mongo', () => mongo.check());
  const events = lazily(() => openEvents(name, context));
  const relays: OutboxRelay[] = [];
  return {
    db: mongo.db,
    outbox: async (topic, open) => {
      // A store is opened with the wake of a relay that reads that store.
      let relay: OutboxRelay | null = null;
      const wake = (id: string): void => relay?.wake(id);
      const published: Outbox['published'] = (id, withinMs) =>
        relay?.published(id, withinMs) ?? Promise.resolve(false);
      const store = await open({ db: mongo.db, topic: topic.name, wake, published });
      relay = events.value().outboxRelay(store.outbox);
      relays.push(relay);
      return store;
    },
    messaging: () => events.value(),
    of: (parts) => {
      const { reseals = [], work = [], contracts = [], http, loops = [], consumers = [] } = parts;
      const grpc = contracts.length > 0 ? grpcServer(context, contracts) : null;
      const groups = consumers.map((spec) => events.value().consumer(spec));
      if (groups.length > 0) health.addCheck('kafka', () => events.value().check());
      const messaging = events.made();
      return {
        components: [
          mongo.component,
          ...(reseals.length > 0 ? [resealAtStart(logger, reseals)] : []),
          ...(messaging ? [messaging.component] : []),
          closing(parts.clients ?? []),
          ...relays.map(({ component }) => component),
          ...work,
          ...(grpc ? [grpc.component] : []),
          ...(http ? [http.component] : []),
          ...loops,
          ...groups,
        ],
        ports: () => ({ ...grpc?.ports(), ...(http && { httpPort: http.port() }) }),
      };
    },
  };
}

/** @throws TypeError where the service's configuration names no brokers. */
function openEvents(
  name: string,
  { config, logger, health }: ServiceContext<RuntimeConfig>,
): Messaging {
  if (config.KAFKA_BROKERS === undefined) {
    throw new TypeError(`${name} has events, but no KAFKA_BROKERS in its configuration`);
  }
  return createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: name,
    instance: instanceOf(config),
    topicPrefix: config.TOPIC_PREFIX ?? '',
    logger,
    onFatal: (error) => health.fatal(error),
  });
}

/**
 * What the process that is started in this one's place has in common with it, and no other: the name of the machine, which in a
 * cluster is the pod's, and there the port of its health. A port of the system's choice names nobody.
 */
const instanceOf = ({ HEALTH_PORT }: RuntimeConfig): string | undefined =>
  HEALTH_PORT && !process.env['NO_STATIC'] ? `${hostname()}-${HEALTH_PORT}` : undefined;

/** A value that is made when it is first needed. */
function lazily<T>(make: () => T): { value(): T; made(): T | undefined } {
  let made: T | undefined;
  return { value: () => (made ??= make()), made: () => made };
}

const closing = (clients: NonNullable<Parts['clients']>): Component => ({
  name: 'clients',
  stop: async () => {
    await Promise.all(clients.map(async (client) => client.close()));
  },
});
