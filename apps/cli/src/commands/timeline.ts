import { placeFromMessage } from '@astrolabe/contracts';
import type { LifeEvent } from '@astrolabe/contracts/common';
import {
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
  SupplyServiceClient,
} from '@astrolabe/contracts/fulfillment';
import type { Task } from '@astrolabe/contracts/fulfillment';
import { OrderLifeServiceClient, OrderServiceClient } from '@astrolabe/contracts/order';
import { OrderPushServiceClient } from '@astrolabe/contracts/push';
import { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { GrpcCallError } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import { placeKey } from '@astrolabe/kernel';
import { peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { PartlyFailed, orderNamed } from '../invocation.ts';
import type { Environment, Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

/** What a service knows to have happened to an order. */
type Happening = {
  readonly at: Date;
  readonly service: string;
  readonly what: string;
  readonly detail: string;
  readonly place?: string;
  readonly by?: string;
};

type Source = (environment: Environment, orderRef: OrderRef) => Promise<Happening[]>;

/** Its happenings that have a time; a service may know that something is planned. */
const dated = (
  service: string,
  ...found: readonly (Omit<Happening, 'at' | 'service'> & { readonly at?: Date | undefined })[]
): Happening[] => found.flatMap(({ at, ...rest }) => (at ? [{ at, service, ...rest }] : []));

async function ofRouter(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
  return await withClient(OrderServiceClient, peer, async (client) => {
    const { order } = await client.call('getOrder', { orderRef });
    return dated('order-router', ...(order?.timeline ?? []));
  });
}

/** An event of an order that is no trade of a shop. */
const happeningOf = ({ at, what, about, reason, by, words }: LifeEvent) => ({
  at,
  what,
  detail: [...about, reason, words].filter((part) => part !== '').join(' '),
  ...(by !== '' && { by }),
});

async function ofOther(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS);
  return await withClient(OrderLifeServiceClient, peer, async (client) => {
    const { life } = await client.call('getOrderLife', { orderRef });
    return dated('order-router', ...(life?.events ?? []).map(happeningOf));
  });
}

async function ofWarehouse(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS);
  return await withClient(SupplyServiceClient, peer, async (client) => {
    const { events } = await client.call('getSupplyLife', { orderRef });
    return dated('fulfillment', ...events.map(happeningOf));
  });
}

const statusesOf = ({ subOrderId, history }: Task): Happening[] =>
  history.flatMap(({ status, actionTime, receivedAt, operator, place: at, onTime }) => {
    const place = at && placeFromMessage(at);
    return dated('fulfillment', {
      at: actionTime ?? receivedAt,
      what: status,
      detail: `sub-order ${subOrderId}${onTime === false ? ', late' : ''}`,
      ...(place && { place: placeKey(place) }),
      ...(operator !== '' && { by: operator }),
    });
  });

async function ofStores(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS);
  return await withClient(FulfillmentServiceClient, peer, async (client) => {
    const { tasks, notifications } = await client.call('getFulfillment', { orderRef });
    const { refunds } = await client.call('listRefunds', { orderRef });
    const told = notifications.map(({ allocation, state, deliveredAt }) => ({
      at: deliveredAt,
      what: `STORE_TOLD_${state}`,
      detail: `allocation ${allocation}`,
    }));
    const asked = refunds.flatMap(({ subOrderId, state, askedAt, answeredAt, operator }) => [
      { at: askedAt, what: 'REFUND_ASKED', detail: `sub-order ${subOrderId}` },
      {
        at: answeredAt,
        what: `REFUND_${state}`,
        detail: `sub-order ${subOrderId}`,
        ...(operator !== '' && { by: operator }),
      },
    ]);
    return [...tasks.flatMap(statusesOf), ...dated('fulfillment', ...told, ...asked)];
  });
}

async function ofTmall(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS);
  return await withClient(FulfillmentAdminServiceClient, peer, async (client) => {
    const { parcels } = await client.call('getShipping', { orderRef });
    const shipped = parcels.map(({ shippedAt, company, mailNo, storeId, operator }) => ({
      at: shippedAt,
      what: 'SHIPPED_AT_TMALL',
      detail: `${company} ${mailNo}`,
      place: `STORE:${storeId}`,
      by: operator,
    }));
    return dated('fulfillment', ...shipped);
  });
}

