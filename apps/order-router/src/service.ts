import { TOPICS } from '@astrolabe/contracts';
import {
  ConnectionAdminServiceService,
  OrderLifeServiceService,
  OrderOverviewServiceService,
  OrderRepairServiceService,
  OrderServiceService,
  RoutingServiceService,
} from '@astrolabe/contracts/order';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { FENXIAO, MALL, POS, PROCUREMENT, orderKey } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import { openService, openTraffic, systemClock } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { createPostponed, periodic, watchedDue } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { METRIC, attemptsOf, counter, inOrderTrace, orderTrace } from '@astrolabe/telemetry';
import { connectionAdminService } from './adapters/grpc/connection-admin-service.ts';
import { createRegistry } from './adapters/grpc/distribution-registry.ts';
import { connectPeers } from './adapters/grpc/peers.ts';
import { orderLifeService } from './adapters/grpc/order-life-service.ts';
import { orderOverviewService } from './adapters/grpc/order-overview-service.ts';
import { orderRepairService } from './adapters/grpc/order-repair-service.ts';
import { orderService } from './adapters/grpc/order-service.ts';
import { routingService } from './adapters/grpc/routing-service.ts';
import { catalogHandler } from './adapters/kafka/catalog.ts';
import { inEach, orderSeenHandler, storeHandlers } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { createNotes } from './adapters/log/notes.ts';
import { createOverview } from './adapters/mongo/order-overview.ts';
import { createOrders } from './adapters/mongo/orders.ts';
import { openRouting } from './adapters/mongo/routing.ts';
import { makeActOnOrder } from './application/act-on-order.ts';
import { makeChoose, makeLook } from './application/choose.ts';
import { makeDrive } from './application/drive.ts';
import { makeHandle, makeHandlePlaced } from './application/handle.ts';
import type { Catalog, Orders, Stock, Stores } from './application/ports.ts';
import { makeReportAllocation } from './application/report-allocation.ts';
import {
  makeLeaveGoneStores,
  makePlanRetry,
  makeRetryFailed,
  makeRetryOrder,
} from './application/retry.ts';
import { makeExplain, makeSimulate, makeTry } from './application/routing-admin.ts';
import { makeSweep } from './application/sweep.ts';
import type { Config } from './config.ts';
import type { OrderLife } from './domain/order-life.ts';
import { openDistribution } from './parts/distribution.ts';
import { openMall } from './parts/mall.ts';
import { openProcurement } from './parts/procurement.ts';
import { openTills } from './parts/till.ts';

const NAME = 'order-router';

const CONSUMED = [
  TOPICS.ingressOrders,
  TOPICS.ingressProcurement,
  TOPICS.fulfillmentEvents,
  TOPICS.catalogEvents,
];

/** Orders that are worked on at the same time; each waits for the database and its peers mostly. */
const CONCURRENCY = 64;

