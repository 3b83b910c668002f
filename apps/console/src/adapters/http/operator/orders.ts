import { GetFulfillmentResponse } from '@astrolabe/contracts/fulfillment';
import { ListOrdersResponse, Order } from '@astrolabe/contracts/order';
import { Receivable } from '@astrolabe/contracts/settlement';
import { readOrderRef } from '@astrolabe/kernel';
import type { OrderRef } from '@astrolabe/kernel';
import type { FastifyRequest } from 'fastify';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { csvOf, workbookOf } from './order-export.ts';
import { orderFilter } from './order-query.ts';
import { orNull, pageOf } from './responses.ts';

export const SELLER = '/api/sellers/:seller';
export const ORDER_PATH = `${SELLER}/orders/:channel/:number`;

/** The order of a seller that an address names; null when it can be none. */
export function orderNamed(
  { sellerId }: { sellerId: string },
  request: FastifyRequest,
): { orderRef: OrderRef } | null {
  const { channel = '', number = '' } = pathOf(request);
  const read = readOrderRef({ channel, sellerId, number });
  return read.ok ? { orderRef: read.value } : null;
}

/** Orders, and what their stores and the settlement say of each. */
export function registerOrders(
  routes: Routes,
  { orders, fulfillment, settlement }: Pick<Backends, 'orders' | 'fulfillment' | 'settlement'>,
): void {
  registerLists(routes, orders);
  routes.seller('GET', ORDER_PATH, 'seller.read', async (caller, request, reply) => {
    const asked = orderNamed(caller, request);
    const order = asked && (await orNull(orders.call('getOrder', asked)))?.order;
    if (!order) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
    return { order: Order.toJSON(order) };
  });
  // Fulfillment and settlement hear of an order later than the order itself is there.
  routes.seller('GET', `${ORDER_PATH}/tasks`, 'seller.read', async (caller, request) => {
    const asked = orderNamed(caller, request);
    const found = asked && (await orNull(fulfillment.call('getFulfillment', asked)));
    return found ? GetFulfillmentResponse.toJSON(found) : { tasks: [] };
  });
  routes.seller('GET', `${ORDER_PATH}/receivable`, 'seller.read', async (caller, request) => {
    const asked = orderNamed(caller, request);
    const found = asked && (await orNull(settlement.call('getReceivable', asked)));
    return { receivable: found?.receivable ? Receivable.toJSON(found.receivable) : null };
  });
}

/** Lists of orders: a page to look at, and files of all that the filter shows. */
function registerLists(routes: Routes, orders: Backends['orders']): void {
  routes.seller('GET', `${SELLER}/orders`, 'seller.read', async (caller, request, reply) => {
    const query = queryOf(request);
    const filter = orderFilter(caller.sellerId, query);
    if (!filter.ok) return await refuse(reply, 400, 'BAD_REQUEST', { message: filter.error });
    return ListOrdersResponse.toJSON(
      await orders.call('listOrders', { ...filter.value, brief: true, page: pageOf(query) }),
    );
  });
  for (const { ending, type, write } of FILES) {
    const path = `${SELLER}/orders.${ending}`;
    routes.seller('GET', path, 'seller.read', async ({ sellerId }, request, reply) => {
      const filter = orderFilter(sellerId, queryOf(request));
      if (!filter.ok) return await refuse(reply, 400, 'BAD_REQUEST', { message: filter.error });
      void reply
        .type(type)
        .header('content-disposition', `attachment; filename="orders-${sellerId}.${ending}"`);
      return await reply.send(write(orders, filter.value));
    });
  }
}

const FILES = [
  { ending: 'csv', type: 'text/csv; charset=utf-8', write: csvOf },
  {
    ending: 'xlsx',
    type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    write: workbookOf,
  },
] as const;
