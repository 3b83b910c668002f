import { randomBytes } from 'node:crypto';
import { TOPICS } from '@astrolabe/contracts';
import {
  ConnectionAdminServiceService,
  FulfillmentAdminServiceService,
  FulfillmentOverviewServiceService,
  FulfillmentServiceService,
  RefundAdminServiceService,
  WaybillServiceService,
} from '@astrolabe/contracts/fulfillment';
import type { HttpClient } from '@astrolabe/http';
import type { Clock, OrderRef, TrafficLog } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import {
  connectSellerSystems,
  createOrderQueue,
  openService,
  openTraffic,
  systemClock,
  watchCalls,
} from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { firstTry } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { connectionAdminService } from './adapters/grpc/connection-admin-service.ts';
import { fulfillmentAdminService } from './adapters/grpc/admin-service.ts';
import { fulfillmentService } from './adapters/grpc/fulfillment-service.ts';
import { connectSellers } from './adapters/grpc/sellers.ts';
import { overviewService } from './adapters/grpc/overview-service.ts';
import { refundAdminService } from './adapters/grpc/refund-admin-service.ts';
import { waybillService } from './adapters/grpc/waybill-service.ts';
import { createStoreSystem } from './adapters/http/store-system.ts';
import { createTmall } from './adapters/http/tmall.ts';
import { createWaybillPlatform } from './adapters/http/waybills.ts';
import { incomingHandler } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { createConnections } from './adapters/mongo/connections.ts';
import { createPickupGuards } from './adapters/mongo/pickup-guards.ts';
import { createPickupCodes } from './adapters/node/pickup-codes.ts';
import { createFulfilments } from './adapters/mongo/fulfilments.ts';
import { createOverview } from './adapters/mongo/overview.ts';
import { createShippings } from './adapters/mongo/shippings.ts';
import { createShops } from './adapters/mongo/shops.ts';
import { createWaybills } from './adapters/mongo/waybills.ts';
import { makeAskToShip } from './application/ask-to-ship.ts';
import { makeNotifyStores } from './application/notify-stores.ts';
import type { NotifyDeps } from './application/notify-stores.ts';
import { makeQueryPickup, makeRedeemPickup, makeShowPickups } from './application/pickup.ts';
import type { PickupDeps } from './application/pickup.ts';
import type { Sellers, Shippings } from './application/ports.ts';
import { makeAnswerRefund } from './application/answer-refund.ts';
import { makeGiveBack } from './application/give-back.ts';
import { makeRecall } from './application/recall-order.ts';
import { makeReportStatus } from './application/report-status.ts';
import { makeShip } from './application/ship.ts';
import type { ShipDeps } from './application/ship.ts';
import {
  makeAskWaybill,
  makeCancelWaybill,
  makeDriveWaybills,
  makeDropOutdated,
  makeReadLabel,
} from './application/waybill.ts';
import type { AskWaybillDeps } from './application/waybill.ts';
import type { Config } from './config.ts';
import { notifyPolicy } from './domain/notify.ts';
import { shipPolicy } from './domain/shipping.ts';
import { waybillPolicy } from './domain/waybill.ts';
import { figuresOf } from './parts/figures.ts';
import { supplyOf } from './parts/supply.ts';

const NAME = 'fulfillment';
const SPI_CONNECTIONS_MAX = 64;
const SPI_ANSWER_BYTES_MAX = 64 * 1024;
const TMALL_CONNECTIONS_MAX = 32;
const TMALL_ANSWER_BYTES_MAX = 1024 * 1024;
/** One attempt asks Tmall, ships, and asks again. */
const CALLS_PER_ATTEMPT = 3;
/** Who asks to ship waits this long for the first attempt; it goes on without them. */
const FIRST_TRY_MS = 6_000;
const FAILED = 'a first try failed';

const SECRET_BYTES = 16;
const newSecret = (): string => randomBytes(SECRET_BYTES).toString('hex');

