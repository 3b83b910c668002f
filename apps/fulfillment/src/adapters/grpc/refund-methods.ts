import { RefundAnswer as WireAnswer } from '@astrolabe/contracts/fulfillment';
import type {
  AnswerRefundRequest,
  AnswerRefundResponse,
  FulfillmentServiceServer,
  ListRefundsRequest,
  ListRefundsResponse,
} from '@astrolabe/contracts/fulfillment';
import { unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import type { makeAnswerRefund } from '../../application/answer-refund.ts';
import type { Fulfilments } from '../../application/ports.ts';
import { refundOf } from '../../domain/refund.ts';
import type { RefundAnswer } from '../../domain/rules.ts';
import { refundTo } from './messages.ts';
import { refusal } from './refusals.ts';

const ANSWERS = new Map<WireAnswer, RefundAnswer>([
  [WireAnswer.CONFIRM, 'X_SHOP_CANCEL_CONFIRM'],
  [WireAnswer.DENIED, 'X_SHOP_CANCEL_DENIED'],
  [WireAnswer.MATCHED, 'X_MATCHED'],
]);

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

/** What is served about refunds: where they stand, and an operator's answer. */
export const refundMethods = ({
  fulfilments,
  answerRefund,
  clock,
  logger,
}: {
  fulfilments: Pick<Fulfilments, 'load'>;
  answerRefund: ReturnType<typeof makeAnswerRefund>;
  clock: Clock;
  logger: Logger;
}): Pick<FulfillmentServiceServer, 'listRefunds' | 'answerRefund'> => ({
  listRefunds: unary<ListRefundsRequest, ListRefundsResponse>(
    'listRefunds',
    async ({ sellerId, tradeId }) => {
      const found = await fulfilments.load({ sellerId, tradeId });
      if (!found) throw refusal('UNKNOWN_TRADE');
      return { refunds: found.tasks.flatMap((task) => refundTo(refundOf(task))) };
    },
    logger,
  ),
  answerRefund: unary<AnswerRefundRequest, AnswerRefundResponse>(
    'answerRefund',
    async ({ sellerId, tradeId, subOrderIds, answer: sent, operator }) => {
      const answer = ANSWERS.get(sent);
      const count = subOrderIds.length;
      if (!answer || operator === '' || count === 0 || count > SUB_ORDERS_MAX) {
        throw refusal('MISSING_FIELD');
      }
      const happenedAt = clock();
      const order = { sellerId, tradeId };
      const taken = await answerRefund(order, { subOrderIds, answer, operator, happenedAt });
      if (!taken.ok) throw refusal(taken.error);
      return { already: taken.value.already };
    },
    logger,
  ),
});
