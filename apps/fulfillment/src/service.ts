import { TOPICS } from '@astrolabe/contracts';
import {
  FiguresServiceService,
  FulfillmentAdminServiceService,
  FulfillmentServiceService,
} from '@astrolabe/contracts/fulfillment';
import { createGrpcServer } from '@astrolabe/grpc';
import { createDestinations, createHttpClient } from '@astrolabe/http';
import type { Destinations, HttpClient } from '@astrolabe/http';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createMessaging } from '@astrolabe/messaging';
import type { Messaging } from '@astrolabe/messaging';
import { connectMongo, resealAtStart } from '@astrolabe/mongo';
import { watchCalls } from '@astrolabe/runtime';
import { createWorkQueue, repeat } from '@astrolabe/service';
import type { Component, Logger, Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { contextFromTraceparent, orderTrace, withSpan } from '@astrolabe/telemetry';
import { figuresService } from './adapters/grpc/figures/figures-service.ts';
import { fulfillmentAdminService } from './adapters/grpc/admin-service.ts';
import { fulfillmentService } from './adapters/grpc/fulfillment-service.ts';
import { connectSellers } from './adapters/grpc/sellers.ts';
import { createStoreSystem } from './adapters/http/store-system.ts';
import { createTmall } from './adapters/http/tmall.ts';
import { figuresHandler } from './adapters/kafka/figures/incoming.ts';
import { incomingHandler } from './adapters/kafka/incoming.ts';
import type { IncomingDeps } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { createConnections } from './adapters/mongo/connections.ts';
import { createFigureMeters } from './adapters/metrics/figure-meters.ts';
import { createPickupGuards } from './adapters/mongo/pickup-guards.ts';
import { createPickupCodes } from './adapters/node/pickup-codes.ts';
import { createFactStore } from './adapters/mongo/figures/facts.ts';
import { createRollupStore } from './adapters/mongo/figures/rollups.ts';
import { createFulfilments } from './adapters/mongo/fulfilments.ts';
import { createShippings } from './adapters/mongo/shippings.ts';
import { createShops } from './adapters/mongo/shops.ts';
import { makeAskToShip } from './application/ask-to-ship.ts';
import { makeCompactDays } from './application/figures/compact-days.ts';
import { makeReadFigures } from './application/figures/read-figures.ts';
import { makeNotifyStores } from './application/notify-stores.ts';
import { makeQueryPickup, makeRedeemPickup, makeShowPickups } from './application/pickup.ts';
import type { PickupDeps } from './application/pickup.ts';
import type { Connections, Fulfilments, Sellers, Shippings } from './application/ports.ts';
import { makeAnswerRefund } from './application/answer-refund.ts';
import { makeReportStatus } from './application/report-status.ts';
import { makeShip } from './application/ship.ts';
import type { ShipDeps } from './application/ship.ts';
import type { Config } from './config.ts';
import { shipPolicy } from './domain/shipping.ts';

const NAME = 'fulfillment';
const SPI_CONNECTIONS_MAX = 64;
const SPI_ANSWER_BYTES_MAX = 64 * 1024;
const TMALL_CONNECTIONS_MAX = 32;
const TMALL_ANSWER_BYTES_MAX = 1024 * 1024;
/** One attempt asks Tmall, ships, and asks again. */
const CALLS_PER_ATTEMPT = 3;
/** Who asks to ship waits this long for the first attempt; it goes on without them. */
const FIRST_TRY_MS = 6_000;
const COMPACT_EVERY_MS = 3_600_000;

/** Everything of fulfillment, wired but not started. `overrides` let a test hold the clock. */
export async function createService(
  { config, logger, health }: ServiceContext<Config>,
  overrides: { readonly clock?: Clock } = {},
): Promise<Service> {
  const clock = overrides.clock ?? ((): Date => new Date());
  const mongo = await databaseOf(config, logger);
  const messaging = messagingOf(config, logger, (error) => health.fatal(error));
  let wake = (_id: string): void => {};
  const fulfilments = await createFulfilments({
    db: mongo.db,
    topic: TOPICS.fulfillmentEvents.name,
    wake: (id) => wake(id),
    clock,
    encode: encodeEvent,
  });
  const relay = messaging.outboxRelay(fulfilments.outbox);
  wake = (id) => relay.wake(id);
  const sealer = createSealer(config.CONNECTION_KEY);
  const connections = createConnections(mongo.db, sealer);
  const shops = createShops(mongo.db, sealer);
  const shippings = await createShippings(mongo.db);
  const sellers = connectSellers(config.CATALOG_ADDRESS, () => performance.now());
  const destinations = createDestinations(config.SPI_ALLOWED_NETWORKS);
  const http = storeClient(config, destinations);
  const notifier = notifierOf({ config, logger, clock, fulfilments, connections, http });
  const parts = { fulfilments, sellers, clock };
  const consumer = consumerOf(messaging, { ...parts, logger, toTell: notifier.add });
  const figures = await figuresOf({ config, db: mongo.db, messaging, logger, clock });
  const codes = createPickupCodes(config.CONNECTION_KEY);
  const pickup = await pickupOf(mongo.db, { fulfilments, codes, clock });
  const reportStatus = makeReportStatus({ ...parts, shippings, codes, wake: notifier.add });
  const stored = { ...parts, shippings, shops, reportStatus };
  const shipper = shipperOf({ config, logger, destinations, ...stored });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    adminPort: config.ADMIN_PORT,
    services: [
      [
        FulfillmentServiceService,
        fulfillmentService({ ...stored, askToShip: shipper.askToShip, pickup, logger }),
      ],
      [
        FulfillmentAdminServiceService,
        fulfillmentAdminService({
          ...stored,
          connections,
          answerRefund: makeAnswerRefund({ fulfilments, reportStatus }),
          showPickups: pickup.show,
          urlRule: { allowHttp: config.SPI_ALLOW_HTTP, destinations },
          logger,
        }),
      ],
      [FiguresServiceService, figures.served],
    ],
  });
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  return {
    components: [
      mongo.component,
      resealAtStart(logger, [connections.reseal, shops.reseal]),
      { name: 'outbound', stop: () => closeAll(sellers, http) },
      relay.component,
      notifier.component,
      ...shipper.components,
      grpc.component,
      consumer,
      figures.consumer,
      figures.compactor,
    ],
    ports: () => grpc.ports(),
  };
}

