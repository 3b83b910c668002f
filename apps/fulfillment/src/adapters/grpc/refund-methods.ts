import type {
  FulfillmentServiceServer,
  ListRefundsRequest,
  ListRefundsResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Logger } from '@astrolabe/service';
import type { Fulfilments } from '../../application/ports.ts';
import { refundOf } from '../../domain/refund.ts';
import { refundTo } from './messages.ts';
import { refusal } from './refusals.ts';

/** Where the refunds of an order stand. */
export const refundMethods = (
  fulfilments: Pick<Fulfilments, 'load'>,
  logger: Logger,
): Pick<FulfillmentServiceServer, 'listRefunds'> => ({
  listRefunds: unary<ListRefundsRequest, ListRefundsResponse>(
    'listRefunds',
    async (request) => {
      const found = await fulfilments.load(orderOf(request));
      if (!found) throw refusal('UNKNOWN_TRADE');
      return { refunds: found.tasks.flatMap((task) => refundTo(refundOf(task))) };
    },
    logger,
  ),
});
