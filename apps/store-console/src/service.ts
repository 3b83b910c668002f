import { resolve } from 'node:path';
import { TOPICS } from '@astrolabe/contracts';
import { createGrpcServer } from '@astrolabe/grpc';
import {
  addressList,
  createDestinations,
  createHttpClient,
  createHttpServer,
} from '@astrolabe/http';
import type { HttpServer } from '@astrolabe/http';
import { registerPages } from '@astrolabe/http/pages';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo, resealAtStart } from '@astrolabe/mongo';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createWorkQueue } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { contextFromTraceparent, orderTrace, withSpan } from '@astrolabe/telemetry';
import { adminService } from './adapters/grpc/admin-service.ts';
import { connectFulfillment } from './adapters/grpc/fulfillment.ts';
import { connectReceivers } from './adapters/grpc/receivers.ts';
import { connectSellers } from './adapters/grpc/sellers.ts';
import { connectStock } from './adapters/grpc/stock.ts';
import { registerApi } from './adapters/http/api.ts';
import { createLive } from './adapters/http/live.ts';
import { createTmall } from './adapters/http/tmall.ts';
import { fulfillmentHandler } from './adapters/kafka/incoming.ts';
import { createClerks } from './adapters/mongo/clerks.ts';
import { DEVICE_SECONDS, createDevices } from './adapters/mongo/devices.ts';
import { createFeeds } from './adapters/mongo/feeds.ts';
import { createJournal } from './adapters/mongo/journal.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createShippings } from './adapters/mongo/shippings.ts';
import { createShops } from './adapters/mongo/shops.ts';
import { createTries } from './adapters/mongo/tries.ts';
import { createPasswords, newToken } from './adapters/node/passwords.ts';
import { makeFindPickup, makeHandOver } from './application/pickup.ts';
import { makeReportAction } from './application/report-action.ts';
import { makeLookAtReceiver } from './application/receiver.ts';
import { makeAskToShip, makeShip } from './application/ship.ts';
import { makePutClerk, makeSignIn, makeWhoIs } from './application/sign-in.ts';
import type { Feeds, Fulfillment } from './application/ports.ts';
import type { Config } from './config.ts';

const NAME = 'store-console';
const BODY_LIMIT_BYTES = 64 * 1024;
/** A person waits longer than a program. */
const ANSWER_WITHIN_MS = 10_000;
const HOUR_SECONDS = 3_600;
const TMALL_CONNECTIONS_MAX = 32;
const TMALL_ANSWER_BYTES_MAX = 1024 * 1024;
/** One try asks Tmall, ships, asks again, and reads or reports at fulfillment. */
const CALLS_PER_TRY = 5;

/** Everything of the store console, wired but not started. */
export async function createService({
  config,
  logger,
  health,
}: ServiceContext<Config>): Promise<Service> {
  const clock = (): Date => new Date();
  const mongo = await connectDatabase(config, logger);
  const messaging = createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: NAME,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal: (error) => health.fatal(error),
  });
  const accounts = await accountsOf(mongo.db, config, clock);
  const feeds = createFeeds(mongo.db);
  const journal = await createJournal(mongo.db);
  const backends = backendsOf(config);
  const { fulfillment, stock, receivers, sellers } = backends;
  const shipper = await shipperOf({ config, logger, clock, db: mongo.db, fulfillment });
  const { shops, shippings, urlRule } = shipper;
  const whoIs = makeWhoIs(accounts);
  const http = await httpServer(config, logger);
  const live = liveOf(feeds, whoIs, logger);
  live.register(http.app);
  registerApi(http.app, {
    whoIs,
    signIn: makeSignIn(accounts),
    findPickup: makeFindPickup({ fulfillment }),
    lookAtReceiver: makeLookAtReceiver({ fulfillment, receivers }),
    handOver: makeHandOver({ fulfillment, journal, clock }),
    reportAction: makeReportAction({ fulfillment, stock, journal, ...shipper, clock }),
    shippings,
    sessions: accounts.sessions,
    answersHere: (sellerId) => sellers.acceptsHere(sellerId),
    feeds,
    fulfillment,
    journal,
    clock,
    cookieSecure: config.COOKIE_SECURE,
    sessionSeconds: config.SESSION_HOURS * HOUR_SECONDS,
    deviceSeconds: DEVICE_SECONDS,
  });
  const putClerk = makePutClerk(accounts);
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    adminPort: config.ADMIN_PORT,
    services: [adminService({ putClerk, shops, shippings, urlRule })],
  });
  const consumer = messaging.consumer({
    group: NAME,
    topics: [TOPICS.fulfillmentEvents],
    handle: fulfillmentHandler(feeds, live.wake),
  });
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  const stored = [mongo.component, resealAtStart(logger, [shops.reseal])];
  return {
    components: [
      ...stored,
      messaging.component,
      backends.component,
      ...shipper.components,
      grpc.component,
      http.component,
      live.component,
      consumer,
    ],
    ports: () => ({ ...grpc.ports(), httpPort: http.port() }),
  };
}