type FiguresParts = {
  config: Config;
  db: Parameters<typeof createFactStore>[0];
  messaging: Messaging;
  logger: Logger;
  clock: Clock;
};

const databaseOf = (config: Config, logger: Logger) =>
  connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: NAME,
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });

const messagingOf = (
  config: Config,
  logger: Logger,
  onFatal: (error: unknown) => void,
): Messaging =>
  createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: NAME,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal,
  });

/** Hears trades and allocations; what it decides has to be told to the stores. */
const consumerOf = (
  messaging: Messaging,
  { logger, ...parts }: Omit<IncomingDeps, 'keptBack'> & { logger: Logger },
): Component =>
  messaging.consumer({
    group: NAME,
    topics: [TOPICS.ingressOrders, TOPICS.orderEvents],
    handle: incomingHandler({
      ...parts,
      keptBack: (order, subOrderIds) =>
        logger.warn(
          { order: orderKey(order), subOrderIds },
          'an allocation came after the shipment',
        ),
    }),
  });

/** The operating metrics: a reader of events beside the flow of orders, and what is served of it. */
async function figuresOf({ config, db, messaging, logger, clock }: FiguresParts) {
  const facts = await createFactStore(db);
  // A group of its own: figures may lag behind, the flow of an order may not wait for them.
  const consumer = messaging.consumer({
    group: `${NAME}-figures`,
    topics: [TOPICS.ingressOrders, TOPICS.orderEvents, TOPICS.fulfillmentEvents],
    handle: figuresHandler({ facts, meters: createFigureMeters() }),
  });
  const rollups = createRollupStore(db);
  const { FIGURES_ORDERS_MAX, FIGURES_RAW_DAYS: rawDays } = config;
  const compact = makeCompactDays({ facts, rollups, clock, rawDays });
  return {
    consumer,
    served: figuresService(makeReadFigures(facts, rollups, FIGURES_ORDERS_MAX)),
    compactor: compactorOf(compact, logger),
  };
}

/** Compacts days that are over, beside everything else. */
function compactorOf(compact: () => Promise<number>, logger: Logger): Component {
  let loop: { stop(): Promise<void> } | null = null;
  return {
    name: 'compactor',
    start: async () => {
      loop = repeat(
        COMPACT_EVERY_MS,
        (err) => logger.warn({ err }, 'days could not be compacted'),
        async () => {
          const days = await compact();
          if (days > 0) logger.info({ days }, 'days were compacted');
        },
      );
    },
    stop: async () => loop?.stop(),
  };
}

