import {
  AnswerRefundResponse,
  FulfillmentServiceClient,
  Refund,
  RefundAdminServiceClient,
  RefundAnswer,
} from '@astrolabe/contracts/fulfillment';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { UsageError, orderNamed, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const ANSWERS: ReadonlyMap<string, RefundAnswer> = new Map([
  ['confirm', RefundAnswer.CONFIRM],
  ['denied', RefundAnswer.DENIED],
  ['matched', RefundAnswer.MATCHED],
]);

/** `refund list`: where the refunds of an order stand, and who has to answer; one line each. */
async function refundList({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const options = peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS);
  await withClient(FulfillmentServiceClient, options, async (client) => {
    const { refunds } = await client.call('listRefunds', { orderRef });
    for (const refund of refunds) output.row(Refund.toJSON(refund));
  });
}

/** `refund answer`: answers for a place that has no system and no clerk, e.g. a warehouse. */
async function refundAnswer({ words, option, environment, output }: Invocation): Promise<void> {
  const [order, ...subOrderIds] = words;
  const orderRef = orderNamed(order);
  if (subOrderIds.length === 0) throw new UsageError('SUB_ORDER is missing');
  const operator = required(option('actor'), '--actor');
  const answer = ANSWERS.get(required(option('answer'), '--answer'));
  if (answer === undefined) throw new UsageError('--answer is not confirm, denied or matched');
  const options = peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS);
  await withClient(RefundAdminServiceClient, options, async (client) => {
    const request = { orderRef, subOrderIds, answer, operator };
    const answered = await client.call('answerRefund', request);
    output.row(AnswerRefundResponse.toJSON(answered));
  });
}

/** Its part of the command line. */
export const REFUND_COMMANDS: readonly Command[] = [
  {
    name: 'refund list',
    words: ['<ORDER>'],
    summary: 'where the refunds of an order stand, and whose answer is missing',
    variables: ['FULFILLMENT_ADDRESS'],
    examples: ['refund list tmall/21230/2004574256073903'],
    run: refundList,
  },
  {
    name: 'refund answer',
    words: ['<ORDER>', '<SUB_ORDER...>'],
    summary:
      'answers for a place that has no system and no clerk: the goods are on the shelf again, are out, or are back',
    needs: [['answer', 'confirm, denied or matched'], 'actor'],
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['refund answer tmall/21230/2004574256073903 1 --answer confirm --actor li'],
    changes: true,
    run: refundAnswer,
  },
];
