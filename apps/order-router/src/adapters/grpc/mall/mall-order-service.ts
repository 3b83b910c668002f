import type { MallOrderServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import type { OrderRef } from '@astrolabe/kernel';
import type {
  makeCancelMallOrder,
  makeConfirmMallOrder,
  makeFindMallOrder,
} from '../../../application/mall/end.ts';
import type { MallCredit, MallPeople } from '../../../application/mall/ports.ts';
import type { makeSubmitMallOrder } from '../../../application/mall/submit.ts';
import type { MallProblem } from '../../../domain/mall/order.ts';
import {
  invoiceToMessage,
  mallOrderToMessage,
  nameOf,
  preorderOf,
  receiverToMessage,
} from './messages.ts';

export type MallOrderServiceDeps = {
  readonly submit: ReturnType<typeof makeSubmitMallOrder>;
  readonly confirm: ReturnType<typeof makeConfirmMallOrder>;
  readonly cancel: ReturnType<typeof makeCancelMallOrder>;
  readonly find: ReturnType<typeof makeFindMallOrder>;
  readonly people: Pick<MallPeople, 'find'>;
  readonly credit: Pick<MallCredit, 'state'>;
  readonly traceIdOf: (name: OrderRef) => string;
};

/** MallOrderService: what a government mall's door asks for (document 004, 2.12 and 2.13). */
export const mallOrderService = (deps: MallOrderServiceDeps): MallOrderServiceServer => ({
  submitMallOrder: unary('MallOrderService/SubmitMallOrder', async (request) => {
    const done = await deps.submit(preorderOf(request));
    if (!done.ok) return refusalOf(done.error);
    const order = mallOrderToMessage(done.value, deps.traceIdOf);
    return { code: done.value.already ? 'ALREADY' : 'OK', desc: '', order };
  }),
  confirmMallOrder: unary('MallOrderService/ConfirmMallOrder', async (request) =>
    ended(deps, await deps.confirm(nameOf(request.name))),
  ),
  cancelMallOrder: unary('MallOrderService/CancelMallOrder', async (request) =>
    ended(deps, await deps.cancel(nameOf(request.name))),
  ),
  getMallOrder: unary('MallOrderService/GetMallOrder', async (request) => {
    const found = await deps.find(nameOf(request.name));
    // What came to nothing was never ordered.
    if (!found || found.order.state === 'REFUSED') {
      throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
    }
    const { orderRef, digest, payment } = found.order;
    const [people, paymentState] = await Promise.all([
      deps.people.find(orderRef, digest),
      payment === 'CREDIT' ? deps.credit.state(orderRef) : '',
    ]);
    return {
      order: mallOrderToMessage(found, deps.traceIdOf, paymentState),
      receiver: people ? receiverToMessage(people.receiver) : undefined,
      invoice: people ? invoiceToMessage(people.invoice) : undefined,
    };
  }),
});

type EndedResult = Awaited<ReturnType<MallOrderServiceDeps['confirm']>>;

function ended({ traceIdOf }: Pick<MallOrderServiceDeps, 'traceIdOf'>, done: EndedResult) {
  if (!done.ok) return refusalOf({ code: done.error, subject: '' });
  const order = mallOrderToMessage(done.value, traceIdOf);
  return { code: done.value.already ? 'ALREADY' : 'OK', desc: '', order };
}

/** For the mall, in its language; the words about prices are those of the family (document 004, D.3.11). */
const WORDS: Readonly<Record<string, string>> = {
  INVALID: '订单内容不正确',
  DUPLICATE_CONFLICT: '订单号重复，订单内容不一致',
  ILLEGAL_STATE: '订单状态不允许此操作',
  UNKNOWN_ORDER: '订单不存在',
  UNKNOWN_SKU: '商品不存在',
  OFF_SHELF: '商品已下架',
  PRICE_MISMATCH: '价格不一致，请重新获取价格下单',
  BELOW_MINIMUM: '商品数量低于起订量',
  TOTAL_MISMATCH: '订单总价不一致',
  AREA_NOT_SERVED: '该地区暂不支持配送',
  STOCK_NOT_ENOUGH: '库存不足',
  HOLD_BUDGET: '采购人预占数量超过限额，请先确认或取消已有预订单',
  CREDIT_NOT_ENOUGH: '账期额度不足',
};

/** @throws GrpcRefusal where nothing is decided yet: the same request is to be sent again. */
function refusalOf({ code, subject }: MallProblem) {
  if (code === 'NOT_DECIDED') {
    throw new GrpcRefusal({ code: GRPC.unavailable, reason: 'NOT_DECIDED' });
  }
  const words = WORDS[code] ?? code;
  return { code, desc: subject === '' ? words : `${words}: ${subject}` };
}
