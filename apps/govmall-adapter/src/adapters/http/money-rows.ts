import { orderKey } from '@astrolabe/kernel';
import { GOV_METHODS } from '@astrolabe/schemas/govmall';
import { inGroups } from '../../application/in-groups.ts';
import type {
  Caller,
  IssuedInvoice,
  MallMoney,
  MallOrders,
  Transfer,
} from '../../application/ports.ts';
import { paymentWords, transferWords } from '../../domain/order-state.ts';
import { transferReason } from '../../domain/refusal-words.ts';
import { findOrder, nameOf } from './order-rows.ts';
import { govRow, refuse } from './row.ts';
import type { Row } from './row.ts';

export type MoneyRowsDeps = { readonly orders: MallOrders; readonly money: MallMoney };

const accountOf = ({ sellerId, username }: Caller) => ({ sellerId, account: username });

const wireTransfer = ({ bankNumber, state, reason, amountFen, orders }: Transfer) => ({
  bankNumber,
  state,
  stateText: transferWords(state),
  reason: transferReason(reason),
  amountFen,
  orderNos: orders.map(({ number }) => number),
});

/** 2.16, 2.18 and 2.21: what is owed, paid and invoiced. */
export const moneyRows = (deps: MoneyRowsDeps): readonly Row[] => [
  govRow(GOV_METHODS.reconcile, async (days, caller) => {
    const found = await deps.money.reconcile(accountOf(caller), days);
    const orders = found.map(({ number, isReceived, isInvoiced, amountFen }) => ({
      orderNo: number,
      received: isReceived,
      invoiced: isInvoiced,
      totalFen: amountFen,
    }));
    const totalFen = orders.reduce((sum, order) => sum + order.totalFen, 0n);
    return { result: { count: orders.length, totalFen, orders } };
  }),
  ...transferRows(deps),
  invoicesRow(deps),
];

const transferRows = ({ orders, money }: MoneyRowsDeps): readonly Row[] => [
  govRow(GOV_METHODS.transfer, async (told, caller) => {
    const found = await inGroups(told.orderNos, (number) =>
      findOrder(orders, nameOf(caller, number)),
    );
    const transfer = await money.submitTransfer(accountOf(caller), {
      bankNumber: told.bankNumber,
      orders: found.map(({ order }) => order.orderRef),
      amountFen: told.amountFen,
      transferredAt: told.transferredAt,
      payer: told.payer ?? '',
      remark: told.remark ?? '',
    });
    return { result: wireTransfer(transfer) };
  }),
  govRow(GOV_METHODS.transferResult, async ({ bankNumber, orderNo }, caller) => {
    if (bankNumber !== undefined) {
      const transfer = await money.transfer(accountOf(caller), { bankNumber });
      return { result: { transfers: transfer ? [wireTransfer(transfer)] : [] } };
    }
    if (orderNo === undefined) return refuse('transfer_no 与 order_id 至少要有一个');
    const { order } = await findOrder(orders, nameOf(caller, orderNo));
    const [transfer, payment] = await Promise.all([
      money.transfer(accountOf(caller), { order: order.orderRef }),
      money.payment(order.orderRef),
    ]);
    return {
      result: {
        transfers: transfer ? [wireTransfer(transfer)] : [],
        ...(payment
          ? {
              paymentState: payment.state,
              paymentText: paymentWords(payment.state),
              dueFen: payment.dueFen,
              dueDay: payment.dueDay,
            }
          : {}),
      },
    };
  }),
];

/** 2.21: an entry for each order in the order asked for; one of another account is unknown. */
const invoicesRow = ({ orders, money }: MoneyRowsDeps): Row =>
  govRow(GOV_METHODS.invoices, async ({ orderNos }, caller) => {
    const found = await inGroups(orderNos, (number) => orders.find(nameOf(caller, number)));
    const known = found.flatMap((one) => (one ? [one.order.orderRef] : []));
    const invoices =
      known.length === 0
        ? new Map<string, readonly IssuedInvoice[]>()
        : await money.invoices(caller.username, known);
    const result = orderNos.map((orderNo, index) => {
      const order = found[index]?.order;
      const issued = order ? (invoices.get(orderKey(order.orderRef)) ?? []) : [];
      return {
        orderNo,
        known: order !== undefined,
        issued: issued.length > 0,
        url: issued[0]?.url ?? '',
        invoices: issued.map(({ issuedAt, ...invoice }) => ({
          ...invoice,
          ...(issuedAt ? { issuedAt } : {}),
        })),
      };
    });
    return { result };
  });
