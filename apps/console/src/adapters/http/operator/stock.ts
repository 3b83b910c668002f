import type { FastifyReply, FastifyRequest } from 'fastify';
import { placeToMessage, stockKindToMessage } from '@astrolabe/contracts';
import { Cell, ListHistoryResponse } from '@astrolabe/contracts/inventory';
import { placeFromKey } from '@astrolabe/kernel';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { cellsAt } from './cells.ts';
import { pageOf } from './responses.ts';

const SELLER = '/api/sellers/:seller';

/** The stock of one article at every place, and the history of one number. */
export function registerStock(
  routes: Routes,
  { catalog, inventory }: Pick<Backends, 'catalog' | 'inventory'>,
): void {
  /** The goods of an article; null when the refusal has been sent. */
  const goodsOf = async (sellerId: string, request: FastifyRequest, reply: FastifyReply) => {
    const { item = '', sku = '' } = queryOf(request);
    const { goods } = await catalog.call('resolveGoods', {
      sellerId,
      keys: [{ key: { $case: 'itemSku', value: { itemId: item, skuId: sku } } }],
      createMissing: false,
      outerIds: [],
      storeIds: [],
    });
    const found = goods[0];
    if (found && found.goodsId !== '') return found.goodsId;
    await refuse(reply, 404, found?.reason || 'UNKNOWN_GOODS', { message: 'No such goods' });
    return null;
  };

  routes.seller('GET', `${SELLER}/stock`, 'seller.read', async ({ sellerId }, request, reply) => {
    const goodsId = await goodsOf(sellerId, request, reply);
    if (goodsId === null) return await reply;
    const asked = { sellerId, goodsIds: [goodsId], places: [] };
    const page = await cellsAt(queryOf(request)['token'] ?? '', async (pageToken) =>
      inventory.call('query', { ...asked, pageToken }),
    );
    if (!page) return await refuse(reply, 400, 'INVALID_PAGE_TOKEN', { message: 'No such page' });
    return { goodsId, cells: page.cells.map((cell) => Cell.toJSON(cell)), nextToken: page.next };
  });

  routes.seller(
    'GET',
    `${SELLER}/sellable`,
    'seller.read',
    async ({ sellerId }, request, reply) => {
      const goodsId = await goodsOf(sellerId, request, reply);
      if (goodsId === null) return await reply;
      const asked = { sellerId, goodsIds: [goodsId], places: [], channel: '' };
      const { sellable } = await inventory.call('getSellable', asked);
      return { sellableMilli: (sellable[0]?.sellableMilli ?? 0n).toString() };
    },
  );

  routes.seller('GET', `${SELLER}/history`, 'seller.read', async ({ sellerId }, request, reply) => {
    const query = queryOf(request);
    const place = placeFromKey(query['place'] ?? '');
    const { kind } = query;
    if (!place || (kind !== 'CERTAIN' && kind !== 'SHARED')) {
      const message = 'place and kind name one number';
      return await refuse(reply, 400, 'BAD_REQUEST', { message });
    }
    return ListHistoryResponse.toJSON(
      await inventory.call('listHistory', {
        sellerId,
        goodsId: query['goods'] ?? '',
        place: placeToMessage(place),
        kind: stockKindToMessage(kind),
        page: pageOf(query),
      }),
    );
  });
}
