import type { Clock } from '@astrolabe/kernel';
import { ONE_PIECE } from '@astrolabe/kernel';
import {
  REFUND_STATES,
  TMALL_TOPICS,
  TRADE_STATES,
  decodeTmallReply,
  encodeTmallPush,
} from '@astrolabe/schemas/tmall';
import type { TmallPush } from '@astrolabe/schemas/tmall';
import type { Seller } from '../../domain/seller.ts';
import type { TmallTrades } from '../../domain/tmall-trades.ts';
import type { Answer, Platform } from './platform.ts';

export type TradeLine = {
  oid: string;
  itemId: string;
  skuId: string;
  outerId: string;
  /** Whole pieces. */
  num: number;
  /** Fen per piece. */
  priceFen: bigint;
};

/** A trade of the sandbox's Tmall. */
export type Trade = {
  tid: string;
  lines: readonly TradeLine[];
  paidAt: Date;
  /** Where the buyer collects the goods; absent when they are sent. */
  collectStore?: string;
};

type Standing = NonNullable<ReturnType<TmallTrades['statusOf']>>;

/** What Tmall tells of a trade. */
export type TradeNews = 'paid' | 'shipped' | 'closed';

const NEWS = {
  paid: { topic: TMALL_TOPICS.buyerPaid, status: 'WAIT_SELLER_SEND_GOODS' },
  shipped: { topic: TMALL_TOPICS.sellerShipped, status: 'WAIT_BUYER_CONFIRM_GOODS' },
  closed: { topic: TMALL_TOPICS.closed, status: 'TRADE_CLOSED' },
} as const;

/** How far a refund of one sub-order has come. */
export type RefundNews = 'asked' | 'withdrawn' | 'paid-back';

const REFUND_NEWS = {
  asked: { topic: TMALL_TOPICS.refundCreated, status: REFUND_STATES.ASKED },
  withdrawn: { topic: TMALL_TOPICS.refundClosed, status: REFUND_STATES.WITHDRAWN },
  'paid-back': { topic: TMALL_TOPICS.refundSucceeded, status: REFUND_STATES.PAID_BACK },
} as const satisfies Record<RefundNews, unknown>;

/** Money that the buyer of one sub-order wants back. */
export type Refund = {
  readonly oid: string;
  readonly amountFen: bigint;
  readonly news: RefundNews;
};

/** The line of the documents' example: two pieces of item 9001, SKU 70001. */
export const exampleLine = (oid: string): TradeLine => ({
  oid,
  itemId: '9001',
  skuId: '70001',
  outerId: 'SKU-A',
  num: 2,
  priceFen: 10_000n,
});

/** Tmall B2C: it has the trades and pushes what happens to them. */
export function createTmall(platform: Platform, clock: Clock, standings: TmallTrades) {
  return {
    /** Pushes news of a refund, with the trade as it stands. */
    tellRefund: async (seller: Seller, trade: Trade, refund: Refund): Promise<Answer> => {
      const standing = standings.statusOf(seller.sellerId, trade.tid);
      const push = refundPush(pushOf(seller, trade, 'paid', clock(), standing), refund);
      const json = encodeTmallPush(push);
      return await platform.pushTrade(seller.keys.tmall, push.topic, json, 'known');
    },
    /** What is pushed when it is told, and nothing is told. */
    json: (seller: Seller, trade: Trade, news: TradeNews): string =>
      encodeTmallPush(pushOf(seller, trade, news, clock(), null)),
    /** Pushes news of a trade; whether the platform has taken them. */
    tell: async (
      seller: Seller,
      trade: Trade,
      news: TradeNews,
    ): Promise<Answer & { taken: boolean }> => {
      const standing = standingAfter(standings, seller.sellerId, trade, news);
      const push = pushOf(seller, trade, news, clock(), standing);
      const urgency = news === 'paid' ? 'new' : 'known';
      const json = encodeTmallPush(push);
      const answer = await platform.pushTrade(seller.keys.tmall, push.topic, json, urgency);
      const reply = decodeTmallReply(Buffer.from(answer.response, 'utf8'));
      return { ...answer, taken: answer.status === 200 && reply.ok && reply.value.code === '0' };
    },
  };
}

export type Tmall = ReturnType<typeof createTmall>;

/** Takes news into the trade's own state. */
function standingAfter(
  standings: TmallTrades,
  sellerId: string,
  { tid, lines }: Trade,
  news: TradeNews,
): Standing | null {
  const oids = lines.map(({ oid }) => oid);
  const before = standings.statusOf(sellerId, tid);
  if (news === 'paid') standings.paid(sellerId, tid, oids);
  if (news === 'closed') standings.closed(sellerId, tid);
  const isNew = before?.lines.every(({ status }) => status === NEWS.paid.status);
  if (news === 'shipped' && isNew) standings.ship(sellerId, tid);
  return standings.statusOf(sellerId, tid);
}

const PARTLY = 'SELLER_CONSIGNED_PART';

function pushOf(
  seller: Seller,
  trade: Trade,
  news: TradeNews,
  now: Date,
  standing: Standing | null,
): TmallPush {
  const isPart = news === 'shipped' && standing?.status === PARTLY;
  const { topic, status } = isPart
    ? { topic: TMALL_TOPICS.partlyShipped, status: PARTLY }
    : NEWS[news];
  const lineStatus = (oid: string): string =>
    (isPart && standing?.lines.find((line) => line.oid === oid)?.status) || status;
  const payment = trade.lines.reduce((sum, line) => sum + line.priceFen * BigInt(line.num), 0n);
  return {
    topic,
    publishedAt: now,
    content: { tradeId: trade.tid, sellerNick: seller.nick, status, payment },
    trade: {
      tradeId: trade.tid,
      sellerId: seller.sellerId,
      sellerNick: seller.nick,
      buyerNick: 'b**r',
      buyerOpenUid: `open-${trade.tid}`,
      status,
      createdAt: trade.paidAt,
      paidAt: trade.paidAt,
      modifiedAt: now,
      payment,
      postFee: 0n,
      receiverName: '张**',
      receiverState: '浙江省',
      receiverCity: '杭州市',
      receiverDistrict: '西湖区',
      receiverAddress: '文**路*号',
      receiverMobile: '138****0000',
      ...(trade.collectStore && { collect: trade.collectStore }),
      lines: trade.lines.map((line) => ({
        subOrderId: line.oid,
        itemId: line.itemId,
        skuId: line.skuId,
        outerId: line.outerId,
        title: '包子礼盒',
        spec: '口味:鲜肉;规格:12 只',
        quantity: BigInt(line.num) * ONE_PIECE,
        price: line.priceFen,
        totalFee: line.priceFen * BigInt(line.num),
        payment: line.priceFen * BigInt(line.num),
        status: lineStatus(line.oid),
        refundStatus: 'NO_REFUND',
        omni: true,
      })),
    },
  };
}

/** The same trade, told because of a refund. */
function refundPush(push: TmallPush, { oid, amountFen, news }: Refund): TmallPush {
  const { topic, status } = REFUND_NEWS[news];
  const refundId = `7${oid.slice(-17)}`;
  const closed = news === 'paid-back' ? { status: TRADE_STATES.CLOSED } : {};
  const refund = { refundStatus: status, refundId, refundFee: amountFen, ...closed };
  const lines = push.trade.lines.map((line) =>
    line.subOrderId === oid ? { ...line, ...refund } : line,
  );
  return {
    ...push,
    topic,
    content: { ...push.content, subOrderId: oid, refundId, refundFee: amountFen },
    trade: { ...push.trade, lines },
  };
}
