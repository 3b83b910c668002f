import { OrderPushServiceClient, Push } from '@astrolabe/contracts/push';
import { createGrpcClient } from '@astrolabe/grpc';
import { orderKey } from '@astrolabe/kernel';
import { UsageError, orderNamed, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;
const LIMIT_MAX = 500;

const connect = ({ environment }: Invocation) =>
  createGrpcClient(OrderPushServiceClient, peerOf(environment, 'PUSH_ADMIN_ADDRESS', DEADLINE_MS));

/** `push problems`: one JSON line per order whose push somebody has to look at, newest first. */
export async function pushProblems(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const size = Number(option('limit') ?? '100');
  if (!Number.isInteger(size) || size < 1 || size > LIMIT_MAX) {
    throw new UsageError(`--limit is not a whole number from 1 to ${LIMIT_MAX}`);
  }
  const client = connect(invocation);
  try {
    const page = { size, token: '' };
    const { pushes } = await client.call('listPushes', { sellerId, problemsOnly: true, page });
    for (const push of pushes) output.out(JSON.stringify(Push.toJSON(push)));
  } finally {
    client.close();
  }
}

/** `push retry`: takes up again what was given up for one order. */
export async function pushRetry(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const orderRef = orderNamed(words[0]);
  const client = connect(invocation);
  try {
    await client.call('retryPush', { orderRef });
    output.out(JSON.stringify({ retried: orderKey(orderRef) }));
  } finally {
    client.close();
  }
}
