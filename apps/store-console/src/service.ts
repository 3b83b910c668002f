import { resolve } from 'node:path';
import { TOPICS } from '@astrolabe/contracts';
import { createGrpcServer } from '@astrolabe/grpc';
import { createHttpServer } from '@astrolabe/http';
import type { HttpServer } from '@astrolabe/http';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo } from '@astrolabe/mongo';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { adminService } from './adapters/grpc/admin-service.ts';
import { connectFulfillment } from './adapters/grpc/fulfillment.ts';
import { connectStock } from './adapters/grpc/stock.ts';
import { registerApi } from './adapters/http/api.ts';
import { createLive } from './adapters/http/live.ts';
import { registerPages } from './adapters/http/pages.ts';
import { fulfillmentHandler } from './adapters/kafka/incoming.ts';
import { createClerks } from './adapters/mongo/clerks.ts';
import { createFeeds } from './adapters/mongo/feeds.ts';
import { createJournal } from './adapters/mongo/journal.ts';
import { createSessions } from './adapters/mongo/sessions.ts';
import { createPasswords, newToken } from './adapters/node/passwords.ts';
import { makeAct } from './application/act.ts';
import { makePutClerk, makeSignIn, makeWhoIs } from './application/sign-in.ts';
import type { Feeds } from './application/ports.ts';
import type { Config } from './config.ts';

const NAME = 'store-console';
const BODY_LIMIT_BYTES = 64 * 1024;
const HOUR_SECONDS = 3_600;

/** Everything of the store console, wired but not started. */
export async function createService({
  config,
  logger,
  health,
}: ServiceContext<Config>): Promise<Service> {
  const clock = (): Date => new Date();
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: NAME,
  });
  const messaging = createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: NAME,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal: (error) => health.fatal(error),
  });
  const passwords = createPasswords();
  const accounts = {
    clerks: createClerks(mongo.db),
    sessions: await createSessions(mongo.db),
    passwords,
    clock,
    newToken,
    nobodysHash: await passwords.hash(newToken()),
    sessionMs: config.SESSION_HOURS * HOUR_SECONDS * 1_000,
  };
  const feeds = createFeeds(mongo.db);
  const journal = await createJournal(mongo.db);
  const fulfillment = connectFulfillment(config.FULFILLMENT_ADDRESS);
  const stock = connectStock(config.CATALOG_ADDRESS, config.INVENTORY_ADDRESS);
  const whoIs = makeWhoIs(accounts);
  const http = await httpServer(config, logger);
  const live = liveOf(feeds, whoIs, logger);
  live.register(http.app);
  registerApi(http.app, {
    whoIs,
    signIn: makeSignIn(accounts),
    act: makeAct({ fulfillment, stock, journal, clock }),
    sessions: accounts.sessions,
    feeds,
    fulfillment,
    journal,
    clock,
    cookieSecure: config.COOKIE_SECURE,
    sessionSeconds: config.SESSION_HOURS * HOUR_SECONDS,
  });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    services: [adminService(makePutClerk(accounts))],
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
      { name: 'backends', stop: async () => [fulfillment, stock].forEach((one) => one.close()) },
      grpc.component,
      http.component,
      live.component,
      consumer,
    ],
    ports: () => ({ httpPort: http.port(), grpcPort: grpc.port() }),
  };
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
  });
  await registerPages(http.app, resolve(config.WEB_DIST));
  return http;
}
