import type { Clock, Result } from '@astrolabe/kernel';
import { err, ok } from '@astrolabe/kernel';
import {
  confirmMessagesPath,
  confirmOrder,
  createGoods,
  createShipment,
  encodeMessagesPage,
  encodeRefusal,
  instantOf,
  messagesPath,
  modifyGoods,
  queryGoods,
  queryOrder,
  queryReceipt,
  queryRequisition,
  querySettlement,
  queryShipment,
  returnOrder,
  unpublishGoods,
} from '@astrolabe/schemas/procurement';
import type { FormFields, ProcurementMethod } from '@astrolabe/schemas/procurement';
import { itemsIn } from './json.ts';
import type { Account } from './account.ts';
import { changedGoods, confirm, giveBack, goodsOf, offShelf, noteOf, ship } from './effects.ts';
import type { Refusal } from './effects.ts';
import type { ProcurementCall } from '../../../domain/procurement/faults.ts';
import type { Shelf } from '../../../domain/shelf.ts';

type Asked = { readonly account: Account; readonly clock: Clock };

/** One interface of the platform: makes its effect and prints the answer, a refusal included. */
export type Api = {
  readonly call: ProcurementCall;
  readonly urlPath: (appKey: string) => string;
  readonly answer: (asked: Asked, fields: FormFields) => string;
};

const serve = <Request, Answer>(
  call: ProcurementCall,
  method: ProcurementMethod<Request, Answer>,
  work: (asked: Asked, request: Request) => Result<Answer, Refusal>,
): Api => ({
  call,
  urlPath: method.urlPath,
  answer: (asked, fields) => {
    const request = method.decodeRequest(fields);
    if (!request.ok) return encodeRefusal('PARAM_INVALID', request.error);
    const done = work(asked, request.value);
    if (!done.ok) return encodeRefusal(done.error.code, done.error.message);
    return method.encodeAnswer(done.value);
  },
});

const found = <T>(shelf: Shelf<T>, id: string): Result<T, Refusal> => {
  const value = shelf.get(id);
  return value === undefined ? err({ code: 'NOT_FOUND', message: `没有找到${id}` }) : ok(value);
};

/** Changes what is on a shelf, where the change is one that the platform makes. */
function changed<T>(
  shelf: Shelf<T>,
  id: string,
  change: (value: T) => Result<T, Refusal>,
): Result<T, Refusal> {
  const value = found(shelf, id);
  const next = value.ok ? change(value.value) : value;
  if (next.ok) shelf.set(id, next.value);
  return next;
}

/** `true` where a change was made. */
const isDone = <T>(result: Result<T, Refusal>): Result<boolean, Refusal> =>
  result.ok ? ok(true) : result;

const READS: readonly Api[] = [
  serve('requisition', queryRequisition, ({ account: { books } }, { requisitionId }) =>
    found(books.requisitions, requisitionId),
  ),
  serve('order', queryOrder, ({ account: { books } }, { orderId }) => found(books.orders, orderId)),
  serve('shipment', queryShipment, ({ account: { books } }, { shipmentId }) =>
    found(books.shipments, shipmentId),
  ),
  serve('receipt', queryReceipt, ({ account: { books } }, { receiptId }) =>
    found(books.receipts, receiptId),
  ),
  serve('settlement', querySettlement, ({ account: { books } }, { settlementId }) =>
    found(books.settlements, settlementId),
  ),
  serve('goods', queryGoods, ({ account: { books } }, { mallGoodsId }) =>
    found(books.goods, mallGoodsId),
  ),
];

const WRITES: readonly Api[] = [
  serve('confirm', confirmOrder, ({ account: { books } }, { orderId }) =>
    isDone(changed(books.orders, orderId, confirm)),
  ),
  serve('return', returnOrder, ({ account: { books } }, { orderId, reason }) =>
    isDone(changed(books.orders, orderId, (order) => giveBack(order, reason))),
  ),
  serve('ship', createShipment, ({ account: { books }, clock }, request) => {
    const sent = changed(books.orders, request.orderId, (order) => ship(order, request.entries));
    if (!sent.ok) return sent;
    const note = noteOf(books.nextId(), request, clock());
    books.shipments.set(note.shipmentId, note);
    return ok([note.shipmentId]);
  }),
  serve('create-goods', createGoods, ({ account: { books } }, request) => {
    const goods = goodsOf(books.nextId(), request);
    books.goods.set(goods.mallGoodsId, goods);
    return ok(goods.mallGoodsId);
  }),
  serve('modify-goods', modifyGoods, ({ account: { books } }, request) => {
    const id = request.mallGoodsId;
    const goods = changed(books.goods, id, (one) => ok(changedGoods(one, request)));
    return goods.ok ? ok(id) : goods;
  }),
  serve('unpublish-goods', unpublishGoods, ({ account: { books } }, { mallGoodsId }) =>
    isDone(changed(books.goods, mallGoodsId, (one) => ok(offShelf(one)))),
  ),
];

const PAGE_DEFAULT = 20;
const PAGE_MAX = 200;

/** Messages that were not taken, the oldest first; reading them confirms nothing (field Q5). */
const waitingMessages: Api = {
  call: 'messages',
  urlPath: messagesPath,
  answer: ({ account }, fields) => {
    const since = instantOf(fields['createStartTime'] ?? '') ?? new Date(0);
    const page = Math.max(Number(fields['page'] ?? '1') || 1, 1);
    const size = Math.min(Number(fields['pageSize'] ?? '') || PAGE_DEFAULT, PAGE_MAX);
    const all = account.waiting.since(since);
    const shown = all.slice((page - 1) * size, page * size);
    return encodeMessagesPage(
      shown.map(({ json }) => json),
      all.length,
    );
  },
};

const confirmMessages: Api = {
  call: 'confirm-messages',
  urlPath: confirmMessagesPath,
  answer: ({ account }, fields) => {
    const ids = itemsIn(fields['msgIdList'] ?? '');
    if (!ids) return encodeRefusal('PARAM_INVALID', 'msgIdList is no list');
    for (const id of ids) account.waiting.confirm(id);
    return '{"isSuccess":true}';
  },
};

/** What the platform serves: the twelve interfaces, and the two of messages that were not taken. */
export const APIS: readonly Api[] = [...READS, ...WRITES, waitingMessages, confirmMessages];