/** Everything of order-router, wired but not started. `overrides` replace the clock in tests. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService(NAME, context);
  const orders = await openOrders(service, clock);
  const peers = connectPeers(config, clock);
  const { clients, catalog, stock, stores, registry, tillCatalog } = peers;
  const routing = await openRouting(service.db, clock);
  const uses = wire({ orders, routing, catalog, stock, stores, logger, clock });
  const { traffic, loop: figuresOfCalls } = await openTraffic(service.db, { clock, logger });
  const shared = { config, logger, clock, stock, traffic };
  const parts = { ...shared, catalog, registry: createRegistry(registry) };
  const distribution = await openDistribution(service, parts);
  const tills = await openTills(service, { ...shared, catalog: tillCatalog });
  const procurement = await openProcurement(service, { config, logger, clock, peers });
  const malls = await openMall(service, { config, logger, clock, peers });
  const lives = livesOf({ distribution, tills, procurement, malls });
  return service.of({
    reseals: [...distribution.reseals, tills.reseal, malls.reseal],
    clients: [...clients, distribution.client, tills.client, ...procurement.clients],
    work: [uses.postponed, distribution.queue, tills.queue, procurement.queue, malls.queue],
    contracts: [
      ...tills.contracts,
      ...procurement.contracts,
      ...malls.contracts,
      [OrderServiceService, orderService({ orders, ...uses })],
      [OrderLifeServiceService, orderLifeService({ lives, traceIdOf })],
      [OrderOverviewServiceService, orderOverviewService(createOverview(service.db, clock))],
      [OrderRepairServiceService, orderRepairService({ orders, ...uses })],
      [RoutingServiceService, routingService({ ...routing, ...uses, clock })],
      ...distribution.contracts,
      [
        ConnectionAdminServiceService,
        connectionAdminService({
          ...tills.connecting,
          traffic,
          upstreams: distribution.upstreams,
          clock,
          logger,
        }),
      ],
    ],
    loops: [
      figuresOfCalls,
      procurement.loop,
      periodic({ name: 'sweeper', everyMs: config.SWEEP_INTERVAL_MS, logger }, uses.sweep),
      periodic({ name: 'retries', everyMs: config.RETRY_INTERVAL_MS, logger }, uses.retryFailed),
      periodic(
        { name: 'gone stores', everyMs: config.RETRY_INTERVAL_MS, logger },
        uses.leaveGoneStores,
      ),
    ],
    consumers: [
      {
        group: NAME,
        topics: CONSUMED,
        concurrency: CONCURRENCY,
        handle: byType(NAME, {
          orderSeen: orderSeenHandler(uses),
          storeChanged: catalogHandler({ tell: routing.gone.tell, clock }),
          ...storeHandlers(uses),
          ...procurement.handlers,
          ...malls.handlers,
          parcelShipped: inEach(procurement.handlers.parcelShipped, malls.handlers.parcelShipped),
        }),
      },
    ],
  });
}

type Living = { readonly life: (name: OrderRef) => Promise<OrderLife | null> };

/** What has become of orders that are no trades of a shop, by their channel. */
const livesOf = (
  parts: Readonly<Record<'distribution' | 'malls' | 'procurement' | 'tills', Living>>,
) =>
  new Map([
    [FENXIAO, parts.distribution.life],
    [POS, parts.tills.life],
    [PROCUREMENT, parts.procurement.life],
    [MALL, parts.malls.life],
  ]);

const traceIdOf = (name: OrderRef): string => orderTrace(name).traceId;

/** Orders, with their outbox; each change of status is counted. */
async function openOrders(service: OpenedService, clock: Clock): Promise<Orders> {
  const transitions = counter(METRIC.orderTransitions, 'Changes of order status', ['from', 'to']);
  const onTransition = (from: string, to: string): void => transitions.inc({ from, to });
  return await service.outbox(TOPICS.orderEvents, (outbox) =>
    createOrders({ ...outbox, clock, encode: encodeEvent, onTransition }),
  );
}

type Parts = {
  readonly routing: Awaited<ReturnType<typeof openRouting>>;
  readonly orders: Orders;
  readonly stock: Stock;
  readonly stores: Stores;
  readonly catalog: Catalog;
  readonly logger: Logger;
  readonly clock: Clock;
};

function wire({ routing, orders, stock, stores, catalog, logger, clock }: Parts) {
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
  const notes = createNotes(logger, postponed.add);
  const { capacity } = routing;
  const attempted = attemptsOf('order step');
  const drive = makeDrive({ orders, stock, stores, capacity, choose, notes, attempted, clock });
  const handle = makeHandle({ orders, drive, clock });
  const due = watchedDue('steps of orders', (now, limit) => orders.due(now, limit));
  const dueRetries = watchedDue('failed orders', (now, limit) => orders.dueRetries(now, limit));
  const again = { ...look, orders, due: dueRetries, handle, notes, inTrace };
  return {
    handle,
    postponed: postponed.component,
    retryFailed: makeRetryFailed(again),
    retryOrder: makeRetryOrder(again),
    planRetry: makePlanRetry({ ...again, look: makeLook(look) }),
    actOnOrder: makeActOnOrder({ ...look, look: makeLook(look), orders, handle }),
    leaveGoneStores: makeLeaveGoneStores(again),
    explain: makeExplain({ ...look, orders }),
    tryRules: makeTry({ ...look, orders }),
    simulate: makeSimulate({ ...look, orders }),
    handlePlaced: makeHandlePlaced({ handle, catalog, stock, traceId: traceIdOf }),
    reportAllocation: makeReportAllocation({ orders, stock, catalog, handle }),
    sweep: makeSweep({ due, handle, notes, clock, inTrace }),
  };
}

const inTrace = <T>(ref: OrderRef, work: () => Promise<T>): Promise<T> =>
  inOrderTrace(ref, 'sweep order', work);
