import { RefundAnswer } from '@astrolabe/contracts/fulfillment';
import Type from 'typebox';
import Value from 'typebox/value';
import { jsonOf } from '../json.ts';
import type { Routes } from '../routes.ts';
import { refuse } from '../session.ts';
import type { Backends } from './backends.ts';
import { askerOf } from './order-actions.ts';
import { ORDER_PATH, orderNamed } from './orders.ts';
import { orNull } from './responses.ts';

const ANSWERS: ReadonlyMap<string, RefundAnswer> = new Map([
  ['confirm', RefundAnswer.CONFIRM],
  ['denied', RefundAnswer.DENIED],
  ['matched', RefundAnswer.MATCHED],
]);

const Answered = Type.Object({
  answer: Type.Union([...ANSWERS.keys()].map((name) => Type.Literal(name))),
  subOrderIds: Type.Array(Type.String({ pattern: '^[\\w.-]{1,64}$' }), {
    minItems: 1,
    maxItems: 200,
  }),
});

/**
 * An operator says where goods are that are to come back, for a place that has neither a system nor a clerk
 * (docs/adr/0034). Fulfillment decides, and says why not with 409.
 */
export function registerRefundAnswers(
  routes: Routes,
  { fulfillment, refundAdmin }: Pick<Backends, 'fulfillment' | 'refundAdmin'>,
): void {
  routes.seller(
    'POST',
    `${ORDER_PATH}/refunds/answer`,
    'seller.act',
    async (caller, request, reply) => {
      const asked = orderNamed(caller, request);
      const sent = jsonOf(request.body);
      if (!asked) return await refuse(reply, 404, 'UNKNOWN_TRADE', { message: 'No such order' });
      if (!Value.Check(Answered, sent)) {
        return await refuse(reply, 400, 'BAD_REQUEST', { message: 'answer and sub-orders' });
      }
      const { subOrderIds } = sent;
      const answer = ANSWERS.get(sent.answer) ?? RefundAnswer.UNSPECIFIED;
      const operator = askerOf(caller.user);
      return await refundAdmin.call('answerRefund', { ...asked, subOrderIds, answer, operator });
    },
    async (caller, request) => {
      const asked = orderNamed(caller, request);
      const found = asked && (await orNull(fulfillment.call('listRefunds', asked)));
      return found && found.refunds.map(({ subOrderId, state }) => ({ subOrderId, state }));
    },
  );
}
