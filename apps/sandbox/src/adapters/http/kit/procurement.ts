import type { Trials } from '../../../domain/kit.ts';
import type { Call, Fault, ProcurementCall } from '../../../domain/procurement/faults.ts';
import { BOOKS } from '../procurement/books.ts';
import { messageOf } from '../procurement/messages.ts';
import type { Wanted } from '../procurement/messages.ts';
import type { ProcurementPlatform } from '../procurement/platform.ts';
import { forged, must, until } from './bench.ts';
import type { Bench } from './bench.ts';

/** The goods of the document's example; who prepares the seller offers them. */
const GOODS = { mallGoodsId: '5645673', skuId: '76354678', cargoNo: 'cargo123' };
const DONE_MS = 60_000;
/** Messages that were not taken are asked for every five minutes, or more often. */
const REPLAYED_MS = 330_000;
/** A supplier that cannot take a message now says so; the platform brings it again. */
const NOT_NOW = 503;
/** Longer than the platform waits for an answer. */
const LATE_MS = 9_000;

type Said = { readonly status: number; readonly messageId: string };

const requisitionOf = (requisitionId: string, supplierMemberId: string): object => ({
  status: 'pass',
  requisitionNo: `PR-${requisitionId}`,
  title: '办公用品',
  itemModelList: [{ id: '31', ...GOODS, price: '10.0', reqItemAmount: '1', supplierMemberId }],
});

const orderOf = (orderId: string, sourceRootId: string, status: string): object => {
  const quantities = { amount: '1', sentQuantity: '0' };
  const { cargoNo } = GOODS;
  return {
    orderCode: `PO-${orderId}`,
    status,
    receiverName: '张三',
    mobilePhone: '13800000000',
    addressCodeText: '北京市 西城区',
    address: '金融街1号',
    procurementOrderEntries: [
      { id: '41', cargoNo, ...quantities, precisionPia: '10.0', sourceRootId },
    ],
  };
};

/** One supplier at the platform: its requisitions and orders, and what it was called with. */
function supplierOf(bench: Bench, platform: ProcurementPlatform) {
  const { seller, clock, newTradeId } = bench;
  const account = platform.accountOf(seller.sellerId);
  const put = (book: string, id: string, data: object): void => {
    const done = BOOKS.get(book)?.put(account.books, id, JSON.stringify(data));
    must(done?.ok === true, `the sandbox has no such ${book}`);
  };
  const say = async (wanted: Wanted, secret = account.secret): Promise<Said> => {
    const message = messageOf(account, wanted, newTradeId, clock());
    if (!message.ok) throw new Error(message.error);
    const { value } = message;
    const answered = async (): Promise<Said | null> => {
      const { status } = await platform.push(account, value, { secret });
      return status === NOT_NOW ? null : { status, messageId: value.messageId };
    };
    return await until(answered, DONE_MS, `a message was answered ${NOT_NOW}`);
  };
  const tell = async (wanted: Wanted): Promise<Said> => {
    const said = await say(wanted);
    must(said.status === 200, `a message was answered ${said.status}`);
    return said;
  };
  /** A requisition of one piece that has passed, and an order that came of it. */
  const newOrder = (status: string): { requisitionId: string; orderId: string } => {
    const [requisitionId, orderId] = [newTradeId(), newTradeId()];
    put('requisitions', requisitionId, requisitionOf(requisitionId, account.memberId));
    put('orders', orderId, orderOf(orderId, requisitionId, status));
    return { requisitionId, orderId };
  };
  const about = (id: string): readonly Call[] =>
    platform.script
      .callsOf(account.appKey)
      .filter(({ fields }) => Object.values(fields).some((value) => value.includes(id)));
  const confirms = (orderId: string): number =>
    about(orderId).filter(({ call }) => call === 'confirm').length;
  const confirmed = async (orderId: string, withinMs = DONE_MS): Promise<void> => {
    const isDone = (): true | null =>
      account.books.orders.get(orderId)?.status === 'APPROVED' ? true : null;
    await until(isDone, withinMs, `order ${orderId} was not confirmed`);
  };
  /** The order is said to be there, and confirmed. */
  const ordered = async (): Promise<string> => {
    const { requisitionId, orderId } = newOrder('wait_supplier_confirm');
    await tell({ kind: 'REQUISITION_CREATED', id: requisitionId });
    await tell({ kind: 'ORDER_CREATED', id: orderId });
    await confirmed(orderId);
    return orderId;
  };
  const script = (call: ProcurementCall, faults: readonly Fault[]): void =>
    platform.script.set(account.appKey, call, faults);
  return { account, say, tell, newOrder, about, confirms, confirmed, ordered, script };
}

type Supplier = ReturnType<typeof supplierOf>;

