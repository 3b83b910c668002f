import { placeToMessage } from '@astrolabe/contracts';
import type {
  Payable as PayableMessage,
  Receivable as Message,
} from '@astrolabe/contracts/settlement';
import type { Payable } from '../../domain/payable.ts';
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
  credits: receivable.credits.map(({ subOrderId, amountFen, returnedAt, returnNo = '' }) => ({
    subOrderId,
    amountFen,
    returnedAt,
    returnNo,
  })),
  recordedAt: receivable.recordedAt,
  state: receivable.status,
  traceId: receivable.traceId,
  tradeNo: receivable.tradeNo,
  billed: [...receivable.billed],
  ...receivable.billing,
  discrepancy: receivable.discrepancy ? discrepancyTo(receivable.discrepancy) : undefined,
});

const discrepancyTo = ({
  platformTotalFen,
  platformPayFen,
  ...found
}: NonNullable<Receivable['discrepancy']>): Message['discrepancy'] => ({
  ...found,
  platformTotalFen: platformTotalFen ?? undefined,
  platformPayFen: platformPayFen ?? undefined,
});

/** A payable as other services see it. */
export const payableTo = (payable: Payable): PayableMessage => ({
  orderRef: payable.orderRef,
  outOrderId: payable.outOrderId,
  supplierId: payable.supplierId,
  supplierOrderIds: [...payable.supplierOrderIds],
  amountFen: payable.amountFen ?? undefined,
  postFeeFen: payable.postFeeFen ?? undefined,
  differenceFen: payable.differenceFen ?? undefined,
  recordedAt: payable.recordedAt,
});
