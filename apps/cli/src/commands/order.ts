import {
  FulfillmentAdminServiceClient,
  FulfillmentServiceClient,
  GetFulfillmentResponse,
  PickupCode,
  Supply,
  SupplyServiceClient,
} from '@astrolabe/contracts/fulfillment';
import {
  Order,
  OrderLife,
  OrderLifeServiceClient,
  OrderServiceClient,
} from '@astrolabe/contracts/order';
import { Receivable, SettlementServiceClient } from '@astrolabe/contracts/settlement';
import { GrpcCallError } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { createClient, peerOf, withClient } from '../clients.ts';
import { orderNamed } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

/** `order show`: the order, its store tasks and what is owed for it, as one JSON object. */
async function orderShow({ words, environment, output }: Invocation): Promise<void> {
  const asked = { orderRef: orderNamed(words[0]) };
  const orders = createClient(
    OrderServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
  );
  const fulfillment = createClient(
    FulfillmentServiceClient,
    peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS),
  );
  const settlement = createClient(
    SettlementServiceClient,
    peerOf(environment, 'SETTLEMENT_ADDRESS', DEADLINE_MS),
  );
  try {
    const order = await orNothing(orders.call('getOrder', asked));
    // One that is no trade of a shop: of a mall, of procurement or distribution, of a till.
    if (!order) return await otherOrder(environment, asked.orderRef, output);
    const tasks = await orNothing(fulfillment.call('getFulfillment', asked));
    const receivable = await orNothing(settlement.call('getReceivable', asked));
    output.row({
      order: order.order ? Order.toJSON(order.order) : null,
      fulfillment: tasks ? GetFulfillmentResponse.toJSON(tasks) : null,
      receivable: receivable?.receivable ? Receivable.toJSON(receivable.receivable) : null,
    });
  } finally {
    orders.close();
    fulfillment.close();
    settlement.close();
  }
}

/** What has become of an order of another kind, and what a warehouse does for it. */
async function otherOrder(
  environment: Invocation['environment'],
  orderRef: OrderRef,
  output: Invocation['output'],
): Promise<void> {
  const life = await withClient(
    OrderLifeServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
    async (client) => (await client.call('getOrderLife', { orderRef })).life,
  );
  const supply = await withClient(
    SupplyServiceClient,
    peerOf(environment, 'FULFILLMENT_ADDRESS', DEADLINE_MS),
    async (client) => await orNothing(client.call('getSupply', { orderRef })),
  );
  output.row({
    order: life ? OrderLife.toJSON(life) : null,
    supply: supply?.supply ? Supply.toJSON(supply.supply) : null,
  });
}

/** `order code`: what the buyer shows at the store to collect the goods; a line for each store. */
async function orderCode({ words, environment, output }: Invocation): Promise<void> {
  const orderRef = orderNamed(words[0]);
  await withClient(
    FulfillmentAdminServiceClient,
    peerOf(environment, 'FULFILLMENT_ADMIN_ADDRESS', DEADLINE_MS),
    async (client) => {
      const { codes } = await client.call('getPickupCode', { orderRef });
      for (const code of codes) output.row(PickupCode.toJSON(code));
    },
  );
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

/** Its part of the command line. */
export const ORDER_COMMANDS: readonly Command[] = [
  {
    name: 'order show',
    words: ['<ORDER>'],
    summary:
      'one order with its timeline, its store tasks and its receivable; of another kind what its warehouse does',
    variables: ['ORDER_ADDRESS', 'FULFILLMENT_ADDRESS', 'SETTLEMENT_ADDRESS'],
    examples: ['order show tmall/21230/2004574256073903'],
    run: orderShow,
  },
  {
    name: 'order code',
    words: ['<ORDER>'],
    summary:
      'the code that the buyer shows to collect the goods; nothing while no store has them ready',
    variables: ['FULFILLMENT_ADMIN_ADDRESS'],
    examples: ['order code tmall/21230/2004574256073903'],
    run: orderCode,
  },
];