/** Pick-up codes: shown to the buyer's channel, looked up and redeemed by the others. */
async function pickupOf(db: FiguresParts['db'], parts: Omit<PickupDeps, 'guards'>) {
  const deps = { ...parts, guards: await createPickupGuards(db, parts.clock) };
  return {
    query: makeQueryPickup(deps),
    redeem: makeRedeemPickup(deps),
    show: makeShowPickups(deps),
  };
}

type NotifierParts = {
  config: Config;
  logger: Logger;
  clock: Clock;
  fulfilments: Fulfilments;
  connections: Connections;
  http: HttpClient;
};

/** Tells stores of their allocations, beside the consumers. */
function notifierOf({ config, logger, clock, fulfilments, connections, http }: NotifierParts) {
  const notify = makeNotifyStores({
    fulfilments,
    connections,
    storeSystem: createStoreSystem(http, clock),
    clock,
    retryMs: config.SPI_RETRY_MS,
  });
  return orderQueue({ name: 'notifier', work: notify, stored: fulfilments, logger, clock });
}

type OrderQueueParts = {
  name: string;
  work: (order: OrderRef) => Promise<void>;
  stored: Pick<Fulfilments, 'due'>;
  logger: Logger;
  clock: Clock;
};

/** Works on orders beside the calls and consumers, at once or when they are due. */
const orderQueue = ({ name, work, stored, logger, clock }: OrderQueueParts) =>
  createWorkQueue<OrderRef>({
    name,
    // A sweep has no caller: the order's own trace is the parent either way.
    work: (order) => {
      const parent = contextFromTraceparent(orderTrace(order).traceparent);
      return withSpan(name, { parent }, () => work(order));
    },
    overdue: (limit) => stored.due(clock(), limit),
    keyOf: orderKey,
    onError: (order, err) => logger.error({ err, name, order: orderKey(order) }, 'work failed'),
    onSweepError: (err) => logger.warn({ err, name }, 'a sweep failed'),
  });

type ShipperParts = Omit<ShipDeps, 'tmall' | 'policy' | 'watch' | 'shippings'> & {
  config: Config;
  logger: Logger;
  destinations: Destinations;
  sellers: Sellers;
  shippings: Shippings;
};

/** Ships at Tmall what stores have sent off, beside who asks for it. */
function shipperOf({ config, logger, destinations, ...parts }: ShipperParts) {
  const { clock, shippings } = parts;
  const client = createHttpClient({
    name: 'tmall',
    connectTimeoutMs: config.TMALL_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.TMALL_RESPONSE_TIMEOUT_MS,
    maxConnections: TMALL_CONNECTIONS_MAX,
    maxResponseBytes: TMALL_ANSWER_BYTES_MAX,
    destinations,
  });
  const callMs = config.TMALL_CONNECT_TIMEOUT_MS + config.TMALL_RESPONSE_TIMEOUT_MS;
  const ship = makeShip({
    ...parts,
    tmall: createTmall(client, clock),
    policy: shipPolicy(config.TMALL_RETRY_MS, (CALLS_PER_ATTEMPT + 1) * callMs),
    watch: watchCalls('ship', logger),
  });
  const queue = orderQueue({ name: 'shipper', work: ship, stored: shippings, logger, clock });
  const tryNow = (order: OrderRef): Promise<void> =>
    atMost(
      FIRST_TRY_MS,
      ship(order).catch((err: unknown) => logger.error({ err }, 'a first try failed')),
    );
  const tmall = { name: 'tmall', stop: () => client.close() };
  return { askToShip: makeAskToShip({ ...parts, tryNow }), components: [tmall, queue.component] };
}

/** Ends with the work, or without it after `ms`. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const handle = setTimeout(timer.resolve, ms);
  await Promise.race([work, timer.promise]);
  clearTimeout(handle);
}

/** The client for sellers' store systems. */
const storeClient = (config: Config, destinations: Destinations): HttpClient =>
  createHttpClient({
    name: 'store-system',
    connectTimeoutMs: config.SPI_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.SPI_RESPONSE_TIMEOUT_MS,
    maxConnections: SPI_CONNECTIONS_MAX,
    maxResponseBytes: SPI_ANSWER_BYTES_MAX,
    destinations,
  });

async function closeAll(sellers: { close(): void }, http: HttpClient): Promise<void> {
  sellers.close();
  await http.close();
}
