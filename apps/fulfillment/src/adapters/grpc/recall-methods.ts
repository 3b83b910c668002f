import type {
  FulfillmentServiceServer,
  RecallRequest,
  RecallResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import type { makeRecall } from '../../application/recall-order.ts';
import { refusal } from './refusals.ts';

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

/** The allocator takes sub-orders back. */
export const recallMethods = (
  recall: ReturnType<typeof makeRecall>,
  logger: Logger,
): Pick<FulfillmentServiceServer, 'recall'> => ({
  recall: unary<RecallRequest, RecallResponse>(
    'recall',
    async (request) => {
      const { subOrderIds, allocation, acceptedToo } = request;
      const count = subOrderIds.length;
      if (count === 0 || count > SUB_ORDERS_MAX || allocation <= 0) throw refusal('MISSING_FIELD');
      const done = await recall(orderOf(request), { subOrderIds, allocation, acceptedToo });
      if (!done.ok) throw refusal(done.error);
      return { recalled: done.value === null, standing: done.value ?? '' };
    },
    logger,
  ),
});
