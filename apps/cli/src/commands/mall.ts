import {
  MallOrder,
  MallOrderAdminServiceClient,
  MallSettingsMessage,
} from '@astrolabe/contracts/order';
import type { GrpcClient } from '@astrolabe/grpc';
import { milliFromPieces } from '@astrolabe/kernel';
import type { Command } from '../command.ts';
import { peerOf, withClient } from '../clients.ts';
import { PAGE, UsageError, orderNamed, printPage, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

const DEADLINE_MS = 12_000;
const MINUTE_MS = 60_000n;

/** `mall order list`: orders of government malls, newest first, without their receivers. */
async function list(invocation: Invocation): Promise<void> {
  const { option } = invocation;
  const sellerId = required(option('seller'), '--seller');
  await administering(invocation, async (client) => {
    const asked = { sellerId, state: option('state') ?? '' };
    await printPage(
      invocation,
      (page) => client.call('listMallOrders', { ...asked, page }),
      ({ orders }) => orders.map((order) => MallOrder.toJSON(order)),
    );
  });
}

async function show(invocation: Invocation): Promise<void> {
  const orderRef = orderNamed(invocation.words[0]);
  await administering(invocation, async (client) => {
    const { order } = await client.call('showMallOrder', { orderRef });
    if (order) invocation.output.row(MallOrder.toJSON(order));
  });
}

async function expire(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const orderRef = orderNamed(words[0]);
  const askedBy = required(option('actor'), '--actor');
  await administering(invocation, async (client) => {
    const { order } = await client.call('expireMallOrder', { orderRef, askedBy });
    if (order) output.row(MallOrder.toJSON(order));
  });
}

/** `mall rules`: how long a seller's pre-orders hold, when people are told, and what one purchaser may hold. */
async function mallRules(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const sellerId = required(words[0], 'SELLER');
  const hold = option('hold');
  const alert = option('alert');
  const most = option('most');
  await administering(invocation, async (client) => {
    const { settings } = await client.call('getMallSettings', { sellerId });
    const before = settings ?? MallSettingsMessage.fromPartial({ sellerId });
    const next = {
      ...before,
      ...(hold !== undefined && { preorderTtlMs: minutes(hold, '--hold') }),
      ...(alert !== undefined && { alertAfterMs: minutes(alert, '--alert') }),
      ...(most !== undefined && { heldPerPurchaserMilli: pieces(most) }),
    };
    const isChange = hold !== undefined || alert !== undefined || most !== undefined;
    if (isChange) await client.call('putMallSettings', { settings: next });
    output.row(MallSettingsMessage.toJSON(next));
  });
}

function minutes(text: string, name: string): bigint {
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`${name} is a number of minutes`);
  return BigInt(text) * MINUTE_MS;
}

function pieces(text: string): bigint {
  const read = milliFromPieces(text);
  if (!read.ok || read.value < 0n) throw new UsageError('--most is a number of pieces');
  return read.value;
}

async function administering(
  { environment }: Invocation,
  work: (client: GrpcClient<MallOrderAdminServiceClient>) => Promise<void>,
): Promise<void> {
  return await withClient(
    MallOrderAdminServiceClient,
    peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS),
    work,
  );
}

/** Its part of the command line. */
export const MALL_COMMANDS: readonly Command[] = [
  {
    name: 'mall order list',
    summary: 'orders of government malls, newest first, e.g. those that are PRE_ORDERED',
    needs: ['seller'],
    takes: ['state', ...PAGE],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['mall order list --seller 21230 --state PRE_ORDERED'],
    run: list,
  },
  {
    name: 'mall order show',
    words: ['<ORDER>'],
    summary: 'one of them, with what has become of its goods; the receiver is not shown',
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['mall order show govmall/21230/7'],
    run: show,
  },
  {
    name: 'mall order expire',
    words: ['<ORDER>'],
    summary: 'gives up a pre-order that the mall neither confirms nor cancels',
    needs: ['actor'],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['mall order expire govmall/21230/7 --actor li'],
    changes: true,
    run: expire,
  },
  {
    name: 'mall rules',
    words: ['<SELLER>'],
    summary:
      'how long pre-orders hold, when people are told, what a purchaser may have held; without options shows them',
    takes: ['hold', 'alert', 'most'],
    variables: ['ORDER_ADMIN_ADDRESS'],
    examples: ['mall rules 21230 --hold 60'],
    changes: true,
    run: mallRules,
  },
];
