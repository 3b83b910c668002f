import { TOPICS } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import {
  OrderAdminServiceService,
  OrderServiceService,
  RoutingServiceService,
} from '@astrolabe/contracts/order';
import { createGrpcClient, createGrpcServer } from '@astrolabe/grpc';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import type { Messaging } from '@astrolabe/messaging';
import { byType, createMessaging } from '@astrolabe/messaging';
import { connectMongo } from '@astrolabe/mongo';
import type { MongoConnection } from '@astrolabe/mongo';
import { createPostponed } from '@astrolabe/service';
import type { Logger, Postponed, Service, ServiceContext } from '@astrolabe/service';
import {
  METRIC,
  contextFromTraceparent,
  counter,
  orderTrace,
  withSpan,
} from '@astrolabe/telemetry';
import { createCatalog } from './adapters/grpc/catalog.ts';
import { orderAdminService, orderService } from './adapters/grpc/order-service.ts';
import { routingService } from './adapters/grpc/routing-service.ts';
import { createStock } from './adapters/grpc/stock.ts';
import { catalogHandler } from './adapters/kafka/catalog.ts';
import { storeHandlers, tradeHandler } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { createCapacity } from './adapters/mongo/capacity.ts';
import { createDecisions } from './adapters/mongo/decisions.ts';
import { createGoneStores } from './adapters/mongo/gone-stores.ts';
import { createOrders } from './adapters/mongo/orders.ts';
import { createRules } from './adapters/mongo/rules.ts';
import { createStoreSettings } from './adapters/mongo/store-settings.ts';
import { periodic } from './adapters/timer/periodic.ts';
import { makeChoose } from './application/choose.ts';
import { makeDrive } from './application/drive.ts';
import { makeHandle, makeHandleTrade } from './application/handle.ts';
import type { Catalog, Notes, Orders, Stock } from './application/ports.ts';
import { makeReportAllocation } from './application/report-allocation.ts';
import { makeLeaveGoneStores, makeRetryFailed, makeRetryOrder } from './application/retry.ts';
import { makeExplain, makeSimulate, makeTry } from './application/routing-admin.ts';
import { makeSweep } from './application/sweep.ts';
import type { Config } from './config.ts';

const NAME = 'order-router';

/** Orders that are worked on at the same time; each waits for the database and its peers mostly. */
const CONCURRENCY = 64;

/** Several calls and repeats of them fit into the lease of a step. */
const CALL_DEADLINE_MS = 3000;

/** Everything of order-router, wired but not started. `overrides` replace the clock in tests. */
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
  const { orders, relay } = await makeOrders(mongo, messaging, clock);
  const peers = connectPeers(config, clock);
  const routing = await makeRouting(mongo, clock);
  const uses = wire({ orders, routing, logger, clock, ...peers });
  const consumer = messaging.consumer({
    group: NAME,
    topics: [TOPICS.ingressTrade, TOPICS.fulfillmentEvents, TOPICS.catalogEvents],
    concurrency: CONCURRENCY,
    handle: byType(NAME, {
      tradePushed: tradeHandler(uses),
      storeChanged: catalogHandler({ tell: routing.gone.tell, clock }),
      ...storeHandlers(uses),
    }),
  });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    adminPort: config.ADMIN_PORT,
    services: [
      [OrderServiceService, orderService({ orders, ...uses })],
      [OrderAdminServiceService, orderAdminService({ orders, ...uses })],
      [RoutingServiceService, routingService({ ...routing, ...uses, clock })],
    ],
  });
  const every = (name: string, ms: number, work: () => Promise<unknown>) =>
    periodic(name, ms, work, (error) => logger.error({ err: error, name }, 'a sweep failed'));
  const sweepers = [
    every('sweeper', config.SWEEP_INTERVAL_MS, uses.sweep),
    every('retries', config.RETRY_INTERVAL_MS, uses.retryFailed),
    every('gone stores', config.RETRY_INTERVAL_MS, uses.leaveGoneStores),
  ];
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  return {
    components: [
      mongo.component,
      messaging.component,
      peers.component,
      relay.component,
      grpc.component,
      uses.postponed,
      consumer,
      ...sweepers,
    ],
    ports: () => grpc.ports(),
  };
}

async function makeOrders(mongo: MongoConnection, messaging: Messaging, clock: Clock) {
  const transitions = counter(METRIC.orderTransitions, 'Changes of order status', ['from', 'to']);
  let wake: (id: string) => void = () => undefined;
  const orders = await createOrders({
    db: mongo.db,
    topic: TOPICS.orderEvents.name,
    wake: (id) => wake(id),
    clock,
    encode: encodeEvent,
    onTransition: (from, to) => transitions.inc({ from, to }),
  });
  const relay = messaging.outboxRelay(orders.outbox);
  wake = (id) => relay.wake(id);
  return { orders, relay };
}