/** Everything of fulfillment, wired but not started. `overrides` let a test hold the clock. */
export async function createService(
  context: ServiceContext<Config>,
  { clock = systemClock }: { readonly clock?: Clock } = {},
): Promise<Service> {
  const { config, logger } = context;
  const service = await openService(NAME, context);
  const { db } = service;
  const fulfilments = await service.outbox(TOPICS.fulfillmentEvents, (outbox) =>
    createFulfilments({ ...outbox, clock, encode: encodeEvent }),
  );
  const sealer = createSealer(config.CONNECTION_KEY);
  const connections = createConnections(db, sealer);
  const shops = createShops(db, sealer);
  const shippings = await createShippings(db);
  const { traffic, loop: figuresOfCalls } = await openTraffic(db, { clock, logger });
  const sellers = connectSellers(config.CATALOG_ADDRESS);
  const { client: stores, urlRule } = connectStores(config);
  const storeSystem = createStoreSystem(stores, clock, traffic);
  const notifier = notifierOf({ config, logger, clock, fulfilments, connections, storeSystem });
  const parts = { fulfilments, sellers, clock };
  const figures = await figuresOf(db, { config, logger, clock });
  const codes = createPickupCodes(config.CONNECTION_KEY);
  const supply = await supplyOf(service, { config, logger, clock });
  const pickup = await pickupOf(db, { fulfilments, codes, clock });
  const reportStatus = makeReportStatus({ ...parts, shippings, codes, wake: notifier.add });
  const stored = { ...parts, shippings, shops, reportStatus };
  const shipper = shipperOf({ config, logger, traffic, ...stored });
  const waybills = await waybillsOf(db, shipper.client, { config, logger, traffic, ...stored });
  const answerRefund = makeAnswerRefund({ fulfilments, reportStatus });
  const admin = { ...stored, connections, showPickups: pickup.show, urlRule, logger };
  const kept = { storeSystems: connections, shops, traffic };
  const connecting = { ...kept, urlRule, clock, newSecret, logger };
  const recall = makeRecall({ fulfilments, shippings });
  const giveBack = makeGiveBack({ ...parts, shippings, wake: notifier.add });
  const asked = { ...stored, askToShip: shipper.askToShip, pickup, recall, giveBack, logger };
  return service.of({
    reseals: [connections.reseal, shops.reseal],
    clients: [sellers, stores, shipper.client, ...supply.clients],
    work: [notifier.component, shipper.component, waybills.component, ...supply.work],
    contracts: [
      [FulfillmentServiceService, fulfillmentService(asked)],
      [WaybillServiceService, waybills.served],
      [FulfillmentAdminServiceService, fulfillmentAdminService(admin)],
      [RefundAdminServiceService, refundAdminService({ answerRefund, clock, logger })],
      [ConnectionAdminServiceService, connectionAdminService(connecting)],
      [
        FulfillmentOverviewServiceService,
        overviewService(createOverview(db, clock), figures.placeWork),
      ],
      ...figures.contracts,
      ...supply.contracts,
    ],
    loops: [figures.compactor, figuresOfCalls, supply.loop],
    consumers: [
      {
        group: NAME,
        topics: [TOPICS.ingressOrders, TOPICS.ingressProcurement, TOPICS.orderEvents],
        handle: incomingHandler({
          ...parts,
          supplied: supply.handlers,
          toTell: notifier.add,
          goodsLeft: waybills.dropOutdated,
          keptBack: keptBackLog(logger),
        }),
      },
      {
        // A group of its own: figures may lag behind, the flow of an order may not wait for them.
        group: `${NAME}-figures`,
        leisurely: true,
        topics: [TOPICS.ingressOrders, TOPICS.orderEvents, TOPICS.fulfillmentEvents],
        handle: figures.handle,
      },
    ],
  });
}

const keptBackLog =
  (logger: Logger) =>
  (order: OrderRef, subOrderIds: readonly string[]): void =>
    logger.warn({ order: orderKey(order), subOrderIds }, 'an allocation came after the shipment');

/** Tells store systems of what they have to know. */
function notifierOf({
  config,
  logger,
  ...parts
}: Omit<NotifyDeps, 'policy' | 'watch'> & { config: Config; logger: Logger }) {
  const callMs = config.SPI_CONNECT_TIMEOUT_MS + config.SPI_RESPONSE_TIMEOUT_MS;
  const notify = makeNotifyStores({
    ...parts,
    policy: notifyPolicy(config.SPI_RETRY_MS, 2 * callMs),
    watch: watchCalls('notify', logger),
  });
  const { fulfilments, clock } = parts;
  return orderQueue('notifier', { work: notify, stored: fulfilments, logger, clock });
}

