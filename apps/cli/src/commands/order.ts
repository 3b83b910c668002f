import {
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
  GetFulfillmentResponse,
  PickupCode,
} from '@astrolabe/contracts/fulfillment';
import { Order, OrderServiceClient } from '@astrolabe/contracts/order';
import { Receivable, SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { GrpcCallError, createGrpcClient } from '@astrolabe/grpc';
import { orderNamed, peerOf } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

/** `order show`: the order, its store tasks and what is owed for it, as one JSON object. */
export async function orderShow({ words, environment, output }: Invocation): Promise<void> {
  const asked = { orderRef: orderNamed(words[0]) };
  const orders = createGrpcClient(
    OrderServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
  );
  const fulfillment = createGrpcClient(
    FulfillmentServiceClient,
    peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS),
  );
  const settlement = createGrpcClient(
    SettlementServiceClient,
    peerOf(environment, 'SETTLEMENT_ADDRESS', DEADLINE_MS),
  );
  try {
    const order = await orders.call('getOrder', asked);
    const tasks = await orNothing(fulfillment.call('getFulfillment', asked));
    const receivable = await orNothing(settlement.call('getReceivable', asked));
    output.out(
      JSON.stringify({
        order: order.order ? Order.toJSON(order.order) : null,
        fulfillment: tasks ? GetFulfillmentResponse.toJSON(tasks) : null,
        receivable: receivable?.receivable ? Receivable.toJSON(receivable.receivable) : null,
      }),
    );
  } finally {
    orders.close();
    fulfillment.close();
    settlement.close();
  }
}

/** `order code`: what the buyer shows at the store to collect the goods; a line for each store. */
export async function orderCode({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  const client = createGrpcClient(
    FulfillmentAdminServiceClient,
    peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS),
  );
  try {
    const { codes } = await client.call('getPickupCode', { orderRef });
    for (const code of codes) output.out(JSON.stringify(PickupCode.toJSON(code)));
  } finally {
    client.close();
  }
}

/** An order may have no task and no receivable yet; every other failure is one. */
async function orNothing<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof GrpcCallError && error.outcome === 'refused') return null;
    throw error;
  }
}