function connectPeers(config: Config, clock: Clock) {
  const options = { name: NAME, defaultDeadlineMs: CALL_DEADLINE_MS };
  const catalog = createGrpcClient(CatalogServiceClient, {
    address: config.CATALOG_ADDRESS,
    ...options,
  });
  const inventory = createGrpcClient(InventoryServiceClient, {
    address: config.INVENTORY_ADDRESS,
    ...options,
    // Commands carry an operation id, and the rest reads.
    repeatLost: true,
  });
  const stop = (): Promise<void> => {
    catalog.close();
    inventory.close();
    return Promise.resolve();
  };
  return {
    catalog: createCatalog(catalog, () => clock().getTime()),
    stock: createStock(inventory),
    component: { name: 'peers', stop },
  };
}

/** What routing goes by, all of it in this service's database. */
async function makeRouting(mongo: MongoConnection, clock: Clock) {
  const now = (): number => clock().getTime();
  const rules = createRules(mongo.db, now);
  return {
    rules,
    ruleSets: rules,
    settings: await createStoreSettings(mongo.db, now),
    capacity: await createCapacity(mongo.db),
    archive: await createDecisions(mongo.db),
    gone: await createGoneStores(mongo.db),
  };
}

type Parts = {
  readonly routing: Awaited<ReturnType<typeof makeRouting>>;
  readonly orders: Orders;
  readonly stock: Stock;
  readonly catalog: Catalog;
  readonly logger: Logger;
  readonly clock: Clock;
};

function wire({ routing, orders, stock, catalog, logger, clock }: Parts) {
  const look = { stock, catalog, clock, ...routing };
  const decisions = counter(
    METRIC.routingDecisions,
    'Choices of a place',
    ['outcome'],
    ['STORE', 'WAREHOUSE', 'NONE'].map((outcome) => ({ outcome })),
  );
  const pick = makeChoose(look);
  const choose: typeof pick = async (state) => {
    const choice = await pick(state);
    decisions.inc({ outcome: choice.chosen?.place.type ?? 'NONE' });
    return choice;
  };
  const postponed = createPostponed<OrderRef>({
    name: 'postponed orders',
    keyOf: orderKey,
    wake: async (name, postponedTo) => {
      const step = { kind: 'stepTaken', postponedTo } as const;
      try {
        await inTrace(name, () => handle(name, step));
      } catch (error) {
        // It stays due at its time.
        notes.postponed(name, 'wake', error);
      }
    },
  });
  const notes = notesOf(logger, postponed.add);
  const { capacity } = routing;
  const drive = makeDrive({ orders, stock, capacity, choose, notes, clock });
  const handle = makeHandle({ orders, drive, clock });
  const traceId = (ref: OrderRef): string => orderTrace(ref).traceId;
  const again = { ...look, orders, handle, notes, inTrace };
  return {
    handle,
    postponed: postponed.component,
    retryFailed: makeRetryFailed(again),
    retryOrder: makeRetryOrder(again),
    leaveGoneStores: makeLeaveGoneStores(again),
    explain: makeExplain({ ...look, orders }),
    tryRules: makeTry({ ...look, orders }),
    simulate: makeSimulate({ ...look, orders }),
    handleTrade: makeHandleTrade({ handle, catalog, stock, traceId }),
    reportAllocation: makeReportAllocation({ orders, stock, catalog, handle }),
    sweep: makeSweep({ orders, handle, notes, clock, inTrace }),
  };
}

/** Work that no request or message brought joins the trace of its order. */
const inTrace = <T>(ref: OrderRef, work: () => Promise<T>): Promise<T> => {
  const parent = contextFromTraceparent(orderTrace(ref).traceparent);
  return withSpan('sweep order', { parent }, work);
};

const notesOf = (logger: Logger, wait: Postponed<OrderRef>['add']): Notes => ({
  postponed: (orderRef, step, error, until) => {
    logger.warn(
      { order: orderKey(orderRef), step, err: error },
      'a step got no answer and will be tried again',
    );
    if (until) wait(error, orderRef, until);
  },
  stockRefused: (orderRef, step, reason) =>
    logger.error({ order: orderKey(orderRef), step, reason }, 'the stock refused a step for good'),
  swept: (count) => logger.info({ count }, 'took over orders whose step was overdue'),
});