/** 1688's enterprise procurement (document 000): messages lead to reading, and an order is confirmed once. */
export function procurementTrials(bench: Bench, platform: ProcurementPlatform): Trials {
  const supplier = supplierOf(bench, platform);
  const { account, tell, newOrder, confirms, confirmed, ordered } = supplier;
  const once = (orderId: string): string => {
    must(confirms(orderId) === 1, `order ${orderId} was confirmed ${confirms(orderId)} times`);
    return `order ${orderId} was confirmed once`;
  };
  return {
    'good call': async () => once(await ordered()),
    duplicates: async () => {
      const { requisitionId, orderId } = newOrder('wait_supplier_confirm');
      await tell({ kind: 'REQUISITION_CREATED', id: requisitionId });
      const created: Wanted = { kind: 'ORDER_CREATED', id: orderId };
      const { messageId } = await tell(created);
      for (let times = 0; times < 3; times += 1) await tell({ ...created, messageId });
      await tell(created);
      await confirmed(orderId);
      await ordered();
      return `${once(orderId)}, though it was told five times`;
    },
    reordering: async () => {
      const { requisitionId, orderId } = newOrder('canceled');
      await tell({ kind: 'ORDER_CANCELLED', id: orderId });
      await tell({ kind: 'ORDER_CREATED', id: orderId });
      await tell({ kind: 'REQUISITION_CREATED', id: requisitionId });
      await ordered();
      must(confirms(orderId) === 0, 'an order that was cancelled was confirmed');
      return 'an order that was told as cancelled, then as created, was not confirmed';
    },
    loss: async () => {
      const { requisitionId, orderId } = newOrder('wait_supplier_confirm');
      await tell({ kind: 'REQUISITION_CREATED', id: requisitionId });
      const lost = messageOf(
        account,
        { kind: 'ORDER_CREATED', id: orderId },
        bench.newTradeId,
        bench.clock(),
      );
      if (!lost.ok) throw new Error(lost.error);
      account.waiting.add(lost.value);
      await confirmed(orderId, REPLAYED_MS);
      const isTaken = (): true | null => (account.waiting.all().includes(lost.value) ? null : true);
      await until(isTaken, DONE_MS, 'the message was not confirmed');
      return `${once(orderId)}, though its message was asked for`;
    },
    ...answers(supplier, once),
    ...refusals(supplier),
  };
}

/** What the supplier's own calls meet. */
function answers(
  { script, ordered, about }: Supplier,
  once: (orderId: string) => string,
): Pick<Trials, '429' | '503 then success' | 'late answer'> {
  /** A confirmation whose outcome is not known: the order is read before anything else. */
  const inDoubt = async (fault: Fault): Promise<string> => {
    script('confirm', [fault]);
    const orderId = await ordered();
    const isRead = (): true | null => {
      const calls = about(orderId).map(({ call }) => call);
      return calls.lastIndexOf('order') > calls.indexOf('confirm') ? true : null;
    };
    await until(isRead, DONE_MS, 'the order was not read after a confirmation without an answer');
    return `${once(orderId)}, and read afterwards`;
  };
  return {
    'late answer': async () => await inDoubt({ kind: 'late', ms: LATE_MS }),
    '503 then success': async () => await inDoubt({ kind: 'status', status: 503, isMade: true }),
    '429': async () => {
      script('order', [{ kind: 'status', status: 429, retryAfter: 1 }]);
      return once(await ordered());
    },
  };
}

/** Messages that say nothing: of somebody else, and of a type that there is not. */
function refusals({
  account,
  say,
  newOrder,
  about,
  ordered,
}: Supplier): Pick<Trials, 'misspelled topic' | 'wrong signature'> {
  const isUntouched = (orderId: string): void =>
    must(about(orderId).length === 0, `order ${orderId} was read`);
  return {
    'wrong signature': async () => {
      const { orderId } = newOrder('wait_supplier_confirm');
      const { secret } = forged(account);
      const { status } = await say({ kind: 'ORDER_CREATED', id: orderId }, secret);
      must(status >= 400 && status < 500, `it was answered ${status}`);
      await ordered();
      isUntouched(orderId);
      return `answered ${status}, and nothing was read`;
    },
    'misspelled topic': async () => {
      const { orderId } = newOrder('wait_supplier_confirm');
      const right = messageOf(
        account,
        { kind: 'ORDER_CREATED', id: orderId },
        () => orderId,
        new Date(0),
      );
      const json = right.ok ? right.value.json.replace('ORDER_ACTION', 'ODER_ACTION') : '';
      const { status } = await say({ json });
      must(status === 200, `it was answered ${status}`);
      await ordered();
      isUntouched(orderId);
      return 'answered 200, nothing was read, and later messages went on';
    },
  };
}
