import type {
  ChannelOrderLine,
  HoldPolicy,
  LineFulfilment,
  OrderSeen,
  RefundState,
  SaleState,
} from '@astrolabe/kernel';
import { tmallOrder, unknownWord } from '@astrolabe/kernel';
import { causeOfTopic, refundStateOf, saleStateOf, tradeAfter } from '@astrolabe/schemas/tmall';
import type { ReadTmallPush, TmallTradeLine } from '@astrolabe/schemas/tmall';

/** Notes are for people; a trade has up to 200 lines. */
const NOTES_MAX = 20;

/** Tmall sells certain stock alone, and its orders hold it until they are shipped or closed. */
const HOLD: HoldPolicy = { kind: 'CERTAIN', ttlMs: 0n };

/** A field of a message with a word that is not known here. */
export type UnknownWord = 'topic' | 'status' | 'refund_status';

/** An order that was seen, and which fields of its message had a word that is not known here. */
export type ReadOrder = { readonly seen: OrderSeen; readonly unknown: readonly UnknownWord[] };

/**
 * What a pushed trade message says, in our words. The receiver's name, phone and street stay behind:
 * routing needs the region only, and the buyer is an opaque reference. Titles and totals tell of no
 * person. A word that is not known here is OTHER, with a note: the message is taken all the same, for
 * Tmall would repeat it for ever (docs/adr/0043, 0058).
 */
export function readOrder({ push, notes }: ReadTmallPush): ReadOrder {
  const trade = tradeAfter(push);
  const cause = causeOfTopic(push.topic);
  const state = saleStateOf(trade.status);
  const isOurs = trade.lines.some(({ omni }) => omni);
  const lines = trade.lines.map((line) => lineOf(line, isOurs));
  const unknown = unknownIn(cause, [state, ...lines.map((line) => line.state)], lines);
  const notUnderstood = unknown.map(unknownWord);
  const seen: OrderSeen = {
    cause,
    publishedAt: push.publishedAt,
    notes: [...notUnderstood, ...notes].slice(0, NOTES_MAX),
    order: {
      orderRef: tmallOrder(trade.sellerId, trade.tradeId),
      sellerNick: trade.sellerNick,
      buyerRef: trade.buyerOpenUid ?? '',
      state,
      createdAt: trade.createdAt ?? null,
      paidAt: trade.paidAt ?? null,
      totalFeeFen: trade.totalFee ?? null,
      paymentFen: trade.payment,
      postFeeFen: trade.postFee,
      receiver: {
        province: trade.receiverState ?? '',
        city: trade.receiverCity ?? '',
        area: trade.receiverDistrict ?? '',
      },
      collectStoreId: trade.collect ?? '',
      hold: HOLD,
      lines,
    },
  };
  return { seen, unknown };
}

function lineOf(line: TmallTradeLine, isOurs: boolean): ChannelOrderLine {
  return {
    subOrderId: line.subOrderId,
    itemId: line.itemId,
    skuId: line.skuId ?? '',
    outerId: line.outerId ?? '',
    title: line.title ?? null,
    spec: line.spec ?? null,
    picture: line.picture ?? null,
    totalFeeFen: line.totalFee ?? null,
    quantityMilli: line.quantity,
    priceFen: line.price,
    paymentFen: line.payment,
    fulfilment: fulfilmentOf(line, isOurs),
    state: saleStateOf(line.status),
    refund: line.refundStatus === undefined ? null : refundStateOf(line.refundStatus),
    refundId: line.refundId ?? '',
    refundFeeFen: line.refundFee ?? null,
    refundAmountOnly: line.refundQuantity === 0n,
  };
}

/** The omni-channel tag is one of goods; one tagged sub-order makes the order ours (white paper L220). */
function fulfilmentOf({ omni }: TmallTradeLine, isOurs: boolean): LineFulfilment {
  if (!isOurs) return 'OWN';
  return omni ? 'OMNI' : 'ALONG';
}

function unknownIn(
  cause: OrderSeen['cause'],
  states: readonly SaleState[],
  lines: readonly { readonly refund: RefundState | null }[],
): readonly UnknownWord[] {
  return [
    ...(cause === 'OTHER' ? (['topic'] as const) : []),
    ...(states.includes('OTHER') ? (['status'] as const) : []),
    ...(lines.some(({ refund }) => refund === 'OTHER') ? (['refund_status'] as const) : []),
  ];
}
