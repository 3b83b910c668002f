import { createHash, randomUUID } from 'node:crypto';
import { TOPICS } from '@astrolabe/contracts';
import { MallOrderAdminServiceService, MallOrderServiceService } from '@astrolabe/contracts/order';
import type { Clock, OrderRef } from '@astrolabe/kernel';
import { orderKey } from '@astrolabe/kernel';
import { createKeyedMutex } from '@astrolabe/mongo';
import { createOrderQueue } from '@astrolabe/runtime';
import type { OpenedService } from '@astrolabe/runtime';
import { firstTry } from '@astrolabe/service';
import type { Logger } from '@astrolabe/service';
import { createSealer } from '@astrolabe/signing';
import { orderTrace } from '@astrolabe/telemetry';
import type { connectPeers } from '../adapters/grpc/peers.ts';
import { mallOrderAdminService } from '../adapters/grpc/mall/mall-order-admin-service.ts';
import { mallOrderService } from '../adapters/grpc/mall/mall-order-service.ts';
import { mallHandlers } from '../adapters/kafka/mall-incoming.ts';
import { encodeMallEvent } from '../adapters/kafka/mall-outgoing.ts';
import { createMallNotes } from '../adapters/log/mall-notes.ts';
import { createBudgets } from '../adapters/mongo/mall/budgets.ts';
import { createMallNumbers } from '../adapters/mongo/mall/numbers.ts';
import { createMallOrders } from '../adapters/mongo/mall/orders.ts';
import { createMallPeople } from '../adapters/mongo/mall/people.ts';
import { createMallSettings } from '../adapters/mongo/mall/settings.ts';
import { makeDriveMallOrder } from '../application/mall/drive.ts';
import {
  makeCancelMallOrder,
  makeConfirmMallOrder,
  makeExpireMallOrder,
  makeFindMallOrder,
  makeReceiveSupplied,
} from '../application/mall/end.ts';
import { makeSubmitMallOrder } from '../application/mall/submit.ts';
import type { Config } from '../config.ts';
import { lifeOfMallOrder } from '../domain/mall/history.ts';

/** Who waits for an order waits this long for its steps; they go on without them. */
const TRY_MS = 8_000;

export type MallParts = {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly peers: Pick<ReturnType<typeof connectPeers>, 'stock' | 'mallCatalog' | 'mallCredit'>;
};

/** The orders of government malls: what is served, what takes their steps, and what is heard of them. */
export async function openMall(service: OpenedService, parts: MallParts) {
  const { db } = service;
  const { config, logger, clock, peers } = parts;
  const { stock, mallCatalog: catalog, mallCredit: credit } = peers;
  const orders = await service.outbox(TOPICS.orderEvents, (options) =>
    createMallOrders({ ...options, clock, encode: encodeMallEvent }),
  );
  const numbers = createMallNumbers(db);
  const people = await createMallPeople(db, createSealer(config.CONNECTION_KEY), clock);
  const settings = createMallSettings(db);
  const notes = createMallNotes(logger);
  const budgets = createBudgets(db);
  const me = randomUUID();
  const step = makeDriveMallOrder({ orders, stock, catalog, credit, budgets, notes, clock, me });
  const inTurn = createKeyedMutex();
  const drive = (name: OrderRef, isAsked: boolean): Promise<void> =>
    inTurn(orderKey(name), () => step(name, isAsked));
  const { component: queue } = createOrderQueue({
    name: 'mall orders',
    span: 'mall order',
    logger,
    clock,
    work: (name) => drive(name, false),
    due: (now, limit) => orders.due(now, limit),
  });
  const tryNow = firstTry((name: OrderRef) => drive(name, true), {
    withinMs: TRY_MS,
    logger,
    failed: 'steps of a mall order failed',
  });
  const shared = { orders, numbers, people, settings, catalog, notes, digest, tryNow, clock, me };
  const traceIdOf = (name: OrderRef): string => orderTrace(name).traceId;
  const uses = {
    submit: makeSubmitMallOrder(shared),
    confirm: makeConfirmMallOrder(shared),
    cancel: makeCancelMallOrder(shared),
    expire: makeExpireMallOrder(shared),
    find: makeFindMallOrder(shared),
  };
  return {
    reseal: people.reseal,
    queue,
    life: async (name: OrderRef) => {
      const found = await orders.load(name);
      return found && lifeOfMallOrder(found.order);
    },
    handlers: mallHandlers({ receive: makeReceiveSupplied(shared) }),
    contracts: [
      [MallOrderServiceService, mallOrderService({ ...uses, people, credit, traceIdOf })],
      [
        MallOrderAdminServiceService,
        mallOrderAdminService({ ...uses, orders, settings, traceIdOf }),
      ],
    ],
  } as const;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');
