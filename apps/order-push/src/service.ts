import { TOPICS } from '@astrolabe/contracts';
import { OrderPushServiceService } from '@astrolabe/contracts/push';
import type { Clock } from '@astrolabe/kernel';
import {
  connectSellerSystems,
  createOrderQueue,
  openService,
  systemClock,
  watchCalls,
} from '@astrolabe/runtime';
import type { Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
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
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService(NAME, context);
  const pushes = await createPushes(service.db);
  const sellers = createSellers(service.db, createSealer(config.CONNECTION_KEY));
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'isv-router',
    connectTimeoutMs: config.SPI_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.SPI_RESPONSE_TIMEOUT_MS,
    maxConnections: SPI_CONNECTIONS_MAX,
    maxResponseBytes: SPI_ANSWER_BYTES_MAX,
  });
  const orders = connectOrders(config.ORDER_ADDRESS);
  const gateway = connectGateway(config.GATEWAY_ADDRESS);
  const tables = createTables({
    connections: rdsConnections(config.RDS_CONNECTIONS),
    connectTimeoutMs: config.RDS_CONNECT_TIMEOUT_MS,
    queryTimeoutMs: config.RDS_QUERY_TIMEOUT_MS,
  });
  const router = createRouter(client, clock);
  const times = {
    retryMs: config.SPI_RETRY_MS,
    windowMs: config.ALLOCATION_WINDOW_MS,
    queryMs: config.QUERY_RETRY_MS,
  };
  const pusher = createOrderQueue({
    name: 'pusher',
    span: 'push',
    logger,
    clock,
    work: makeDrive({
      pushes,
      sellers,
      router,
      orders,
      tables,
      gateway,
      times,
      clock,
      watch: watchCalls('push', logger),
    }),
    due: (now, limit) => pushes.due(now, limit),
  });
  const wake = pusher.add;
  const putSeller = makePutSeller({ sellers, pushes, wake, clock });
  return service.of({
    reseals: [sellers.reseal],
    clients: [client, tables, orders, gateway],
    work: [pusher.component],
    contracts: [
      [OrderPushServiceService, pushService({ pushes, sellers, putSeller, wake, urlRule, clock })],
    ],
    consumers: [
      {
        group: NAME,
        topics: [TOPICS.ingressOrders, TOPICS.orderEvents, TOPICS.fulfillmentEvents],
        handle: newsHandler({ pushes, sellers, hasTable: tables.has, clock, wake }),
      },
    ],
  });
}
