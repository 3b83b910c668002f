import type { FastifyInstance, FastifyReply } from 'fastify';
import { placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { Cell, ListHistoryResponse } from '@astrolabe/contracts/inventory';
import { placeFromKey } from '@astrolabe/kernel';
import type { Backends } from './backends.ts';
import { pageOf, refuse } from './responses.ts';
import type { PageQuery, SellerParams } from './responses.ts';
import { cellsAt } from './cells.ts';

type ArticleQuery = { item?: string; sku?: string };
type HistoryQuery = PageQuery & { goods?: string; place?: string; kind?: string };

/** The stock of one article at every place, and the history of one number. */
export function registerStock(
  app: FastifyInstance,
  { catalog, inventory }: Pick<Backends, 'catalog' | 'inventory'>,
): void {
  /** The goods of an article; null when the refusal has been sent. */
  const goodsOf = async (sellerId: string, query: ArticleQuery, reply: FastifyReply) => {
    const { item = '', sku = '' } = query;
    const { goods } = await catalog.call('resolveGoods', {
      sellerId,
      keys: [{ key: { $case: 'itemSku', value: { itemId: item, skuId: sku } } }],
      createMissing: false,
      outerIds: [],
    });
    const found = goods[0];
    if (found && found.goodsId !== '') return found.goodsId;
    await refuse(reply, 404, found?.reason || 'UNKNOWN_GOODS', 'No such goods');
    return null;
  };

  app.get<{ Params: SellerParams; Querystring: ArticleQuery & PageQuery }>(
    '/api/sellers/:seller/stock',
    async ({ params, query }, reply) => {
      const goodsId = await goodsOf(params.seller, query, reply);
      if (goodsId === null) return await reply;
      const asked = { sellerId: params.seller, goodsIds: [goodsId], places: [] };
      const page = await cellsAt(query.token ?? '', async (pageToken) =>
        inventory.call('query', { ...asked, pageToken }),
      );
      if (!page) return await refuse(reply, 400, 'INVALID_PAGE_TOKEN', 'No such page');
      return { goodsId, cells: page.cells.map((cell) => Cell.toJSON(cell)), nextToken: page.next };
    },
  );

  app.get<{ Params: SellerParams; Querystring: ArticleQuery }>(
    '/api/sellers/:seller/sellable',
    async ({ params, query }, reply) => {
      const goodsId = await goodsOf(params.seller, query, reply);
      if (goodsId === null) return await reply;
      const asked = { sellerId: params.seller, goodsIds: [goodsId], places: [], channel: '' };
      const { sellable } = await inventory.call('getSellable', asked);
      return { sellableMilli: (sellable[0]?.sellableMilli ?? 0n).toString() };
    },
  );

  app.get<{ Params: SellerParams; Querystring: HistoryQuery }>(
    '/api/sellers/:seller/history',
    async ({ params, query }, reply) => {
      const place = placeFromKey(query.place ?? '');
      const { kind } = query;
      if (!place || (kind !== 'CERTAIN' && kind !== 'SHARED')) {
        return await refuse(reply, 400, 'BAD_REQUEST', 'place and kind name one number');
      }
      return ListHistoryResponse.toJSON(
        await inventory.call('listHistory', {
          sellerId: params.seller,
          goodsId: query.goods ?? '',
          place: placeToMessage(place),
          kind: stockKindToMessage(kind),
          page: pageOf(query),
        }),
      );
    },
  );
}
