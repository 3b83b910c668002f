import { Order, OrderRepairServiceClient, OrderServiceClient } from '@astrolabe/contracts/order';
import { createGrpcClient } from '@astrolabe/grpc';
import type { GrpcClient } from '@astrolabe/grpc';
import { UsageError, orderNamed, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** Longer than a look at an order, which asks the catalog and the inventory. */
const DEADLINE_MS = 15_000;
const LIMIT_MAX = 500;

/** `order list`: one JSON line per order, newest first; those of a state, or with a flag. */
export async function orderList(invocation: Invocation): Promise<void> {
  const { option, environment, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const size = Number(option('limit') ?? '100');
  if (!Number.isInteger(size) || size < 1 || size > LIMIT_MAX) {
    throw new UsageError(`--limit is not a whole number from 1 to ${LIMIT_MAX}`);
  }
  const query = { state: option('state') ?? '', flag: option('flag') ?? '' };
  const client = createGrpcClient(
    OrderServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
  );
  try {
    const page = { size, token: '' };
    const { orders } = await client.call('listOrders', { sellerId, ...query, page });
    for (const order of orders) output.out(JSON.stringify(Order.toJSON(order)));
  } finally {
    client.close();
  }
}

/** `order retry`: has a failed order looked at now; fails when there is nothing for it yet. */
export async function orderRetry(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const orderRef = orderNamed(invocation.words[0]);
  const askedBy = required(option('actor'), '--actor');
  await withOperations(invocation, async (client) => {
    const { order } = await client.call('retryOrder', { orderRef, askedBy });
    if (order) output.out(JSON.stringify(Order.toJSON(order)));
  });
}

/** `order clear`: somebody has dealt with what a flag of the order stands for. */
export async function orderClear(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const orderRef = orderNamed(invocation.words[0]);
  const flag = required(option('flag'), '--flag');
  const askedBy = required(option('actor'), '--actor');
  const note = required(option('reason'), '--reason');
  await withOperations(invocation, async (client) => {
    const { order } = await client.call('clearFlag', { orderRef, flag, askedBy, note });
    if (order) output.out(JSON.stringify(Order.toJSON(order)));
  });
}

async function withOperations(
  { environment }: Invocation,
  work: (client: GrpcClient<OrderRepairServiceClient>) => Promise<void>,
): Promise<void> {
  const client = createGrpcClient(
    OrderRepairServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
  );
  try {
    await work(client);
  } finally {
    client.close();
  }
}
