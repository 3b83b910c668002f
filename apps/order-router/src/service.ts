import { createHash } from 'node:crypto';
import { createPauses } from '@astrolabe/channel-client';
import { TOPICS } from '@astrolabe/contracts';
import {
  ConnectionAdminServiceService,
  DistributionAdminServiceService,
  DistributionServiceService,
  OrderOverviewServiceService,
  OrderRepairServiceService,
  OrderServiceService,
  RoutingServiceService,
  TillAdminServiceService,
  TillServiceService,
} from '@astrolabe/contracts/order';
import type { Clock, OrderRef, TrafficLog } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import { createKeyedMutex } from '@astrolabe/mongo';
import {
  connectSellerSystems,
  createOrderQueue,
  openService,
  openTraffic,
  systemClock,
  watchCalls,
} from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { atMost, createPostponed, periodic, watchedDue } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { METRIC, attemptsOf, counter, inOrderTrace, orderTrace } from '@astrolabe/telemetry';
import { connectionAdminService } from './adapters/grpc/connection-admin-service.ts';
import { createRegistry } from './adapters/grpc/distribution-registry.ts';
import { distributionAdmin, distributionService } from './adapters/grpc/distribution-service.ts';
import { createFenxiao } from './adapters/http/fenxiao.ts';
import { encodeDispatchEvent } from './adapters/kafka/dispatch-events.ts';
import { createRequests } from './adapters/mongo/distribution-requests.ts';
import { createDistributions } from './adapters/mongo/distributions.ts';
import { createUpstreams } from './adapters/mongo/upstreams.ts';
import { makeDecide } from './application/distribution/decide.ts';
import { makeDispatch } from './application/distribution/dispatch.ts';
import type { DispatchDeps } from './application/distribution/dispatch.ts';
import type { Registry } from './application/distribution/ports.ts';
import { makeSubmit } from './application/distribution/submit.ts';
import { dispatchPolicy } from './domain/distribution/dispatch.ts';
import { createOrderNames } from './adapters/node/order-names.ts';
import { connectPeers } from './adapters/grpc/peers.ts';
import { orderOverviewService } from './adapters/grpc/order-overview-service.ts';
import { orderRepairService } from './adapters/grpc/order-repair-service.ts';
import { orderService } from './adapters/grpc/order-service.ts';
import { routingService } from './adapters/grpc/routing-service.ts';
import { tillAdminService } from './adapters/grpc/till/till-admin-service.ts';
import { tillService } from './adapters/grpc/till/till-service.ts';
import { createPlatformRequests, createPlatforms } from './adapters/http/till-platform.ts';
import { catalogHandler } from './adapters/kafka/catalog.ts';
import { inEach, orderSeenHandler, storeHandlers } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { encodeSaleEvent } from './adapters/kafka/till-outgoing.ts';
import { createNotes } from './adapters/log/notes.ts';
import { createTillNotes } from './adapters/log/till-notes.ts';
import { createOverview } from './adapters/mongo/order-overview.ts';
import { createOrders } from './adapters/mongo/orders.ts';
import { openRouting } from './adapters/mongo/routing.ts';
import { createSales } from './adapters/mongo/till/sales.ts';

import { createTillPlatforms } from './adapters/mongo/till/platforms.ts';
import { createTillSettings } from './adapters/mongo/till/settings.ts';
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
import { makeCheckout } from './application/till/checkout.ts';
import { makeDriveSale } from './application/till/drive-sale.ts';
import type { DriveSaleDeps } from './application/till/drive-sale.ts';
import type { TillCatalog } from './application/till/ports.ts';
import {
  makePutPlatform,
  makeResolveSale,
  makeResumeBlocked,
} from './application/till/resolve-sale.ts';
import { makeTakeBack } from './application/till/take-back.ts';
import type { Config } from './config.ts';
import { tillPolicy } from './domain/till/attempts.ts';
import { openMall } from './parts/mall.ts';
import { openProcurement } from './parts/procurement.ts';

