import {
  AnswerRefundResponse,
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
  Refund,
  RefundAnswer,
} from '@astrolabe/contracts/fulfillment';
import { createGrpcClient } from '@astrolabe/grpc';
import { UsageError, orderNamed, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const ANSWERS: ReadonlyMap<string, RefundAnswer> = new Map([
  ['confirm', RefundAnswer.CONFIRM],
  ['denied', RefundAnswer.DENIED],
  ['matched', RefundAnswer.MATCHED],
]);

/** `refund list`: where the refunds of an order stand, and who has to answer; one line each. */
export async function refundList({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const options = peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS);
  const client = createGrpcClient(FulfillmentServiceClient, options);
  try {
    const { refunds } = await client.call('listRefunds', { orderRef });
    for (const refund of refunds) output.out(JSON.stringify(Refund.toJSON(refund)));
  } finally {
    client.close();
  }
}

/** `refund answer`: answers for a place that has no system and no clerk, e.g. a warehouse. */
export async function refundAnswer({
  words,
  option,
  environment,
  output,
}: Invocation): Promise<void> {
  const [order, ...subOrderIds] = words;
  const orderRef = orderNamed(order);
  if (subOrderIds.length === 0) throw new UsageError('SUB_ORDER is missing');
  const operator = required(option('actor'), '--actor');
  const answer = ANSWERS.get(required(option('answer'), '--answer'));
  if (answer === undefined) throw new UsageError('--answer is not confirm, denied or matched');
  const options = peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS);
  const client = createGrpcClient(FulfillmentAdminServiceClient, options);
  try {
    const request = { orderRef, subOrderIds, answer, operator };
    const answered = await client.call('answerRefund', request);
    output.out(JSON.stringify(AnswerRefundResponse.toJSON(answered)));
  } finally {
    client.close();
  }
}
