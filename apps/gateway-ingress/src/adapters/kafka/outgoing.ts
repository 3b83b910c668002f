import { EVENTS } from '@astrolabe/contracts';
import { tmallOrder } from '@astrolabe/kernel';
import { tradeAfter } from '@astrolabe/schemas';
import type { ReadTmallPush } from '@astrolabe/schemas';

/** Notes are for people; a trade has up to 200 lines. */
const NOTES_MAX = 20;

/**
 * The event of a pushed trade. The receiver's name, phone and street stay behind: routing needs the
 * region only, and the buyer is an opaque reference. Titles and totals tell of no person.
 */
export function encodeTradePushed(
  { push, notes }: ReadTmallPush,
  inboundId: string,
): { type: string; payload: Uint8Array } {
  const trade = tradeAfter(push);
  return {
    type: EVENTS.tradePushed.type,
    payload: EVENTS.tradePushed.encode({
      inboundId,
      messageTopic: push.topic,
      publishedAt: push.publishedAt,
      notes: notes.slice(0, NOTES_MAX),
      trade: {
        orderRef: tmallOrder(trade.sellerId, trade.tradeId),
        sellerNick: trade.sellerNick,
        buyerRef: trade.buyerOpenUid ?? '',
        status: trade.status,
        createdAt: trade.createdAt,
        paidAt: trade.paidAt,
        totalFeeFen: trade.totalFee,
        paymentFen: trade.payment,
        postFeeFen: trade.postFee,
        receiverProvince: trade.receiverState ?? '',
        receiverCity: trade.receiverCity ?? '',
        receiverArea: trade.receiverDistrict ?? '',
        collectStoreId: trade.collect ?? '',
        lines: trade.lines.map((line) => ({
          subOrderId: line.subOrderId,
          itemId: line.itemId,
          skuId: line.skuId ?? '',
          outerId: line.outerId ?? '',
          title: line.title,
          totalFeeFen: line.totalFee,
          quantityMilli: line.quantity,
          priceFen: line.price,
          paymentFen: line.payment,
          omni: line.omni,
          status: line.status,
          refundStatus: line.refundStatus ?? '',
          refundId: line.refundId ?? '',
          refundFeeFen: line.refundFee,
          refundAmountOnly: line.refundQuantity === 0n,
        })),
      },
    }),
  };
}