const NAME = 'order-router';

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
  return service.of({
    reseals: [...distribution.reseals, tills.reseal, malls.reseal],
    clients: [...clients, distribution.client, tills.client, procurement.client],
    work: [uses.postponed, distribution.queue, tills.queue, procurement.queue, malls.queue],
    contracts: [
      ...tills.contracts,
      ...procurement.contracts,
      ...malls.contracts,
      [OrderServiceService, orderService({ orders, ...uses })],
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
        topics: [
          TOPICS.ingressOrders,
          TOPICS.ingressProcurement,
          TOPICS.fulfillmentEvents,
          TOPICS.catalogEvents,
        ],
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
  const traceId = (ref: OrderRef): string => orderTrace(ref).traceId;
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
    handlePlaced: makeHandlePlaced({ handle, catalog, stock, traceId }),
    reportAllocation: makeReportAllocation({ orders, stock, catalog, handle }),
    sweep: makeSweep({ due, handle, notes, clock, inTrace }),
  };
}

const inTrace = <T>(ref: OrderRef, work: () => Promise<T>): Promise<T> =>
  inOrderTrace(ref, 'sweep order', work);

const UPSTREAM_CONNECTIONS_MAX = 32;
const UPSTREAM_ANSWER_BYTES_MAX = 256 * 1_024;
/** More than one request takes, with the writes around it. */
const LEASE_FACTOR = 2;

type DistributionParts = {
  readonly traffic: Pick<TrafficLog, 'tell'>;
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly catalog: Pick<Catalog, 'goods'>;
  readonly stock: Pick<Stock, 'execute' | 'free'>;
  readonly registry: Registry;
};

/** Distribution orders: what is served, what dispatches them, and what has to be closed. */
async function openDistribution(service: OpenedService, parts: DistributionParts) {
  const { config, logger, clock, traffic } = parts;
  const { db } = service;
  const sealer = createSealer(config.CONNECTION_KEY);
  const distributions = await service.outbox(TOPICS.orderEvents, (outbox) =>
    createDistributions({ ...outbox, clock, encode: encodeDispatchEvent }),
  );
  const upstreams = createUpstreams(db, sealer);
  const keptDays = config.DISTRIBUTION_REQUESTS_KEPT_DAYS;
  const requests = await createRequests(db, { sealer, clock, keptDays });
  const callMs = config.UPSTREAM_CONNECT_TIMEOUT_MS + config.UPSTREAM_RESPONSE_TIMEOUT_MS;
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'upstream',
    connectTimeoutMs: config.UPSTREAM_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.UPSTREAM_RESPONSE_TIMEOUT_MS,
    maxConnections: UPSTREAM_CONNECTIONS_MAX,
    maxResponseBytes: UPSTREAM_ANSWER_BYTES_MAX,
  });
  const pauses = createPauses(() => performance.now());
  const supplier = createFenxiao({ http: client, clock, pauses }, traffic);
  const common = {
    ...parts,
    distributions,
    upstreams,
    requests,
    supplier,
    changed: noticeIn(logger),
  };
  const work = makeDispatch({
    ...common,
    policy: dispatchPolicy(config.UPSTREAM_RETRY_MS, LEASE_FACTOR * callMs),
    watch: watchCalls('dispatch', logger),
  });
  const queue = createOrderQueue({
    name: 'dispatcher',
    span: 'dispatch order',
    work,
    due: (now, limit) => distributions.due(now, limit),
    logger,
    clock,
  });
  const wake = queue.add;
  const submit = makeSubmit({ ...common, names: createOrderNames(), wake });
  const decide = makeDecide({ ...common, wake });
  const admin = distributionAdmin({ distributions, decide, upstreams, urlRule, logger });
  return {
    reseals: [upstreams.reseal, requests.reseal],
    upstreams,
    client,
    queue: queue.component,
    contracts: [
      [DistributionServiceService, distributionService(submit)],
      [DistributionAdminServiceService, admin],
    ],
  } as const;
}

