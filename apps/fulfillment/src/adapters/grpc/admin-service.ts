import { placeToMessage } from '@astrolabe/contracts';
import { RefundAnswer as WireAnswer } from '@astrolabe/contracts/fulfillment';
import type {
  AnswerRefundRequest,
  AnswerRefundResponse,
  FulfillmentAdminServiceServer,
  GetPickupCodeRequest,
  GetPickupCodeResponse,
  PutConnectionRequest,
  PutConnectionResponse,
} from '@astrolabe/contracts/fulfillment';
import { orderOf, unary } from '@astrolabe/grpc';
import type { Clock } from '@astrolabe/kernel';
import type { Logger } from '@astrolabe/service';
import { spiUrlProblem } from '@astrolabe/channel-client';
import type { SpiUrlRule } from '@astrolabe/channel-client';
import type { makeAnswerRefund } from '../../application/answer-refund.ts';
import type { makeShowPickups } from '../../application/pickup.ts';
import type { Connections, Shippings, Shops } from '../../application/ports.ts';
import type { RefundAnswer } from '../../domain/rules.ts';
import { refusal } from './refusals.ts';
import { shopMethods } from './shipping-methods.ts';

export type FulfillmentAdminServiceDeps = {
  connections: Connections;
  answerRefund: ReturnType<typeof makeAnswerRefund>;
  showPickups: ReturnType<typeof makeShowPickups>;
  shops: Pick<Shops, 'put'>;
  shippings: Pick<Shippings, 'load'>;
  urlRule: SpiUrlRule;
  clock: Clock;
  logger: Logger;
};

const ANSWERS = new Map<WireAnswer, RefundAnswer>([
  [WireAnswer.CONFIRM, 'CANCEL_AGREED'],
  [WireAnswer.DENIED, 'CANCEL_DENIED'],
  [WireAnswer.MATCHED, 'RETURNED'],
]);

/** More sub-orders than a trade has. */
const SUB_ORDERS_MAX = 200;

/** FulfillmentAdminService as gRPC. */
export const fulfillmentAdminService = ({
  connections,
  answerRefund,
  showPickups,
  shops,
  shippings,
  urlRule,
  clock,
  logger,
}: FulfillmentAdminServiceDeps): FulfillmentAdminServiceServer => ({
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
  getPickupCode: unary<GetPickupCodeRequest, GetPickupCodeResponse>(
    'getPickupCode',
    async (request) => ({
      codes: (await showPickups(orderOf(request))).map(({ code, place, issuedAt }) => ({
        code,
        place: placeToMessage(place),
        issuedAt,
      })),
    }),
    logger,
  ),
  putConnection: unary<PutConnectionRequest, PutConnectionResponse>(
    'putConnection',
    async (connection) => {
      if (connection.sellerId === '' || connection.secret === '') throw refusal('MISSING_FIELD');
      const problem = await spiUrlProblem(connection.spiUrl, urlRule);
      if (problem) throw refusal(problem === 'BAD_URL' ? 'BAD_SPI_URL' : problem);
      await connections.put(connection);
      return {};
    },
    logger,
  ),
  ...shopMethods({ shops, shippings, urlRule, logger }),
});
