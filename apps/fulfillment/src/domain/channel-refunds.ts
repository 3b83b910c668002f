import type { ChannelOrder, ChannelOrderLine, RefundState } from '@astrolabe/kernel';
import { isClosedAtChannel, isGivenUp } from '@astrolabe/kernel';
import type { WantedRefund } from './fulfilment.ts';
import type { Granted } from './granted.ts';
import type { Withdrawn } from './withdrawal.ts';

/** Refunds that are under way: the store's word is wanted (white paper 6.5). */
const UNDER_WAY: readonly (RefundState | null)[] = ['ASKED', 'GOODS_AWAITED', 'GOODS_SENT'];

/** What is wanted of an order's sub-orders when its channel speaks of refunds. */
export const wantedIn = ({ lines }: ChannelOrder): (WantedRefund | Granted)[] => [
  ...lines
    .filter((line) => UNDER_WAY.includes(line.refund) && !isClosedAtChannel(line))
    .map(toWanted),
  ...lines.filter((line) => line.refund === 'PAID_BACK' || isClosedAtChannel(line)).map(toGranted),
];

/** What the channel shows besides, whatever it speaks of: sub-orders that it has closed or paid back. */
export const grantedIn = ({ lines }: ChannelOrder): Granted[] =>
  lines.filter(isGivenUp).map(toGranted);

/** Refunds that their buyer does not want any more. */
export const withdrawnIn = ({ lines }: ChannelOrder): Withdrawn[] =>
  lines
    .filter(({ refund }) => refund === 'WITHDRAWN')
    .map(({ subOrderId, refundId }) => ({ subOrderId, refundId }));

const toWanted = (line: ChannelOrderLine): WantedRefund => ({
  subOrderId: line.subOrderId,
  refundId: line.refundId,
  feeFen: line.refundFeeFen ?? line.paymentFen,
  ...(line.refundAmountOnly && { amountOnly: true }),
});

const toGranted = (line: ChannelOrderLine): Granted => ({
  ...toWanted(line),
  granted: true,
  closed: isClosedAtChannel(line),
});
