import { GOV_METHODS, confirmsAPart, tellInOwnNames } from '@astrolabe/schemas/govmall';
import type { GovPreOrder } from '@astrolabe/schemas/govmall';
import { invoiceWords, paymentWords, toldState } from '../../domain/order-state.ts';
import { noteWords } from '../../domain/refusal-words.ts';
import type {
  Caller,
  MallMoney,
  MallOrder,
  MallOrders,
  OrderName,
  Receiver,
  Supplies,
} from '../../application/ports.ts';
import type { AskedOrder, makeTakeOrder } from '../../application/take-order.ts';
import type { makeReturnGoods } from '../../application/return-goods.ts';
import { skusShown } from './goods-rows.ts';
import type { GoodsRowsDeps } from './goods-rows.ts';
import { govRow, orRefuse, refuse } from './row.ts';
import type { Row } from './row.ts';

export type OrderRowsDeps = Pick<GoodsRowsDeps, 'offers'> & {
  readonly orders: MallOrders;
  readonly supplies: Supplies;
  readonly money: MallMoney;
  readonly takeOrder: ReturnType<typeof makeTakeOrder>;
  readonly returnGoods: ReturnType<typeof makeReturnGoods>;
};

/** An order of the account, by our number or the mall's. */
export const nameOf = ({ sellerId, username }: Caller, number: string): OrderName => ({
  sellerId,
  account: username,
  number,
});

/** The order, or the refusal that there is none. */
export async function findOrder(
  orders: MallOrders,
  name: OrderName,
): Promise<{ order: MallOrder; receiver: Receiver }> {
  return (await orders.find(name)) ?? refuse(`订单 ${name.number} 不存在`);
}

/** 2.12 to 2.15: orders, what became of them, parcels and returns. */
export const orderRows = (deps: OrderRowsDeps): readonly Row[] => [
  govRow(GOV_METHODS.submit, async (asked, caller, { notes }) => {
    await checkShown(deps, caller, asked);
    const order = orRefuse(await deps.takeOrder(preOrderOf(asked, caller, notes)));
    const { orderRef, lines, totalFen, freightFen } = order;
    return { result: { orderNo: orderRef.number, lines, totalFen, freightFen } };
  }),
  govRow(GOV_METHODS.confirm, async ({ orderNo }, caller, { params }) => {
    if (confirmsAPart(params)) return refuse('确认订单不支持部分确认，请不要传商品或数量');
    const { orderRef } = orRefuse(await deps.orders.confirm(nameOf(caller, orderNo)));
    return { result: { orderNo: orderRef.number } };
  }),
  govRow(GOV_METHODS.cancel, async ({ orderNo }, caller) => {
    const { orderRef } = orRefuse(await deps.orders.cancel(nameOf(caller, orderNo)));
    return { result: { orderNo: orderRef.number } };
  }),
  selectRow(deps),
  govRow(GOV_METHODS.return, async ({ orderNo, kind, lines, requestRef, reason }, caller) => {
    const name = nameOf(caller, orderNo);
    const asked = { name, kind, lines, requestRef, reason: reason ?? '' };
    const { returnId } = orRefuse(await deps.returnGoods(asked));
    return { result: { returnNo: returnId } };
  }),
  trackRow(deps),
];

/** Refuses goods that this mall is not shown: 2.6 says that they are off the shelf. An order that is there already is answered. */
async function checkShown(
  { offers, orders }: OrderRowsDeps,
  caller: Caller,
  { lines, mallOrderNo }: GovPreOrder,
): Promise<void> {
  const skus = [...new Set(lines.map(({ sku }) => sku))];
  const shown = new Set(await skusShown({ offers, skusMax: skus.length }, caller, skus));
  const hidden = skus.filter((sku) => !shown.has(sku));
  if (hidden.length === 0 || (await orders.find(nameOf(caller, mallOrderNo)))) return;
  refuse(`商品 ${hidden.join(',')} 不存在或不在该账号的品目池中`);
}

