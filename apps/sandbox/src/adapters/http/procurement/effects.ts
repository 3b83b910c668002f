import type { Milli, Result } from '@astrolabe/kernel';
import { err, milliFromPieces, ok } from '@astrolabe/kernel';
import type {
  GoodsToChange,
  GoodsToMake,
  MallGoods,
  ProcurementOrder,
  ShipmentNote,
  ShipmentToMake,
} from '@astrolabe/schemas/procurement';

/** Why the platform refuses; the codes are made up, the document has none. */
export type Refusal = { readonly code: string; readonly message: string };

const refuse = (code: string, message: string): Result<never, Refusal> => err({ code, message });

/** Confirms an order that waits for its supplier; any other is refused (catalogue A.3.7). */
export const confirm = (order: ProcurementOrder): Result<ProcurementOrder, Refusal> =>
  order.status === 'AWAITS_SUPPLIER'
    ? ok({ ...order, status: 'APPROVED' })
    : refuse('ORDER_STATUS_INVALID', '采购订单状态不是待供应商确认');

/** Gives an order that waits for its supplier back; it is over then (catalogue A.3.8). */
export const giveBack = (
  order: ProcurementOrder,
  reason: string | undefined,
): Result<ProcurementOrder, Refusal> =>
  order.status === 'AWAITS_SUPPLIER'
    ? ok({ ...order, status: 'RETURNED', ...(reason !== undefined && { supplierRemark: reason }) })
    : refuse('ORDER_STATUS_INVALID', '采购订单状态不是待供应商确认');

type Entry = ProcurementOrder['entries'][number];

/** How much of an entry may leave, thousandths: what was ordered, and more where that is tolerated. */
function shippable(entry: Entry): Milli {
  const more = entry.toleratesMore === true ? milliFromPieces(entry.longDelivery ?? '0') : ok(0n);
  return entry.orderedMilli + (more.ok ? more.value : 0n);
}

/** Counts a shipment on its order; beyond what was ordered, or of an order that is not executed, is refused. */
export function ship(
  order: ProcurementOrder,
  sent: ShipmentToMake['entries'],
): Result<ProcurementOrder, Refusal> {
  if (order.status !== 'APPROVED') return refuse('ORDER_STATUS_INVALID', '采购订单状态不是待执行');
  const unknown = sent.find(({ entryId }) => !order.entries.some((own) => own.entryId === entryId));
  if (unknown) return refuse('ENTRY_NOT_FOUND', `采购订单行${unknown.entryId}不存在`);
  const entries = order.entries.map((entry) => {
    const leaves = sent
      .filter(({ entryId }) => entryId === entry.entryId)
      .reduce((sum, { sentMilli }) => sum + sentMilli, 0n);
    const sentMilli = (entry.sentMilli ?? 0n) + leaves;
    const unsent = entry.orderedMilli - sentMilli;
    return { ...entry, sentMilli, unsentMilli: unsent > 0n ? unsent : 0n };
  });
  const over = entries.find((entry) => entry.sentMilli > shippable(entry));
  if (over) return refuse('SEND_AMOUNT_EXCEEDED', `采购订单行${over.entryId}发货数量超过订购数量`);
  return ok({ ...order, entries });
}

/** The note of a shipment, as it is read afterwards. */
export const noteOf = (id: string, request: ShipmentToMake, now: Date): ShipmentNote => ({
  shipmentId: id,
  orderId: request.orderId,
  shipmentNo: request.shipmentNo,
  status: 'AWAITS_RECEIPT',
  ...(request.carrierCode !== undefined && { carrierCode: request.carrierCode }),
  ...(request.carrierName !== undefined && { carrierName: request.carrierName }),
  ...(request.waybillNo !== undefined && { waybillNo: request.waybillNo }),
  sentAt: request.sentAt ?? now,
  createdAt: now,
  entries: request.entries.map(({ entryId, sentMilli }) => ({ entryId, sentMilli })),
});

/** New goods lie on the shelf when they were asked to. */
export const goodsOf = (id: string, request: GoodsToMake): MallGoods => ({
  mallGoodsId: id,
  status: request.publishes === true ? 'ON_SHELF' : 'OFF_SHELF',
  title: request.title,
  cargoNo: request.cargoNo,
});

export const changedGoods = (goods: MallGoods, { base }: GoodsToChange): MallGoods => ({
  ...goods,
  ...(base?.title !== undefined && { title: base.title }),
  ...(base?.cargoNo !== undefined && { cargoNo: base.cargoNo }),
});

export const offShelf = (goods: MallGoods): MallGoods => ({ ...goods, status: 'OFF_SHELF' });
