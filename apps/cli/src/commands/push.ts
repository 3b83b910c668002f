import { OrderPushServiceClient, Push } from '@astrolabe/contracts/push';
import { orderKey } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { createClient, peerOf } from '../clients.ts';
import { PAGE, orderNamed, printPage, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 5_000;

const connect = ({ environment }: Invocation) =>
  createClient(OrderPushServiceClient, peerOf(environment, 'PUSH_ADMIN_ADDRESS', DEADLINE_MS));

/** `push problems`: one JSON line per order whose push somebody has to look at, newest first. */
async function pushProblems(invocation: Invocation): Promise<void> {
  const sellerId = required(invocation.option('seller'), '--seller');
  const client = connect(invocation);
  try {
    await printPage(
      invocation,
      (page) => client.call('listPushes', { sellerId, problemsOnly: true, page }),
      ({ pushes }) => pushes.map((push) => Push.toJSON(push)),
    );
  } finally {
    client.close();
  }
}

/** `push retry`: takes up again what was given up for one order. */
async function pushRetry(invocation: Invocation): Promise<void> {
  const { words, output } = invocation;
  const orderRef = orderNamed(words[0]);
  const client = connect(invocation);
  try {
    await client.call('retryPush', { orderRef });
    output.row({ retried: orderKey(orderRef) });
  } finally {
    client.close();
  }
}

/** Its part of the command line. */
export const PUSH_COMMANDS: readonly Command[] = [
  {
    name: 'push problems',
    summary: 'orders whose push to their applications somebody has to look at, newest first',
    needs: ['seller'],
    takes: [...PAGE],
    variables: ['PUSH_ADMIN_ADDRESS'],
    examples: ['push problems --seller 21230'],
    run: pushProblems,
  },
  {
    name: 'push retry',
    words: ['<ORDER>'],
    summary: 'takes up again what was given up',
    variables: ['PUSH_ADMIN_ADDRESS'],
    examples: ['push retry tmall/21230/2004574256073903'],
    changes: true,
    run: pushRetry,
  },
];
