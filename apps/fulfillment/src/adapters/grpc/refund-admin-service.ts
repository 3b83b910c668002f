import { RefundAnswer as WireAnswer } from '@astrolabe/contracts/fulfillment';
import type {
  AnswerRefundRequest,
  AnswerRefundResponse,
  RefundAdminServiceServer,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import type { makeAnswerRefund } from '../../application/answer-refund.ts';
import type { RefundAnswer } from '../../domain/rules.ts';
import { refusal } from './refusals.ts';

const ANSWERS = new Map<WireAnswer, RefundAnswer>([
  [WireAnswer.CONFIRM, 'CANCEL_AGREED'],
  [WireAnswer.DENIED, 'CANCEL_DENIED'],
  [WireAnswer.MATCHED, 'RETURNED'],
]);

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

/** RefundAdminService: an operator answers for a place that cannot (docs/adr/0034). */
export const refundAdminService = ({
  answerRefund,
  clock,
  logger,
}: {
  answerRefund: ReturnType<typeof makeAnswerRefund>;
  clock: Clock;
  logger: Logger;
}): RefundAdminServiceServer => ({
  answerRefund: unary<AnswerRefundRequest, AnswerRefundResponse>(
    'answerRefund',
    async (request) => {
      const { subOrderIds, answer: sent, operator } = request;
      const answer = ANSWERS.get(sent);
      const count = subOrderIds.length;
      if (!answer || operator === '' || count === 0 || count > SUB_ORDERS_MAX) {
        throw refusal('MISSING_FIELD');
      }
      const happenedAt = clock();
      const order = orderOf(request);
      const taken = await answerRefund(order, { subOrderIds, answer, operator, happenedAt });
      if (!taken.ok) throw refusal(taken.error);
      return { already: taken.value.already };
    },
    logger,
  ),
});