async function ofPush(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'PUSH_ADMIN_ADDRESS', DEADLINE_MS);
  return await withClient(OrderPushServiceClient, peer, async (client) => {
    const { push } = await client.call('getPush', { orderRef });
    const written = (push?.rows ?? []).map(({ appKey, writtenAt }) => ({
      at: writtenAt,
      what: 'PUSHED',
      detail: `application ${appKey}`,
    }));
    const answered = { at: push?.allocate?.doneAt, what: 'ROUTER_ANSWERED', detail: '' };
    return dated('order-push', answered, ...written);
  });
}

async function ofMoney(environment: Environment, orderRef: OrderRef): Promise<Happening[]> {
  const peer = peerOf(environment, 'SETTLEMENT_ADDRESS', DEADLINE_MS);
  return await withClient(SettlementServiceClient, peer, async (client) => {
    const { receivable } = await client.call('getReceivable', { orderRef });
    const { lines = [], credits = [], discrepancy } = receivable ?? {};
    return dated(
      'settlement',
      ...lines.map(({ subOrderId, amountFen, shippedAt }) => ({
        at: shippedAt,
        what: 'OWED',
        detail: `${amountFen} fen for sub-order ${subOrderId}`,
      })),
      ...credits.map(({ subOrderId, amountFen, returnedAt }) => ({
        at: returnedAt,
        what: 'CREDITED',
        detail: `${amountFen} fen for sub-order ${subOrderId}`,
      })),
      {
        at: discrepancy?.foundAt,
        what: 'DISCREPANCY',
        detail: `${discrepancy?.kind}: ${discrepancy?.differenceFen} fen`,
      },
    );
  });
}

const SOURCES: Readonly<Record<string, Source>> = {
  'order-router': ofRouter,
  'other orders': ofOther,
  fulfillment: ofStores,
  supplies: ofWarehouse,
  tmall: ofTmall,
  'order-push': ofPush,
  settlement: ofMoney,
};

/** A service that knows nothing of the order has refused; one that does not answer is a failure. */
const knowsNothing = (error: unknown): boolean =>
  error instanceof GrpcCallError && error.outcome === 'refused';

/**
 * `order timeline`: what all services know to have happened to an order, in the order of time. A service that does
 * not answer is named; what the others know is shown all the same.
 */
async function orderTimeline({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const names = Object.keys(SOURCES);
  const told = await Promise.allSettled(
    Object.values(SOURCES).map((source) => source(environment, orderRef)),
  );
  const happenings = told.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  const failed = told.flatMap((one, index) =>
    one.status === 'rejected' && !knowsNothing(one.reason)
      ? [{ service: names[index], reason: one.reason as unknown }]
      : [],
  );
  const [router, other] = told;
  const isUnknown = [router, other].every(
    (one) => one?.status === 'rejected' && knowsNothing(one.reason),
  );
  if (router?.status === 'rejected' && isUnknown) throw router.reason;
  if (failed.length === names.length) throw failed[0]?.reason;
  for (const row of happenings.sort((one, other) => one.at.getTime() - other.at.getTime())) {
    output.row(row);
  }
  for (const { service, reason } of failed) {
    output.note(`${service}: ${reason instanceof Error ? reason.message : String(reason)}`);
  }
  if (failed.length > 0) throw new PartlyFailed(`${failed.length} services did not answer`);
}

/** Its part of the command line. */
export const TIMELINE_COMMANDS: readonly Command[] = [
  {
    name: 'order timeline',
    words: ['<ORDER>'],
    summary:
      'what happened to an order, over all services and in the order of time; exit code 3 when one of them does not answer',
    variables: [
      'ORDER_ADDRESS',
      'FULFILLMENT_ADDRESS',
      'FULFILLMENT_ADMIN_ADDRESS',
      'PUSH_ADMIN_ADDRESS',
      'SETTLEMENT_ADDRESS',
    ],
    examples: ['order timeline tmall/21230/2004574256073903', 'order timeline 1688/21230/r6021'],
    columns: ['at', 'service', 'what', 'detail', 'place', 'by'],
    run: orderTimeline,
  },
];
