import { Order, OrderRepairServiceClient, OrderServiceClient } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { PAGE, orderNamed, printPage, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** Longer than a look at an order, which asks the catalog and the inventory. */
const DEADLINE_MS = 15_000;

/** `order list`: one JSON line per order, newest first; those of a state, or with a flag. */
async function orderList(invocation: Invocation): Promise<void> {
  const { option, environment } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const query = { state: option('state') ?? '', flag: option('flag') ?? '' };
  await withClient(
    OrderServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
    async (client) => {
      await printPage(
        invocation,
        (page) => client.call('listOrders', { sellerId, ...query, page }),
        ({ orders }) => orders.map((order) => Order.toJSON(order)),
      );
    },
  );
}

/** `order retry`: has a failed order looked at now; fails when there is nothing for it yet. */
async function orderRetry(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const orderRef = orderNamed(invocation.words[0]);
  const askedBy = required(option('actor'), '--actor');
  await withOperations(invocation, async (client) => {
    const { order } = await client.call('retryOrder', { orderRef, askedBy });
    if (order) output.row(Order.toJSON(order));
  });
}

/** `order clear`: somebody has dealt with what a flag of the order stands for. */
async function orderClear(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const orderRef = orderNamed(invocation.words[0]);
  const flag = required(option('flag'), '--flag');
  const askedBy = required(option('actor'), '--actor');
  const note = required(option('reason'), '--reason');
  await withOperations(invocation, async (client) => {
    const { order } = await client.call('clearFlag', { orderRef, flag, askedBy, note });
    if (order) output.row(Order.toJSON(order));
  });
}

async function withOperations(
  { environment }: Invocation,
  work: (client: GrpcClient<OrderRepairServiceClient>) => Promise<void>,
): Promise<void> {
  return await withClient(
    OrderRepairServiceClient,
    peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** Its part of the command line. */
export const ORDER_MAINTENANCE_COMMANDS: readonly Command[] = [
  {
    name: 'order list',
    summary: 'newest first; --flag STOCK_REFUSED: those that the stock could not be booked for',
    needs: ['seller'],
    takes: ['state', 'flag', ...PAGE],
    variables: ['ORDER_ADDRESS'],
    examples: [
      'order list --seller 21230 --state UNFULFILLABLE',
      'order list --seller 21230 --flag STOCK_REFUSED',
    ],
    columns: ['orderRef', 'state', 'paidAt', 'paymentFen', 'lines', 'allocation', 'flags'],
    run: orderList,
  },
  {
    name: 'order retry',
    words: ['<ORDER>'],
    summary: 'looks at an order that failed (ALLOCATE_FAILED, UNFULFILLABLE) now',
    needs: ['actor'],
    variables: ['ORDER_ADDRESS'],
    examples: ['order retry tmall/21230/2004574256073903 --actor li'],
    changes: true,
    run: orderRetry,
  },
  {
    name: 'order clear',
    words: ['<ORDER>'],
    summary: 'takes a flag away that somebody has dealt with',
    needs: ['flag', 'actor', ['reason', 'what was done']],
    variables: ['ORDER_ADDRESS'],
    examples: [
      'order clear tmall/21230/2004574256073903 --flag STOCK_REFUSED --actor li --reason 盘点',
    ],
    changes: true,
    run: orderClear,
  },
];
