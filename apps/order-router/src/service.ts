import { TOPICS } from '@astrolabe/contracts';
import { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { OrderServiceService } from '@astrolabe/contracts/order';
import { createGrpcClient, createGrpcServer } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Messaging } from '@astrolabe/messaging';
import { createMessaging } from '@astrolabe/messaging';
import { connectMongo } from '@astrolabe/mongo';
import type { MongoConnection } from '@astrolabe/mongo';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import {
  METRIC,
  contextFromTraceparent,
  counter,
  orderTrace,
  withSpan,
} from '@astrolabe/telemetry';
import { createCatalog } from './adapters/grpc/catalog.ts';
import { orderService } from './adapters/grpc/order-service.ts';
import { createStock } from './adapters/grpc/stock.ts';
import { storeHandler, tradeHandler } from './adapters/kafka/incoming.ts';
import type { Incoming } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { createDecisions } from './adapters/mongo/decisions.ts';
import { createOrders } from './adapters/mongo/orders.ts';
import { createRules } from './adapters/mongo/rules.ts';
import { periodic } from './adapters/timer/periodic.ts';
import { makeChoose } from './application/choose.ts';
import { makeDrive } from './application/drive.ts';
import { makeHandle, makeHandleTrade } from './application/handle.ts';
import type { Catalog, Notes, OrderName, Orders, Stock } from './application/ports.ts';
import { makeReportAllocation } from './application/report-allocation.ts';
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
  const uses = wire({ mongo, orders, logger, clock, ...peers });
  const handlers = { trade: tradeHandler(uses), store: storeHandler(uses) };
  const consumer = messaging.consumer({
    group: NAME,
    topics: [TOPICS.ingressTrade, TOPICS.fulfillmentEvents],
    concurrency: CONCURRENCY,
    handle: (message: Incoming & { readonly topic: string }) =>
      message.topic === TOPICS.ingressTrade.name
        ? handlers.trade(message)
        : handlers.store(message),
  });
  const grpc = createGrpcServer({
    logger,
    host: config.GRPC_HOST,
    port: config.GRPC_PORT,
    services: [[OrderServiceService, orderService({ orders, ...uses })]],
  });
  const sweeper = periodic('sweeper', config.SWEEP_INTERVAL_MS, uses.sweep, (error) =>
    logger.error({ err: error }, 'the sweep failed'),
  );
  health.addCheck('mongo', () => mongo.check());
  health.addCheck('kafka', () => messaging.check());
  return {
    components: [
      mongo.component,
      messaging.component,
      peers.component,
      relay.component,
      grpc.component,
      consumer,
      sweeper,
    ],
    ports: () => ({ grpcPort: grpc.port() }),
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

type Parts = {
  readonly mongo: MongoConnection;
  readonly orders: Orders;
  readonly stock: Stock;
  readonly catalog: Catalog;
  readonly logger: Logger;
  readonly clock: Clock;
};

function wire({ mongo, orders, stock, catalog, logger, clock }: Parts) {
  const rules = createRules(mongo.db, () => clock().getTime());
  const archive = createDecisions(mongo.db);
  const decisions = counter(METRIC.routingDecisions, 'Choices of a place', ['outcome']);
  const pick = makeChoose({ stock, catalog, rules, archive, clock });
  const choose: typeof pick = async (state) => {
    const choice = await pick(state);
    decisions.inc({ outcome: choice.chosen?.place.type ?? 'NONE' });
    return choice;
  };
  const notes = notesOf(logger);
  const drive = makeDrive({ orders, stock, choose, notes, clock });
  const handle = makeHandle({ orders, drive, clock });
  const traceId = ({ sellerId, tradeId }: OrderName): string =>
    orderTrace(sellerId, tradeId).traceId;
  return {
    handle,
    handleTrade: makeHandleTrade({ handle, catalog, traceId }),
    reportAllocation: makeReportAllocation({ orders, stock, catalog, handle }),
    sweep: makeSweep({ orders, handle, notes, clock, inTrace }),
  };
}

/** Work that no request or message brought joins the trace of its order. */
const inTrace = <T>({ sellerId, tradeId }: OrderName, work: () => Promise<T>): Promise<T> => {
  const parent = contextFromTraceparent(orderTrace(sellerId, tradeId).traceparent);
  return withSpan('sweep order', { parent }, work);
};

const notesOf = (logger: Logger): Notes => ({
  postponed: ({ tradeId }, step, error) =>
    logger.warn({ tradeId, step, err: error }, 'a step got no answer and will be tried again'),
  stockRefused: ({ tradeId }, step, reason) =>
    logger.error({ tradeId, step, reason }, 'the stock refused a step for good'),
  swept: (count) => logger.info({ count }, 'took over orders whose step was overdue'),
});
