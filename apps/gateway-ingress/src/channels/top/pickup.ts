import { refusalOfPeer, settled } from '@astrolabe/door';
import { TMALL, tmallOrder } from '@astrolabe/kernel';
import { consumeStoreCollect, queryStoreCollect } from '@astrolabe/schemas';
import type { StoreCollectReply } from '@astrolabe/schemas';
import type { Peers } from '../peers.ts';
import type { TopMethod } from './protocol.ts';

const NOT_OF_TMALL: StoreCollectReply = {
  ok: false,
  code: 'WRONG_CODE',
  message: 'no pick-up of Tmall has such a code',
};

type PickupPeers = Pick<Peers, 'fulfillment'>;

async function replyOf(work: () => Promise<StoreCollectReply>): Promise<StoreCollectReply> {
  try {
    return await work();
  } catch (error) {
    return { ok: false, ...settled(refusalOfPeer(error)) };
  }
}

/** `taobao.omniorder.storecollect.query` and `.consume` (specification A.5). */
export function pickupMethods(peers: PickupPeers): [string, TopMethod][] {
  const query: TopMethod = (params, format, requestId) => {
    const read = queryStoreCollect.decodeRequest(params);
    if (!read.ok) return { refused: read.error };
    const { code } = read.value;
    return {
      // Which trade it is about is the question.
      tradeId: null,
      readOnly: true,
      run: async ({ sellerId, key, left }) => {
        const asked = { sellerId, code, actor: `app:${key.appKey}` };
        const reply = await replyOf(async () => {
          const { orderRef } = await peers.fulfillment.call('queryPickup', asked, left());
          // The method answers a number alone: of another channel's order it would name the wrong one.
          if (orderRef?.channel !== TMALL) return NOT_OF_TMALL;
          return { ok: true, tradeId: orderRef.number };
        });
        return {
          body: queryStoreCollect.encodeReply(reply, format, requestId),
          isDone: reply.ok,
        };
      },
    };
  };
  const consume: TopMethod = (params, format, requestId) => {
    const read = consumeStoreCollect.decodeRequest(params);
    if (!read.ok) return { refused: read.error };
    const { tradeId, code, operator } = read.value;
    return {
      tradeId,
      run: async ({ sellerId, key, inboundId, left }) => {
        const actor = `app:${key.appKey}`;
        const orderRef = tmallOrder(sellerId, tradeId);
        const asked = { orderRef, code, operator, actor, messageId: inboundId };
        const reply = await replyOf(async () => {
          // The method names an order, so whatever waits is handed over (A.5).
          const redeemed = { ...asked, place: undefined, subOrderIds: [] };
          await peers.fulfillment.call('redeemPickup', redeemed, left());
          return { ok: true };
        });
        return {
          body: consumeStoreCollect.encodeReply(reply, format, requestId),
          isDone: reply.ok,
        };
      },
    };
  };
  return [
    [queryStoreCollect.method, query],
    [consumeStoreCollect.method, consume],
  ];
}
