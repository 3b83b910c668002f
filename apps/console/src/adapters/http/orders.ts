import type { OrderRef } from '@astrolabe/kernel';
import { readOrderRef } from '@astrolabe/kernel';
import type { FastifyInstance } from 'fastify';
import { GetFulfillmentResponse } from '@astrolabe/contracts/fulfillment';
import { ListOrdersResponse, Order } from '@astrolabe/contracts/order';
import { ListReceivablesResponse, Receivable } from '@astrolabe/contracts/settlement';
import type { Backends } from './backends.ts';
import { orNull, pageOf, refuse } from './responses.ts';
import type { PageQuery, SellerParams } from './responses.ts';

type OrderParams = SellerParams & { channel: string; number: string };

/** The order that an address names; null when it can be none. */
function orderNamed({ seller, channel, number }: OrderParams): { orderRef: OrderRef } | null {
  const read = readOrderRef({ channel, sellerId: seller, number });
  return read.ok ? { orderRef: read.value } : null;
}

/** Orders, and what their stores and the settlement say of each. */
export function registerOrders(
  app: FastifyInstance,
  { orders, fulfillment, settlement }: Pick<Backends, 'orders' | 'fulfillment' | 'settlement'>,
): void {
  app.get<{ Params: SellerParams; Querystring: PageQuery & { state?: string; flag?: string } }>(
    '/api/sellers/:seller/orders',
    async ({ params, query }) =>
      ListOrdersResponse.toJSON(
        await orders.call('listOrders', {
          sellerId: params.seller,
          state: query.state ?? '',
          flag: query.flag ?? '',
          page: pageOf(query),
        }),
      ),
  );
  app.get<{ Params: OrderParams }>(
    '/api/sellers/:seller/orders/:channel/:number',
    async ({ params }, reply) => {
      const asked = orderNamed(params);
      const order = asked && (await orNull(orders.call('getOrder', asked)))?.order;
      if (!order) return await refuse(reply, 404, 'UNKNOWN_TRADE', 'No such order');
      return { order: Order.toJSON(order) };
    },
  );
  // Fulfillment and settlement hear of an order later than the order itself is there.
  app.get<{ Params: OrderParams }>(
    '/api/sellers/:seller/orders/:channel/:number/tasks',
    async ({ params }) => {
      const asked = orderNamed(params);
      const found = asked && (await orNull(fulfillment.call('getFulfillment', asked)));
      return found ? GetFulfillmentResponse.toJSON(found) : { tasks: [] };
    },
  );
  app.get<{ Params: OrderParams }>(
    '/api/sellers/:seller/orders/:channel/:number/receivable',
    async ({ params }) => {
      const asked = orderNamed(params);
      const found = asked && (await orNull(settlement.call('getReceivable', asked)));
      return { receivable: found?.receivable ? Receivable.toJSON(found.receivable) : null };
    },
  );
  app.get<{ Params: SellerParams; Querystring: PageQuery }>(
    '/api/sellers/:seller/receivables',
    async ({ params, query }) =>
      ListReceivablesResponse.toJSON(
        await settlement.call('listReceivables', {
          sellerId: params.seller,
          page: pageOf(query),
        }),
      ),
  );
}
