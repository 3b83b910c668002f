import { Dispatch, Distribution, DistributionAdminServiceClient } from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { PAGE, orderNamed, printPage, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 10_000;

/** `dispatch list`: a seller's distribution orders, newest first; those with a dispatch in a state. */
async function dispatchList(invocation: Invocation): Promise<void> {
  const { option } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const state = option('state') ?? '';
  await administering(invocation, async (client) => {
    await printPage(
      invocation,
      (page) => client.call('listDistributions', { sellerId, state, page }),
      ({ distributions }) => distributions.map((one) => Distribution.toJSON(one)),
    );
  });
}

/** `dispatch show`: where the dispatches of an order stand. */
async function dispatchShow(invocation: Invocation): Promise<void> {
  const orderRef = orderNamed(invocation.words[0]);
  await administering(invocation, async (client) => {
    const { distribution } = await client.call('getDistribution', { orderRef });
    if (distribution) invocation.output.row(Distribution.toJSON(distribution));
  });
}

/** `dispatch decide`: what has become of a dispatch that does not go on by itself. */
async function dispatchDecide(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const orderRef = orderNamed(words[0]);
  const outOrderId = required(words[1], 'NUMBER');
  const decision = required(option('answer'), '--answer').toUpperCase();
  const actor = required(option('actor'), '--actor');
  const orderId = option('key');
  if (decision === 'CREATED') required(orderId, '--key');
  // What the supplier asks for is not known here: the settlement says so.
  const order =
    orderId === undefined ? undefined : { orderId, amountFen: undefined, postFeeFen: undefined };
  const asked = { orderRef, outOrderId, decision, order, message: option('reason') ?? '', actor };
  await administering(invocation, async (client) => {
    const { dispatch } = await client.call('decideDispatch', asked);
    if (dispatch) output.row(Dispatch.toJSON(dispatch));
  });
}

async function administering(
  { environment }: Invocation,
  work: (client: GrpcClient<DistributionAdminServiceClient>) => Promise<unknown>,
): Promise<void> {
  await withClient(
    DistributionAdminServiceClient,
    peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** Its part of the command line. */
export const DISPATCH_COMMANDS: readonly Command[] = [
  {
    name: 'dispatch list',
    summary: 'distribution orders, newest first; --state MANUAL: those that wait for somebody',
    needs: ['seller'],
    takes: ['state', ...PAGE],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['dispatch list --seller 21230 --state MANUAL'],
    run: dispatchList,
  },
  {
    name: 'dispatch show',
    words: ['<ORDER>'],
    summary: 'where the dispatches of an order to suppliers stand',
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['dispatch show fenxiao/21230/7'],
    run: dispatchShow,
  },
  {
    name: 'dispatch decide',
    words: ['<ORDER>', '<NUMBER>'],
    summary: 'what has become of a dispatch that waits for somebody',
    needs: [['answer', 'send, look, created or rejected'], 'actor'],
    takes: [['key', "of created: the supplier's order"], 'reason'],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['dispatch decide fenxiao/21230/7 7-1 --answer created --key 881 --actor li'],
    changes: true,
    run: dispatchDecide,
  },
];