const connectDatabase = (config: Config, logger: Logger) =>
  connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: NAME,
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });

/** The services that answer to clerks. */
function backendsOf(config: Config) {
  const fulfillment = connectFulfillment(config.FULFILLMENT_ADDRESS);
  const stock = connectStock(config.CATALOG_ADDRESS, config.INVENTORY_ADDRESS);
  const receivers = connectReceivers(config.GATEWAY_ADDRESS);
  const sellers = connectSellers(config.CATALOG_ADDRESS);
  const all = [fulfillment, stock, receivers, sellers];
  const close = async () => all.forEach((one) => one.close());
  return { fulfillment, stock, receivers, sellers, component: { name: 'backends', stop: close } };
}

type Database = Parameters<typeof createShops>[0];

/** What signing in needs. */
async function accountsOf(db: Database, config: Config, clock: Clock) {
  const passwords = createPasswords();
  return {
    clerks: createClerks(db),
    sessions: await createSessions(db),
    devices: await createDevices(db, newToken),
    tries: await createTries(db),
    passwords,
    clock,
    newToken,
    nobodysHash: await passwords.hash(newToken()),
    sessionMs: config.SESSION_HOURS * HOUR_SECONDS * 1_000,
  };
}

type ShipperParts = {
  config: Config;
  logger: Logger;
  clock: Clock;
  db: Database;
  fulfillment: Fulfillment;
};

/** Ships at Tmall what clerks have sent off, beside their requests. */
async function shipperOf({ config, logger, clock, db, fulfillment }: ShipperParts) {
  const destinations = createDestinations(config.SPI_ALLOWED_NETWORKS);
  const urlRule = { allowHttp: config.SPI_ALLOW_HTTP, destinations };
  const client = createHttpClient({
    name: 'tmall',
    connectTimeoutMs: config.TMALL_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.TMALL_RESPONSE_TIMEOUT_MS,
    maxConnections: TMALL_CONNECTIONS_MAX,
    maxResponseBytes: TMALL_ANSWER_BYTES_MAX,
    destinations,
  });
  const shippings = await createShippings(db);
  const shops = createShops(db, createSealer(config.CONNECTION_KEY));
  const callMs = config.TMALL_CONNECT_TIMEOUT_MS + config.TMALL_RESPONSE_TIMEOUT_MS;
  const ship = makeShip({
    shippings,
    shops,
    tmall: createTmall(client, clock),
    fulfillment,
    clock,
    retryMs: config.TMALL_RETRY_MS,
    leaseMs: CALLS_PER_TRY * callMs,
  });
  const queue = createWorkQueue<OrderRef>({
    name: 'shipper',
    work: (order) => {
      const parent = contextFromTraceparent(orderTrace(order).traceparent);
      return withSpan('ship', { parent }, () => ship(order));
    },
    overdue: (limit) => shippings.due(clock(), limit),
    keyOf: orderKey,
    onError: (order, err) =>
      logger.error({ err, order: orderKey(order) }, 'a shipment did not go on'),
    onSweepError: (err) => logger.warn({ err }, 'a sweep failed'),
  });
  const tmall = { name: 'tmall', stop: () => client.close() };
  const askToShip = makeAskToShip({ shippings, clock });
  return { shippings, shops, urlRule, askToShip, ship, components: [tmall, queue.component] };
}

const liveOf = (feeds: Feeds, whoIs: ReturnType<typeof makeWhoIs>, logger: Logger) =>
  createLive({
    feeds,
    whoIs,
    nowMs: () => performance.now(),
    onError: (err) => logger.warn({ err }, 'the feeds could not be read'),
  });

/** The server of the pages and their API; the pages' headers go with every answer. */
async function httpServer(config: Config, logger: Logger): Promise<HttpServer> {
  const http = await createHttpServer({
    logger,
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    answerWithinMs: ANSWER_WITHIN_MS,
    trustedProxies: addressList(config.TRUSTED_PROXIES),
  });
  await registerPages(http.app, resolve(config.WEB_DIST));
  return http;
}
