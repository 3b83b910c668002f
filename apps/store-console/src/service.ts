import { resolve } from 'node:path';
import { TOPICS } from '@astrolabe/contracts';
import { createGrpcServer } from '@astrolabe/grpc';
import { addressList, createHttpServer } from '@astrolabe/http';
import type { HttpServer } from '@astrolabe/http';
import { registerPages } from '@astrolabe/http/pages';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo } from '@astrolabe/mongo';
import type { Clock } from '@astrolabe/kernel';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { adminService } from './adapters/grpc/admin-service.ts';
import { connectFulfillment } from './adapters/grpc/fulfillment.ts';
import { connectReceivers } from './adapters/grpc/receivers.ts';
import { connectSellers } from './adapters/grpc/sellers.ts';
import { connectStock } from './adapters/grpc/stock.ts';
import { connectBackends } from './adapters/grpc/backends.ts';
import { registerApi } from './adapters/http/api.ts';
import { createLive } from './adapters/http/live.ts';
import { registerOperator } from './adapters/http/operator/api.ts';
import { createRoutes } from './adapters/http/routes.ts';
import { fulfillmentHandler } from './adapters/kafka/incoming.ts';
import { createAccounts } from './adapters/mongo/accounts.ts';
import { DEVICE_SECONDS, createDevices } from './adapters/mongo/devices.ts';
import { createFeeds } from './adapters/mongo/feeds.ts';
import { createJournal } from './adapters/mongo/journal.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createTries } from './adapters/mongo/tries.ts';
import { createPasswords, newToken } from './adapters/node/passwords.ts';
import { makeFindPickup, makeHandOver } from './application/pickup.ts';
import { makeReportAction } from './application/report-action.ts';
import { makeLookAtReceiver } from './application/receiver.ts';
import {
  makeDisableUser,
  makeListUsers,
  makePutUser,
  makeSignIn,
  makeWhoIs,
} from './application/sign-in.ts';
import type { Feeds } from './application/ports.ts';
import type { Config } from './config.ts';

const NAME = 'store-console';
const BODY_LIMIT_BYTES = 64 * 1024;
/** A person waits longer than a program. */
const ANSWER_WITHIN_MS = 10_000;
const HOUR_SECONDS = 3_600;

/** Everything of the console, wired but not started. */
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
  const whoIs = makeWhoIs(accounts);
  const http = await httpServer(config, logger);
  const live = liveOf(feeds, whoIs, logger);
  const routes = createRoutes(http.app, whoIs);
  live.register(routes);
  registerApi(routes, {
    signIn: makeSignIn(accounts),
    findPickup: makeFindPickup({ fulfillment }),
    lookAtReceiver: makeLookAtReceiver({ fulfillment, receivers }),
    handOver: makeHandOver({ fulfillment, journal, clock }),
    reportAction: makeReportAction({ fulfillment, stock, journal, clock }),
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
  registerOperator(routes, {
    backends: backends.operators,
    deadLetters: messaging.deadLetters,
    start: startOf(config),
  });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    adminPort: config.ADMIN_PORT,
    services: [adminService(usersOf(accounts))],
  });
  const consumer = messaging.consumer({
    group: NAME,
    topics: [TOPICS.fulfillmentEvents],
    handle: fulfillmentHandler(feeds, live.wake),
  });
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  return {
    components: [
      mongo.component,
      messaging.component,
      backends.component,
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

/** The services that answer to clerks and operators. */
function backendsOf(config: Config) {
  const fulfillment = connectFulfillment(config.FULFILLMENT_ADDRESS);
  const stock = connectStock(config.CATALOG_ADDRESS, config.INVENTORY_ADDRESS);
  const receivers = connectReceivers(config.GATEWAY_ADDRESS);
  const sellers = connectSellers(config.CATALOG_ADDRESS);
  const operators = connectBackends(config);
  const all = [fulfillment, stock, receivers, sellers, operators];
  const close = async () => all.forEach((one) => one.close());
  const component = { name: 'backends', stop: close };
  return { fulfillment, stock, receivers, sellers, operators: operators.clients, component };
}

/** Where operators' pages open when an address names nothing. */
const startOf = (config: Config) => ({
  sellerId: config.START_SELLER,
  itemId: config.START_ITEM,
  skuId: config.START_SKU,
});

type Database = Parameters<typeof createAccounts>[0];

/** What signing in needs. */
async function accountsOf(db: Database, config: Config, clock: Clock) {
  const passwords = createPasswords();
  return {
    accounts: createAccounts(db),
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

/** The administration of accounts. */
const usersOf = (accounts: Awaited<ReturnType<typeof accountsOf>>) => ({
  putUser: makePutUser(accounts),
  disableUser: makeDisableUser(accounts),
  listUsers: makeListUsers(accounts),
});

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
