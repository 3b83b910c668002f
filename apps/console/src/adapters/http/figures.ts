import type { FastifyInstance } from 'fastify';
import { Figures, ListStoreFiguresResponse } from '@astrolabe/contracts/fulfillment';
import type { FiguresServiceClient } from '@astrolabe/contracts/fulfillment';
import type { GrpcClient } from '@astrolabe/grpc';

const PAGE_SIZE = 50;

type Request = {
  Params: { seller: string };
  Querystring: { from?: string; to?: string; token?: string };
};

/** The operating metrics of a period of days: the seller's, and a page of its stores'. */
export function registerFigures(
  app: FastifyInstance,
  { figures }: { figures: GrpcClient<FiguresServiceClient> },
): void {
  app.get<Request>('/api/sellers/:seller/figures', async ({ params, query }) => {
    const sellerId = params.seller;
    const period = { fromDay: query.from ?? '', toDay: query.to ?? '' };
    const page = { size: PAGE_SIZE, token: query.token ?? '' };
    const [total, stores] = await Promise.all([
      figures.call('getFigures', { sellerId, storeId: '', period }),
      figures.call('listStoreFigures', { sellerId, period, page }),
    ]);
    return {
      total: total.figures ? Figures.toJSON(total.figures) : {},
      ...(ListStoreFiguresResponse.toJSON(stores) as object),
    };
  });
}