/** Pick-up codes: shown to the buyer's channel, looked up and redeemed by the others. */
async function pickupOf(db: OpenedService['db'], parts: Omit<PickupDeps, 'guards'>) {
  const deps = { ...parts, guards: await createPickupGuards(db, parts.clock) };
  return {
    query: makeQueryPickup(deps),
    redeem: makeRedeemPickup(deps),
    show: makeShowPickups(deps),
  };
}

/** Works on orders beside the calls and consumers, at once or when they are due. */
const orderQueue = (
  name: string,
  { stored, ...parts }: OrderQueueParts & { stored: Pick<Shippings, 'due'> },
) => createOrderQueue({ name, span: name, due: (now, limit) => stored.due(now, limit), ...parts });

type OrderQueueParts = Omit<Parameters<typeof createOrderQueue>[0], 'name' | 'span' | 'due'>;

type ShipperParts = Omit<ShipDeps, 'tmall' | 'policy' | 'watch' | 'shippings'> & {
  config: Config;
  logger: Logger;
  traffic: Pick<TrafficLog, 'tell'>;
  sellers: Sellers;
  shippings: Shippings;
};

/** Ships at Tmall what stores have sent off, beside who asks for it. */
function shipperOf({ config, logger, traffic, ...parts }: ShipperParts) {
  const { clock, shippings } = parts;
  const { client } = connectSellerSystems(config, {
    name: 'tmall',
    connectTimeoutMs: config.TMALL_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.TMALL_RESPONSE_TIMEOUT_MS,
    maxConnections: TMALL_CONNECTIONS_MAX,
    maxResponseBytes: TMALL_ANSWER_BYTES_MAX,
  });
  const callMs = config.TMALL_CONNECT_TIMEOUT_MS + config.TMALL_RESPONSE_TIMEOUT_MS;
  const ship = makeShip({
    ...parts,
    tmall: createTmall(client, clock, traffic),
    policy: shipPolicy(config.TMALL_RETRY_MS, (CALLS_PER_ATTEMPT + 1) * callMs),
    watch: watchCalls('ship', logger),
  });
  const { component } = orderQueue('shipper', { work: ship, stored: shippings, logger, clock });
  const tryNow = firstTry(ship, { withinMs: FIRST_TRY_MS, logger, failed: FAILED });
  return { askToShip: makeAskToShip({ ...parts, tryNow }), client, component };
}

/** Numbers of parcels: asked of the platform beside who waits for them. */
async function waybillsOf(
  db: OpenedService['db'],
  client: HttpClient,
  {
    config,
    logger,
    traffic,
    ...parts
  }: Omit<AskWaybillDeps, 'waybills' | 'tryNow'> &
    Pick<ShipperParts, 'config' | 'logger' | 'traffic'>,
) {
  const { clock, shops } = parts;
  const waybills = await createWaybills(db);
  const platform = createWaybillPlatform(client, clock, traffic);
  const callMs = config.TMALL_CONNECT_TIMEOUT_MS + config.TMALL_RESPONSE_TIMEOUT_MS;
  const work = makeDriveWaybills({
    waybills,
    shops,
    platform,
    clock,
    policy: waybillPolicy(config.TMALL_RETRY_MS, (CALLS_PER_ATTEMPT + 1) * callMs),
    watch: watchCalls('waybill', logger),
  });
  const { component, add: wake } = orderQueue('waybills', {
    work,
    stored: waybills,
    logger,
    clock,
  });
  const tryNow = firstTry(work, { withinMs: FIRST_TRY_MS, logger, failed: FAILED });
  const asking = { ...parts, waybills, tryNow };
  const served = waybillService({
    waybills,
    ask: makeAskWaybill(asking),
    cancel: makeCancelWaybill(asking),
    readLabel: makeReadLabel({ waybills, shops, platform }),
    logger,
  });
  return { component, served, dropOutdated: makeDropOutdated({ ...asking, wake }) };
}

/** The client for sellers' store systems. */
const connectStores = (config: Config) =>
  connectSellerSystems(config, {
    name: 'store-system',
    connectTimeoutMs: config.SPI_CONNECT_TIMEOUT_MS,
    responseTimeoutMs: config.SPI_RESPONSE_TIMEOUT_MS,
    maxConnections: SPI_CONNECTIONS_MAX,
    maxResponseBytes: SPI_ANSWER_BYTES_MAX,
  });
