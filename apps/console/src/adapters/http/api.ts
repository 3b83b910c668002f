import type { FastifyInstance, FastifyReply } from 'fastify';
import type { CatalogServiceClient } from '@astrolabe/contracts/catalog';
import { GetFulfillmentResponse } from '@astrolabe/contracts/fulfillment';
import type {
  FiguresServiceClient,
  FulfillmentServiceClient,
} from '@astrolabe/contracts/fulfillment';
import { ListHistoryResponse, QueryResponse } from '@astrolabe/contracts/inventory';
import type { InventoryServiceClient } from '@astrolabe/contracts/inventory';
import { ListOrdersResponse, Order } from '@astrolabe/contracts/order';
import type { OrderServiceClient } from '@astrolabe/contracts/order';
import { ListReceivablesResponse, Receivable } from '@astrolabe/contracts/settlement';
import type { SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { GrpcCallError } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { placeFromKey } from '@astrolabe/kernel';
import { registerFigures } from './figures.ts';

/** The services that the console reads from. */
export type Backends = {
  catalog: GrpcClient<CatalogServiceClient>;
  inventory: GrpcClient<InventoryServiceClient>;
  orders: GrpcClient<OrderServiceClient>;
  fulfillment: GrpcClient<FulfillmentServiceClient>;
  figures: GrpcClient<FiguresServiceClient>;
  settlement: GrpcClient<SettlementServiceClient>;
};

const PAGE_SIZE = 50;

type SellerParams = { seller: string };
type PageQuery = { token?: string; state?: string };

const page = (query: PageQuery) => ({ size: PAGE_SIZE, token: query.token ?? '' });

/** null for what is not there (yet); every other failure goes on. */
async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.outcome === 'refused') return null;
    throw error;
  }
}

function refuse(reply: FastifyReply, status: number, code: string, message: string) {
  return reply.code(status).send({ code, message });
}

/**
 * The pages' JSON API, read-only. 64-bit numbers are strings, as everywhere outside the services.
 * Failures answer `{code, message}` with 400, 404 or 503.
 */
export function registerApi(app: FastifyInstance, backends: Backends): void {
  registerOrders(app, backends);
  registerStock(app, backends);
  registerFigures(app, backends);
}

function registerOrders(app: FastifyInstance, backends: Backends): void {
  app.get<{ Params: SellerParams; Querystring: PageQuery }>(
    '/api/sellers/:seller/orders',
    async (request) =>
      ListOrdersResponse.toJSON(
        await backends.orders.call('listOrders', {
          sellerId: request.params.seller,
          state: request.query.state ?? '',
          page: page(request.query),
        }),
      ),
  );

  app.get<{ Params: SellerParams & { trade: string } }>(
    '/api/sellers/:seller/orders/:trade',
    async (request, reply) => {
      const key = { sellerId: request.params.seller, tradeId: request.params.trade };
      const order = await orNull(backends.orders.call('getOrder', key));
      if (!order?.order) return await refuse(reply, 404, 'UNKNOWN_TRADE', 'No such order');
      const [tasks, receivable] = await Promise.all([
        orNull(backends.fulfillment.call('getFulfillment', key)),
        orNull(backends.settlement.call('getReceivable', key)),
      ]);
      return {
        order: Order.toJSON(order.order),
        fulfillment: tasks ? GetFulfillmentResponse.toJSON(tasks) : null,
        receivable: receivable?.receivable ? Receivable.toJSON(receivable.receivable) : null,
      };
    },
  );

  app.get<{ Params: SellerParams; Querystring: PageQuery }>(
    '/api/sellers/:seller/receivables',
    async (request) =>
      ListReceivablesResponse.toJSON(
        await backends.settlement.call('listReceivables', {
          sellerId: request.params.seller,
          page: page(request.query),
        }),
      ),
  );
}

function registerStock(app: FastifyInstance, backends: Backends): void {
  app.get<{ Params: SellerParams; Querystring: { item?: string; sku?: string } }>(
    '/api/sellers/:seller/stock',
    async (request, reply) => {
      const sellerId = request.params.seller;
      const { item = '', sku = '' } = request.query;
      const { goods } = await backends.catalog.call('resolveGoods', {
        sellerId,
        keys: [{ key: { $case: 'itemSku', value: { itemId: item, skuId: sku } } }],
        createMissing: false,
        outerIds: [],
      });
      const found = goods[0];
      if (!found || found.goodsId === '') {
        return await refuse(reply, 404, found?.reason ?? 'UNKNOWN_GOODS', 'No such goods');
      }
      const goodsIds = [found.goodsId];
      const [stock, sellable] = await Promise.all([
        backends.inventory.call('query', { sellerId, goodsIds, places: [], pageToken: '' }),
        backends.inventory.call('getSellable', { sellerId, goodsIds, places: [], channel: '' }),
      ]);
      return {
        goodsId: found.goodsId,
        sellableMilli: (sellable.sellable[0]?.sellableMilli ?? 0n).toString(),
        ...(QueryResponse.toJSON(stock) as object),
      };
    },
  );

  app.get<{
    Params: SellerParams;
    Querystring: { goods?: string; place?: string; kind?: string; token?: string };
  }>('/api/sellers/:seller/history', async (request, reply) => {
    const place = placeFromKey(request.query.place ?? '');
    const kind = request.query.kind;
    if (!place || (kind !== 'CERTAIN' && kind !== 'SHARED')) {
      return await refuse(reply, 400, 'BAD_REQUEST', 'place and kind name one number');
    }
    return ListHistoryResponse.toJSON(
      await backends.inventory.call('listHistory', {
        sellerId: request.params.seller,
        goodsId: request.query.goods ?? '',
        place: placeToMessage(place),
        kind: stockKindToMessage(kind),
        page: page(request.query),
      }),
    );
  });
}
