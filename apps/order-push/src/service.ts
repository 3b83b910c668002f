import { TOPICS } from '@astrolabe/contracts';
import { OrderPushServiceService } from '@astrolabe/contracts/push';
import { createGrpcServer } from '@astrolabe/grpc';
import { createDestinations, createHttpClient } from '@astrolabe/http';
import type { Destinations } from '@astrolabe/http';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo, resealAtStart } from '@astrolabe/mongo';
import { createWorkQueue } from '@astrolabe/service';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { contextFromTraceparent, orderTrace, withSpan } from '@astrolabe/telemetry';
import { connectGateway } from './adapters/grpc/gateway.ts';
import { connectOrders } from './adapters/grpc/orders.ts';
import { pushService } from './adapters/grpc/push-service.ts';
import { createRouter } from './adapters/http/router.ts';
import { newsHandler } from './adapters/kafka/incoming.ts';
import { createPushes } from './adapters/mongo/pushes.ts';
import { createSellers } from './adapters/mongo/sellers.ts';
import { createTables } from './adapters/mysql/tables.ts';
import { makeDrive } from './application/drive.ts';
import { makePutSeller } from './application/put-seller.ts';
import { rdsConnections } from './config.ts';
import type { Config } from './config.ts';

const NAME = 'order-push';
const SPI_CONNECTIONS_MAX = 64;
const SPI_ANSWER_BYTES_MAX = 1024 * 1024;

/** Everything of order-push, wired but not started. `overrides` replace the clock in tests. */
export async function createService(
  { config, logger, health }: ServiceContext<Config>,
  overrides: { readonly clock?: Clock } = {},
): Promise<Service> {
  const clock = overrides.clock ?? ((): Date => new Date());
  const mongo = await connectMongo({
    uri: config.MONGODB_URI,
    database: config.MONGODB_DATABASE,
    appName: NAME,
    waitMs: config.STARTUP_WAIT_MS,
    logger,
  });
  const messaging = createMessaging({
    brokers: config.KAFKA_BROKERS.split(','),
    clientId: NAME,
    topicPrefix: config.TOPIC_PREFIX,
    logger,
    onFatal: (error) => health.fatal(error),
  });
  const pushes = await createPushes(mongo.db);
  const sellers = createSellers(mongo.db, createSealer(config.CONNECTION_KEY));
  const destinations = createDestinations(config.SPI_ALLOWED_NETWORKS);
  const outbound = connectOutbound(config, clock, destinations);
  const { router, orders, tables, gateway } = outbound;
  const times = {
    retryMs: config.SPI_RETRY_MS,
    windowMs: config.ALLOCATION_WINDOW_MS,
    queryMs: config.QUERY_RETRY_MS,
  };
  const drive = makeDrive({ pushes, sellers, router, orders, tables, gateway, times, clock });
  const queue = createWorkQueue<OrderRef>({
    name: 'pusher',
    // A sweep has no caller: the order's own trace is the parent either way.
    work: (name) => {
      const parent = contextFromTraceparent(orderTrace(name).traceparent);
      return withSpan('push', { parent }, () => drive(name));
    },
    overdue: (limit) => pushes.due(clock(), limit),
    keyOf: orderKey,
    onError: (name, err) =>
      logger.error({ err, order: orderKey(name) }, 'a push failed unexpectedly'),
    onSweepError: (err) => logger.warn({ err }, 'a sweep failed'),
  });
  const wake = queue.add;
  const consumer = messaging.consumer({
    group: NAME,
    topics: [TOPICS.ingressTrade, TOPICS.orderEvents, TOPICS.fulfillmentEvents],
    handle: newsHandler({ pushes, sellers, hasTable: tables.has, clock, wake }),
  });
  const putSeller = makePutSeller({ sellers, pushes, wake, clock });
  const urlRule = { allowHttp: config.SPI_ALLOW_HTTP, destinations };
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    adminPort: config.ADMIN_PORT,
    services: [
      [OrderPushServiceService, pushService({ pushes, sellers, putSeller, wake, urlRule, clock })],
    ],
  });
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  return {
    components: [
      mongo.component,
      resealAtStart(logger, [sellers.reseal]),
      messaging.component,
      outbound.component,
      queue.component,
      grpc.component,
      consumer,
    ],
    ports: () => grpc.ports(),
  };
}

/** Everybody who is called: sellers, the order-router, the gateway, the applications' databases. */
function connectOutbound(config: Config, clock: Clock, destinations: Destinations) {
  const http = createHttpClient({
    name: 'isv-router',
    connectTimeoutMs: config.SPI_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.SPI_RESPONSE_TIMEOUT_MS,
    maxConnections: SPI_CONNECTIONS_MAX,
    maxResponseBytes: SPI_ANSWER_BYTES_MAX,
    destinations,
  });
  const orders = connectOrders(config.ORDER_ADDRESS);
  const gateway = connectGateway(config.GATEWAY_ADDRESS);
  const tables = createTables({
    connections: rdsConnections(config.RDS_CONNECTIONS),
    connectTimeoutMs: config.RDS_CONNECT_TIMEOUT_MS,
    queryTimeoutMs: config.RDS_QUERY_TIMEOUT_MS,
  });
  const stop = async (): Promise<void> => {
    orders.close();
    gateway.close();
    await Promise.all([http.close(), tables.close()]);
  };
  return {
    router: createRouter(http, clock),
    orders,
    tables,
    gateway,
    component: { name: 'outbound', stop },
  };
}
