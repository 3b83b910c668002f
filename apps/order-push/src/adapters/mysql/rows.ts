import { createHash } from 'node:crypto';
import type { ChannelOrderLine } from '@astrolabe/kernel';
import { encodeJdpRefund, encodeJdpTrade, printOmnichannelParam } from '@astrolabe/schemas/jdp';
import { refundStatusOf, tradeStatusOf } from '@astrolabe/schemas/tmall';
import type { TmallTradeLine } from '@astrolabe/schemas/tmall';
import type { Persons } from '../../application/ports.ts';
import type { PushedOrder, Refund, SeenOrder } from '../../domain/pushed-order.ts';

/** Columns of jdp_tb_trade and jdp_tb_refund that differ by row; times are instants. */
export type JdpRow = {
  readonly status: string;
  readonly sellerNick: string;
  readonly buyerNick: string;
  readonly created: Date;
  readonly modified: Date;
  readonly response: string;
  readonly hashcode: string;
};

/** What TOP has no word for is left empty. */
const NO_WORD = '';

/** The order's row in jdp_tb_trade; `persons` are null where there is nothing to show of them. */
export function tradeRow(push: PushedOrder, order: SeenOrder, persons: Persons | null): JdpRow {
  const { sellerId, number: tradeId } = push.orderRef;
  const status = tradeStatusOf(order.state) ?? NO_WORD;
  const response = encodeJdpTrade(
    {
      tradeId,
      sellerId,
      sellerNick: order.sellerNick,
      ...(order.buyerRef === '' ? {} : { buyerOpenUid: order.buyerRef }),
      status,
      createdAt: createdOf(push, order),
      ...(order.paidAt ? { paidAt: order.paidAt } : {}),
      modifiedAt: push.modifiedAt,
      ...(order.totalFeeFen === null ? {} : { totalFee: order.totalFeeFen }),
      payment: order.paymentFen,
      postFee: order.postFeeFen,
      ...receiverOf(order, persons),
      lines: order.lines.map(lineOf),
    },
    paramOf(push),
  );
  return {
    status,
    sellerNick: order.sellerNick,
    buyerNick: persons?.buyerNick ?? '',
    created: createdOf(push, order),
    modified: push.modifiedAt,
    response,
    hashcode: hashOf(response),
  };
}

const lineOf = (line: ChannelOrderLine): TmallTradeLine => ({
  subOrderId: line.subOrderId,
  itemId: line.itemId,
  ...(line.skuId === '' ? {} : { skuId: line.skuId }),
  ...(line.outerId === '' ? {} : { outerId: line.outerId }),
  ...(line.title === null ? {} : { title: line.title }),
  quantity: line.quantityMilli,
  price: line.priceFen,
  ...(line.totalFeeFen === null ? {} : { totalFee: line.totalFeeFen }),
  payment: line.paymentFen,
  status: tradeStatusOf(line.state) ?? NO_WORD,
  ...(line.refund === null ? {} : { refundStatus: refundStatusOf(line.refund) ?? NO_WORD }),
  ...(line.refundAmountOnly ? { refundQuantity: 0n } : {}),
  omni: line.fulfilment === 'OMNI',
});

/** A refund's row in jdp_tb_refund. */
export function refundRow({ orderRef }: PushedOrder, order: SeenOrder, refund: Refund): JdpRow {
  const status = refundStatusOf(refund.state) ?? NO_WORD;
  const response = encodeJdpRefund({
    refundId: refund.refundId,
    tradeId: orderRef.number,
    subOrderId: refund.subOrderId,
    sellerNick: order.sellerNick,
    status,
    refundFee: refund.refundFeeFen,
    ...(refund.amountOnly ? { refundQuantity: 0n } : {}),
    createdAt: refund.created,
    modifiedAt: refund.modified,
  });
  const { created, modified } = refund;
  const { sellerNick } = order;
  return {
    status,
    sellerNick,
    buyerNick: '',
    created,
    modified,
    response,
    hashcode: hashOf(response),
  };
}

/** Empty fields are left out, as TOP leaves them out. */
function receiverOf({ receiver }: SeenOrder, persons: Persons | null) {
  const { province, city, area } = persons ?? receiver;
  const fields = {
    receiverState: province,
    receiverCity: city,
    receiverDistrict: area,
    buyerNick: persons?.buyerNick ?? '',
    receiverName: persons?.name ?? '',
    receiverMobile: persons?.mobile ?? '',
    receiverTown: persons?.town ?? '',
    receiverAddress: persons?.address ?? '',
  };
  const given = Object.entries(fields).filter(([, value]) => value !== '');
  return Object.fromEntries(given) as Partial<typeof fields>;
}

/** Where the channel gave no time of creation, the payment comes nearest. */
const createdOf = (push: PushedOrder, order: SeenOrder): Date =>
  order.createdAt ?? order.paidAt ?? push.createdAt;

function paramOf({ placements, answers }: PushedOrder): string {
  return printOmnichannelParam(
    placements.map(({ subOrderId, allocation, place, pickup = false, attributes = [] }) => {
      const answer = answers.find((one) => one.subOrderId === subOrderId);
      // An answer to an earlier allocation says nothing about this one.
      const stands = answer?.allocation === allocation ? answer.status : 'OFFERED';
      // A store that accepts a pick-up has the goods ready (catalogue 4.4, 4.5).
      const orderState = pickup && stands === 'ACCEPTED' ? 'READY' : stands;
      return { subOrderId, allocation, place, orderState, pickup, attributes };
    }),
  );
}

const hashOf = (response: string): string =>
  createHash('md5').update(response, 'utf8').digest('hex');