/** Counts and logs where dispatches come to stand: the numbers, and nothing of the receiver. */
function noticeIn(logger: Logger): DispatchDeps['changed'] {
  const states = counter(METRIC.dispatchStates, 'States that dispatches came to', ['state']);
  return (order, { outOrderId, state, reason, sends }) => {
    states.inc({ state });
    const what = { order: orderKey(order), outOrderId, state, reason, sends };
    if (state === 'FAILED' || state === 'MANUAL')
      logger.warn(what, 'a dispatch waits for a person');
    else logger.info(what, 'a dispatch went on');
  };
}

const TILL_CONNECTIONS_MAX = 64;
const TILL_ANSWER_BYTES_MAX = 256 * 1024;
/** Who waits for a sale waits this long for its steps; they go on without them. */
const TILL_TRY_MS = 8_000;

type TillParts = {
  readonly traffic: Pick<TrafficLog, 'tell'>;
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly stock: Stock;
  readonly catalog: TillCatalog;
};

/** The tills: their sales, the platforms that trades are made at, and what serves both. */
async function openTills(service: OpenedService, parts: TillParts) {
  const { db } = service;
  const { config, logger, clock, catalog, traffic } = parts;
  const sealer = createSealer(config.CONNECTION_KEY);
  const sales = await service.outbox(TOPICS.orderEvents, (options) =>
    createSales({ ...options, clock, encode: encodeSaleEvent }),
  );
  const tills = createTillPlatforms(db, sealer);
  const settings = createTillSettings(db, tills);
  const requests = createPlatformRequests(sealer);
  const notes = createTillNotes(logger);
  const { client, urlRule } = connectSellerSystems(config, {
    name: 'till-platform',
    connectTimeoutMs: config.TILL_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.TILL_RESPONSE_TIMEOUT_MS,
    maxConnections: TILL_CONNECTIONS_MAX,
    maxResponseBytes: TILL_ANSWER_BYTES_MAX,
  });
  const platforms = createPlatforms(client, clock, sealer, traffic);
  const drive = saleDriver({ ...parts, sales, settings, platforms, notes });
  const { add: wake, component: queue } = createOrderQueue({
    name: 'tills',
    span: 'till sale',
    logger,
    clock,
    work: drive,
    due: (now, limit) => sales.due(now, limit),
  });
  const tryNow = (name: OrderRef): Promise<void> =>
    atMost(
      TILL_TRY_MS,
      drive(name).catch((err: unknown) => logger.error({ err }, 'steps of a sale failed')),
    );
  const shared = { sales, settings, notes, tryNow, wake, clock, urlRule };
  const { TILL_PHONE_BUYERS: phoneBuyers } = config;
  const checkout = makeCheckout({ ...shared, catalog, requests, digest, phoneBuyers });
  const traceIdOf = (name: OrderRef): string => orderTrace(name).traceId;
  const resolving = {
    resolveSale: makeResolveSale(shared),
    putPlatform: makePutPlatform(shared),
    takeBack: makeTakeBack(shared),
  };
  const contracts = [
    [TillServiceService, tillService({ sales, checkout, traceIdOf })],
    [TillAdminServiceService, tillAdminService({ ...shared, ...resolving, traceIdOf })],
  ] as const;
  const resumeBlocked = makeResumeBlocked(shared);
  const connecting = { tills, urlRule, resumeBlocked };
  return { reseal: tills.reseal, client, queue, contracts, connecting };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

/** Takes a sale's steps; callers of one sale wait for each other, so that each sees what it has come to. */
function saleDriver({
  config,
  logger,
  ...deps
}: TillParts & Omit<DriveSaleDeps, 'policy' | 'watch'>): (name: OrderRef) => Promise<void> {
  const callMs = config.TILL_CONNECT_TIMEOUT_MS + config.TILL_RESPONSE_TIMEOUT_MS;
  const policy = tillPolicy(config.TILL_ATTEMPTS_MAX, config.TILL_RETRY_MS, 2 * callMs);
  const step = makeDriveSale({ ...deps, policy, watch: watchCalls('till', logger) });
  const inTurn = createKeyedMutex();
  return (name) => inTurn(orderKey(name), () => step(name));
}
