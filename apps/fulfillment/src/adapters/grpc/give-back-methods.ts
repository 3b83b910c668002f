import type {
  FulfillmentServiceServer,
  GiveBackRequest,
  GiveBackResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import type { makeGiveBack } from '../../application/give-back.ts';
import { reasonOf } from '../../domain/reason.ts';
import { refusal } from './refusals.ts';

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

/** A store gives back what it had accepted. */
export const giveBackMethods = (
  giveBack: ReturnType<typeof makeGiveBack>,
  logger: Logger,
): Pick<FulfillmentServiceServer, 'giveBack'> => ({
  giveBack: unary<GiveBackRequest, GiveBackResponse>(
    'giveBack',
    async (request) => {
      const { subOrderIds, allocation, storeId, operator } = request;
      const reason = reasonOf(request.reason);
      const count = subOrderIds.length;
      if (count === 0 || count > SUB_ORDERS_MAX || storeId === '' || !reason) {
        throw refusal('MISSING_FIELD');
      }
      const lost = new Map(request.lost.map((one) => [one.subOrderId, one.lostMilli]));
      const place = { type: 'STORE', id: storeId } as const;
      const asked = { subOrderIds, allocation, place, reason, lost, operator };
      const done = await giveBack(orderOf(request), asked);
      if (!done.ok) throw refusal(done.error);
      return { already: done.value };
    },
    logger,
  ),
});
