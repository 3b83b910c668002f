import type { FastifyInstance } from 'fastify';
import { GetFulfillmentResponse } from '@astrolabe/contracts/fulfillment';
import { ListOrdersResponse, Order } from '@astrolabe/contracts/order';
import { ListReceivablesResponse, Receivable } from '@astrolabe/contracts/settlement';
import type { Backends } from './backends.ts';
import { orNull, pageOf, refuse } from './responses.ts';
import type { PageQuery, SellerParams } from './responses.ts';

type OrderParams = SellerParams & { trade: string };

const nameOf = ({ seller, trade }: OrderParams) => ({ sellerId: seller, tradeId: trade });

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
    '/api/sellers/:seller/orders/:trade',
    async ({ params }, reply) => {
      const order = (await orNull(orders.call('getOrder', nameOf(params))))?.order;
      if (!order) return await refuse(reply, 404, 'UNKNOWN_TRADE', 'No such order');
      return { order: Order.toJSON(order) };
    },
  );
  // Fulfillment and settlement hear of an order later than the order itself is there.
  app.get<{ Params: OrderParams }>(
    '/api/sellers/:seller/orders/:trade/tasks',
    async ({ params }) => {
      const found = await orNull(fulfillment.call('getFulfillment', nameOf(params)));
      return found ? GetFulfillmentResponse.toJSON(found) : { tasks: [] };
    },
  );
  app.get<{ Params: OrderParams }>(
    '/api/sellers/:seller/orders/:trade/receivable',
    async ({ params }) => {
      const found = await orNull(settlement.call('getReceivable', nameOf(params)));
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