/** An order as it was asked for; what a request leaves out is empty. */
function preOrderOf(asked: GovPreOrder, caller: Caller, notes: readonly string[]): AskedOrder {
  const { mode = 'AGREEMENT', invoiceTitle = '', department = '' } = asked;
  if (!asked.phone && !asked.mobile) return refuse('phone 与 mobile 至少要有一个');
  return {
    sellerId: caller.sellerId,
    account: caller.username,
    mallOrderNo: asked.mallOrderNo,
    lines: asked.lines.map((line) => ({ ...line, mode: line.mode ?? mode })),
    area: asked,
    receiver: {
      name: asked.name,
      province: '',
      city: '',
      county: '',
      address: asked.address,
      zip: asked.zip ?? '',
      phone: asked.phone ?? '',
      mobile: asked.mobile ?? '',
      email: asked.email ?? '',
    },
    purchaser: department || invoiceTitle,
    remark: asked.remark ?? '',
    invoice: {
      kind: asked.invoiceKind ?? null,
      title: invoiceTitle,
      orgCode: asked.invoiceOrgCode ?? '',
      name: asked.invoiceName ?? '',
      phone: asked.invoicePhone ?? '',
      bank: asked.invoiceBank ?? '',
      bankAccount: asked.invoiceBankAccount ?? '',
      address: asked.invoiceAddress ?? '',
      mobile: asked.invoiceMobile ?? '',
      receiptAddress: asked.invoiceReceiptAddress ?? '',
    },
    payment: asked.payment,
    totalFen: asked.totalFen,
    freightFen: asked.freightFen ?? 0n,
    notes,
  };
}

const ENDED: readonly string[] = ['CANCELLED', 'EXPIRED'];

const selectRow = ({ orders, money }: OrderRowsDeps): Row =>
  govRow(GOV_METHODS.select, async ({ orderNo }, caller, { names }) => {
    const { order, receiver } = await findOrder(orders, nameOf(caller, orderNo));
    const { state, text } = toldState(order);
    const payment = order.onCredit ? await money.payment(order.orderRef) : null;
    const { province, city, county, address, name, phone, mobile } = receiver;
    return {
      result: {
        orderNo: order.orderRef.number,
        mallOrderNo: order.mallOrderNo,
        totalFen: order.totalFen,
        freightFen: order.freightFen,
        state,
        stateText: text,
        confirmed: order.confirmed,
        delivered: order.delivered,
        cancelled: ENDED.includes(order.state),
        ...(payment
          ? { paymentState: payment.state, paymentText: paymentWords(payment.state) }
          : {}),
        ...(order.preorderedAt ? { preorderedAt: order.preorderedAt } : {}),
        name,
        phone,
        mobile,
        address: `${province}${city === province ? '' : city}${county}${address}`,
        invoiceContent: invoiceWords(order.invoiceContent),
        lines: order.lines,
        returnedLines: order.lines
          .filter(({ returnedMilli }) => returnedMilli > 0n)
          .map(({ sku, returnedMilli }) => ({ sku, quantityMilli: returnedMilli })),
        notes: order.notes.map((note) => tellInOwnNames(noteWords(note), names)).join('；'),
      },
    };
  });

const trackRow = ({ orders, supplies }: OrderRowsDeps): Row =>
  govRow(GOV_METHODS.track, async ({ orderNo }, caller) => {
    const { order } = await findOrder(orders, nameOf(caller, orderNo));
    const found = await supplies.parcels(order.orderRef);
    const lines = new Map(found?.lines.map((line) => [line.lineId, line]));
    const parcels = (found?.parcels ?? []).map((parcel) => ({
      company: parcel.company,
      waybill: parcel.waybill,
      shipmentNo: parcel.parcelNo,
      lines: parcel.lines.flatMap(({ lineId, quantityMilli }) => {
        const line = lines.get(lineId);
        return line ? [{ sku: line.sku, name: line.name, quantityMilli }] : [];
      }),
      steps: parcel.steps,
    }));
    const steps = parcels
      .flatMap((parcel) => parcel.steps)
      .toSorted((a, b) => a.at.getTime() - b.at.getTime());
    const waybill = parcels.map((parcel) => parcel.waybill).join(',');
    return { result: { orderNo: order.orderRef.number, waybill, steps, parcels } };
  });
