import { EVENTS, placeToMessage } from '@astrolabe/contracts';
import type { SaleEvent } from '../../domain/till/events.ts';
import { lineShares } from '../../domain/till/sale.ts';
import type { Sale, SaleReturn } from '../../domain/till/sale.ts';

/** What is told of a sale, as the type and payload that go to the topic. */
export function encodeSaleEvent(event: SaleEvent): {
  readonly type: string;
  readonly payload: Uint8Array;
} {
  const { kind, sale } = event;
  if (kind === 'returned') {
    const { tillReturned } = EVENTS;
    return { type: tillReturned.type, payload: tillReturned.encode(returnedOf(sale, event.back)) };
  }
  if (kind === 'rejected') {
    const { orderRef, problem } = sale;
    const told = { orderRef, code: problem?.code ?? '', message: problem?.message ?? '' };
    return {
      type: EVENTS.tillSaleRejected.type,
      payload: EVENTS.tillSaleRejected.encode(told),
    };
  }
  return { type: EVENTS.tillSold.type, payload: EVENTS.tillSold.encode(soldOf(sale)) };
}

function soldOf(sale: Sale) {
  const { orderRef, place, totalFen, payFen, soldAt, payment, platform, trade } = sale;
  const shares = lineShares(sale);
  return {
    orderRef,
    tradeNo: trade?.tradeNo ?? '',
    place: placeToMessage(place),
    lines: sale.lines.map(({ lineId, goodsId, quantityMilli, shortMilli }, at) => ({
      lineId,
      goodsId,
      quantityMilli,
      shortMilli,
      paymentFen: shares[at] ?? 0n,
    })),
    totalFen,
    payFen,
    atPlatform: platform !== null,
    platformTotalFen: (platform && trade?.totalFen) ?? undefined,
    platformPayFen: (platform && trade?.payFen) ?? undefined,
    soldAt,
    payment,
  };
}

function returnedOf({ orderRef, lines }: Sale, { returnNo, returnedAt, ...back }: SaleReturn) {
  const goodsOf = (lineId: string) => lines.find((line) => line.lineId === lineId)?.goodsId ?? '';
  return {
    orderRef,
    returnNo,
    lines: back.lines.map((line) => ({ ...line, goodsId: goodsOf(line.lineId) })),
    returnedAt,
  };
}
