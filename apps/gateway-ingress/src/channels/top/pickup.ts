import { RefusedHere } from '@astrolabe/door';
import { TMALL, tmallOrder } from '@astrolabe/kernel';
import { consumeStoreCollect, queryStoreCollect } from '@astrolabe/schemas/omni';
import type { Peers } from '../peers.ts';
import { topRow } from './method.ts';
import type { TopMethod } from './method.ts';

/** `taobao.omniorder.storecollect.query` and `.consume` (specification A.5). */
export const pickupMethods = ({
  fulfillment,
}: Pick<Peers, 'fulfillment'>): readonly TopMethod[] => [
  topRow(queryStoreCollect, {
    readOnly: true,
    work: async ({ code }, { sellerId, key, left }) => {
      const asked = { sellerId, code, actor: `app:${key.appKey}` };
      const { orderRef } = await fulfillment.call('queryPickup', asked, left());
      // The method answers a number alone: of another channel's order it would name the wrong one.
      if (orderRef?.channel === TMALL) return { tradeId: orderRef.number };
      const message = 'no pick-up of Tmall has such a code';
      throw new RefusedHere({ code: 'WRONG_CODE', message });
    },
  }),
  topRow(consumeStoreCollect, {
    tradeOf: ({ tradeId }) => tradeId,
    work: async ({ tradeId, code, operator }, { sellerId, key, inboundId, left }) => {
      const redeemed = {
        orderRef: tmallOrder(sellerId, tradeId),
        code,
        operator,
        actor: `app:${key.appKey}`,
        messageId: inboundId,
        // The method names an order, so whatever waits is handed over (A.5).
        place: undefined,
        subOrderIds: [],
      };
      await fulfillment.call('redeemPickup', redeemed, left());
      return {};
    },
  }),
];
