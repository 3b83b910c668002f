import type { FastifyInstance } from 'fastify';
import { Figures, ListStoreFiguresResponse } from '@astrolabe/contracts/fulfillment';
import type { Backends } from './backends.ts';
import { pageOf } from './responses.ts';
import type { PageQuery, SellerParams } from './responses.ts';

type PeriodQuery = { from?: string; to?: string };

const periodOf = ({ from = '', to = '' }: PeriodQuery) => ({ fromDay: from, toDay: to });

/** The operating metrics of a period of days: the seller's, and a page of its stores'. */
export function registerFigures(
  app: FastifyInstance,
  { figures }: Pick<Backends, 'figures'>,
): void {
  app.get<{ Params: SellerParams; Querystring: PeriodQuery }>(
    '/api/sellers/:seller/figures',
    async ({ params, query }) => {
      const asked = { sellerId: params.seller, storeId: '', period: periodOf(query) };
      const total = await figures.call('getFigures', asked);
      return { total: total.figures ? Figures.toJSON(total.figures) : {} };
    },
  );
  app.get<{ Params: SellerParams; Querystring: PeriodQuery & PageQuery }>(
    '/api/sellers/:seller/figures/stores',
    async ({ params, query }) => {
      const asked = { sellerId: params.seller, period: periodOf(query), page: pageOf(query) };
      return ListStoreFiguresResponse.toJSON(await figures.call('listStoreFigures', asked));
    },
  );
}
