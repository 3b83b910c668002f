import { Figures, ListStoreFiguresResponse } from '@astrolabe/contracts/fulfillment';
import type { Backends } from './backends.ts';
import { queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import { pageOf } from './responses.ts';

const periodOf = ({ from = '', to = '' }: Partial<Record<string, string>>) => ({
  fromDay: from,
  toDay: to,
});

/** The operating metrics of a period of days: the seller's, and a page of its stores'. */
export function registerFigures(routes: Routes, { figures }: Pick<Backends, 'figures'>): void {
  const path = '/api/sellers/:seller/figures';
  routes.seller('GET', path, 'seller.read', async ({ sellerId }, request) => {
    const asked = { sellerId, storeId: '', period: periodOf(queryOf(request)) };
    const total = await figures.call('getFigures', asked);
    return { total: total.figures ? Figures.toJSON(total.figures) : {} };
  });
  routes.seller('GET', `${path}/stores`, 'seller.read', async ({ sellerId }, request) => {
    const query = queryOf(request);
    const asked = { sellerId, period: periodOf(query), page: pageOf(query) };
    return ListStoreFiguresResponse.toJSON(await figures.call('listStoreFigures', asked));
  });
}
