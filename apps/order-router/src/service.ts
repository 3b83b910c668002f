import { TOPICS } from '@astrolabe/contracts';
import {
  OrderRepairServiceService,
  OrderServiceService,
  RoutingServiceService,
} from '@astrolabe/contracts/order';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { byType } from '@astrolabe/messaging';
import { openService, systemClock } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { createPostponed, periodic } from '@astrolabe/service';
import type { Logger, Service, ServiceContext } from '@astrolabe/service';
import { METRIC, counter, inOrderTrace, orderTrace } from '@astrolabe/telemetry';
import { connectPeers } from './adapters/grpc/peers.ts';
import { orderRepairService, orderService } from './adapters/grpc/order-service.ts';
import { routingService } from './adapters/grpc/routing-service.ts';
import { catalogHandler } from './adapters/kafka/catalog.ts';
import { orderSeenHandler, storeHandlers } from './adapters/kafka/incoming.ts';
import { encodeEvent } from './adapters/kafka/outgoing.ts';
import { createNotes } from './adapters/log/notes.ts';
import { createOrders } from './adapters/mongo/orders.ts';
import { openRouting } from './adapters/mongo/routing.ts';
import { makeChoose } from './application/choose.ts';
import { makeDrive } from './application/drive.ts';
import { makeHandle, makeHandlePlaced } from './application/handle.ts';
import type { Catalog, Orders, Stock } from './application/ports.ts';
import { makeReportAllocation } from './application/report-allocation.ts';
import { makeLeaveGoneStores, makeRetryFailed, makeRetryOrder } from './application/retry.ts';
import { makeExplain, makeSimulate, makeTry } from './application/routing-admin.ts';
import { makeSweep } from './application/sweep.ts';
import type { Config } from './config.ts';

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
  const { clients, catalog, stock } = connectPeers(config, clock);
  const routing = await openRouting(service.db, clock);
  const uses = wire({ orders, routing, catalog, stock, logger, clock });
  return service.of({
    clients,
    work: [uses.postponed],
    contracts: [
      [OrderServiceService, orderService({ orders, ...uses })],
      [OrderRepairServiceService, orderRepairService({ orders, ...uses })],
      [RoutingServiceService, routingService({ ...routing, ...uses, clock })],
    ],
    loops: [
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
        topics: [TOPICS.ingressOrders, TOPICS.fulfillmentEvents, TOPICS.catalogEvents],
        concurrency: CONCURRENCY,
        handle: byType(NAME, {
          orderSeen: orderSeenHandler(uses),
          storeChanged: catalogHandler({ tell: routing.gone.tell, clock }),
          ...storeHandlers(uses),
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
  const notes = createNotes(logger, postponed.add);
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
    handlePlaced: makeHandlePlaced({ handle, catalog, stock, traceId }),
    reportAllocation: makeReportAllocation({ orders, stock, catalog, handle }),
    sweep: makeSweep({ orders, handle, notes, clock, inTrace }),
  };
}

const inTrace = <T>(ref: OrderRef, work: () => Promise<T>): Promise<T> =>
  inOrderTrace(ref, 'sweep order', work);
