import {
  CountDeliveredResponse,
  CountTaskQueuesResponse,
  FindParcelResponse,
  ListDeliveredResponse,
  ListTaskQueueResponse,
} from '@astrolabe/contracts/fulfillment';
import { CountOrderQueuesResponse, CountOrderStagesResponse } from '@astrolabe/contracts/order';
import { pathOf, queryOf } from '../routes.ts';
import type { Routes } from '../routes.ts';
import type { Backends } from './backends.ts';
import { pageOf } from './responses.ts';

const OVERVIEW = '/api/sellers/:seller/overview';

/** What of a seller's orders waits and how far today's have come: the start page, part by part. */
export function registerOverview(
  routes: Routes,
  { overview, taskOverview }: Pick<Backends, 'overview' | 'taskOverview'>,
): void {
  routes.seller('GET', `${OVERVIEW}/orders`, 'seller.read', async ({ sellerId }) =>
    CountOrderQueuesResponse.toJSON(await overview.call('countOrderQueues', { sellerId })),
  );
  routes.seller('GET', `${OVERVIEW}/stages`, 'seller.read', async ({ sellerId }, request) => {
    const { day = '' } = queryOf(request);
    return CountOrderStagesResponse.toJSON(
      await overview.call('countOrderStages', { sellerId, day }),
    );
  });
  routes.seller('GET', `${OVERVIEW}/tasks`, 'seller.read', async ({ sellerId }) =>
    CountTaskQueuesResponse.toJSON(await taskOverview.call('countTaskQueues', { sellerId })),
  );
  routes.seller('GET', `${OVERVIEW}/delivered`, 'seller.read', async ({ sellerId }, request) => {
    const { day = '' } = queryOf(request);
    return CountDeliveredResponse.toJSON(
      await taskOverview.call('countDelivered', { sellerId, day }),
    );
  });
  routes.seller(
    'GET',
    '/api/sellers/:seller/queues/:queue',
    'seller.read',
    async ({ sellerId }, request) => {
      const { queue = '' } = pathOf(request);
      const query = queryOf(request);
      const page = pageOf(query);
      if (queue === 'DELIVERED') {
        const { day = '' } = query;
        return ListDeliveredResponse.toJSON(
          await taskOverview.call('listDelivered', { sellerId, day, page }),
        );
      }
      return ListTaskQueueResponse.toJSON(
        await taskOverview.call('listTaskQueue', { sellerId, queue, page }),
      );
    },
  );
  routes.seller('GET', '/api/sellers/:seller/parcels', 'seller.read', async (caller, request) => {
    const { mailNo = '' } = queryOf(request);
    if (mailNo === '') return { orders: [] };
    const { sellerId } = caller;
    return FindParcelResponse.toJSON(await taskOverview.call('findParcel', { sellerId, mailNo }));
  });
}
