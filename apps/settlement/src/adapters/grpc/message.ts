import { placeToMessage } from '@astrolabe/contracts';
import type { Receivable as Message } from '@astrolabe/contracts/settlement';
import type { Receivable } from '../../domain/receivable.ts';

/** A receivable as other services see it. */
export const toMessage = (receivable: Receivable): Message => ({
  orderRef: receivable.orderRef,
  amountFen: receivable.amountFen,
  postFeeFen: receivable.postFeeFen,
  lines: receivable.lines.map((line) => ({
    subOrderId: line.subOrderId,
    goodsId: line.goodsId,
    quantityMilli: line.quantityMilli,
    amountFen: line.amountFen,
    shippedAt: line.shippedAt,
    place: line.place ? placeToMessage(line.place) : undefined,
  })),
  credits: receivable.credits.map(({ subOrderId, amountFen, returnedAt }) => ({
    subOrderId,
    amountFen,
    returnedAt,
  })),
  recordedAt: receivable.recordedAt,
  state: receivable.status,
  traceId: receivable.traceId,
});
