import type { OrderRef } from '@astrolabe/kernel';
import { daysAfter, mallOrder, ok, posOrder, purchaseOrder, tmallOrder } from '@astrolabe/kernel';
import { eventually, testDatabase } from '@astrolabe/testing';
import { beforeAll, expect, test } from 'vitest';
import type { Overview } from '../../application/overview.ts';
import type { Moneys } from '../../application/mall/ports.ts';
import type { Receivables } from '../../application/ports.ts';
import { parcelEnded, placedAs } from '../../domain/mall/facts.ts';
import { noMoney } from '../../domain/mall/money.ts';
import type { Transfer } from '../../domain/mall/transfer.ts';
import { asked } from '../../domain/procurement/note.ts';
import type { Note } from '../../domain/procurement/note.ts';
import { claimed, noReceipt, recorded, reversed } from '../../domain/procurement/receipt.ts';
import type { LineQuantity } from '../../domain/procurement/receipt.ts';
import { bill, record } from '../../domain/receivable.ts';
import { createMoneys } from './mall/moneys.ts';
import { createTransfers } from './mall/transfers.ts';
import { createOverview } from './overview.ts';
import { createPayables } from './payables.ts';
import { createNotes } from './procurement/notes.ts';
import { createReceipts } from './procurement/receipts.ts';
import { createReceivableSums } from './receivable-sums.ts';
import { createReceivables } from './receivables.ts';

const SELLER = '21230';
const ACCOUNT = 'tjzfcg';
const NOW = new Date('2026-11-30T04:00:00Z');
const database = await testDatabase();
const event = { type: 'x', payload: new Uint8Array([1]) };
const told = { actor: ACCOUNT, message: 'm', at: NOW };
let overview: Overview;
let receivables: Receivables;
let moneys: Moneys;

async function owe(orderRef: OrderRef, amountFen: bigint, billedFen: bigint | null) {
  const line = {
    subOrderId: '1',
    goodsId: 'g',
    quantityMilli: 1_000n,
    amountFen,
    shippedAt: NOW,
    place: null,
  };
  const isPos = orderRef.channel === 'pos';
  const discrepancy = {
    kind: 'PAYMENT' as const,
    differenceFen: -5n,
    totalFen: amountFen,
    payFen: amountFen,
    platformTotalFen: amountFen,
    platformPayFen: amountFen - 5n,
    foundAt: NOW,
  };
  const shipment = {
    orderRef,
    traceId: 't',
    postFeeFen: 0n,
    lines: [line],
    ...(isPos && { atPlatform: { tradeNo: 'T', discrepancy } }),
  };
  if (amountFen > 0n) await receivables.change(orderRef, (state) => record(state, shipment, NOW));
  if (billedFen === null) return;
  const row = {
    billNo: 'B',
    rowNo: orderRef.number,
    amountFen: billedFen,
    importedAt: NOW,
    importedBy: 'li',
  };
  await receivables.change(orderRef, (state) => bill(state, { orderRef, traceId: 't', row }, NOW));
}

/** An order on credit that was received so many days ago. */
async function receive(number: string, days: number): Promise<void> {
  const orderRef = mallOrder(SELLER, number);
  const at = daysAfter(NOW, -days);
  const lines = [{ lineId: '1', quantityMilli: 1_000n }];
  await moneys.change(orderRef, () => {
    const placed = placedAs(
      noMoney(orderRef),
      {
        account: ACCOUNT,
        lines: [
          {
            lineId: '1',
            goodsId: 'g',
            name: '纸',
            quantityMilli: 1_000n,
            unitPriceFen: 100n,
            amountFen: 100n,
            taxRate: null,
            isTaxExempt: false,
            taxCode: '',
          },
        ],
        freightFen: 0n,
        totalFen: 100n,
        payment: 'CREDIT',
        wish: { kind: 'PLAIN', content: 'ITEMISED', title: '某局', taxNumber: '' },
        preorderedAt: at,
      },
      told,
    );
    return ok(parcelEnded(placed, { parcelNo: 'p', rejected: false, lines, at }, told));
  });
}

const note = (noteId: string, state: Note['state'], difference: string): Note => ({
  ...asked(null, { sellerId: SELLER, noteId }, NOW),
  state,
  reading: {
    noteNo: noteId,
    life: 'LIVE',
    status: '',
    total: '90.005',
    rows: [],
    payStatus: '',
    needsInvoice: false,
    notes: [],
  },
  match: { expected: '90', discrepancies: [{ kind: 'TOTAL', difference, detail: '' }] },
});

beforeAll(async () => {
  const { db } = database;
  const outbox = { db, topic: 'settlement', wake: () => undefined, clock: () => NOW };
  receivables = await createReceivables({ ...outbox, encode: () => event });
  await owe(tmallOrder(SELLER, '1'), 9_007_199_254_740_993n, null);
  await owe(tmallOrder(SELLER, '2'), 1n, null);
  await owe(tmallOrder(SELLER, '3'), 100n, 100n);
  await owe(tmallOrder(SELLER, '4'), 100n, 97n);
  await owe(tmallOrder(SELLER, '5'), 0n, 50n);
  await owe(posOrder(SELLER, '6'), 10n, null);
  await owe(tmallOrder('other', '1'), 10n, null);
  moneys = await createMoneys(db);
  await receive('31', 40);
  await receive('32', 3);
  const notes = await createNotes({ ...outbox, encode: () => event });
  const put = (one: Note) => notes.record(one, null, () => one);
  await put(note('1', 'MISMATCHED', '0.005'));
  await put(note('2', 'MISMATCHED', '-1.1'));
  await put(note('3', 'RECORDED', '0'));
  const transfers = await createTransfers(db);
  const transfer: Transfer = {
    sellerId: SELLER,
    account: ACCOUNT,
    bankNumber: 'N1',
    orders: [],
    amountFen: 300n,
    transferredAt: null,
    payerName: '',
    remark: '',
    submittedAt: NOW,
    state: 'SUBMITTED',
    reason: '',
    dueFen: 300n,
    receivedFen: null,
    decidedAt: null,
    decidedBy: '',
    dueAt: null,
  };
  await transfers.record(transfer, () => transfer);
  const payables = await createPayables(db);
  for (const [outOrderId, amountFen, differenceFen] of [
    ['1', 100n, null],
    ['2', 100n, 0n],
    ['3', 100n, 7n],
    ['4', 100n, -2n],
    ['5', null, null],
  ] as const) {
    await payables.record({
      orderRef: { channel: 'fenxiao', sellerId: SELLER, number: 'b' },
      outOrderId,
      supplierId: 'A',
      supplierOrderIds: [],
      amountFen,
      postFeeFen: null,
      differenceFen,
      recordedAt: NOW,
    });
  }
  // Documents are as old as they are in the database: the clock of the overview is behind the real one by nothing.
  overview = createOverview(db, () => new Date());
  await eventually(async () => {
    const { counts } = await overview.receivables(SELLER);
    expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect((await overview.notes(SELLER)).reasons[0]?.count).toBe(2);
    expect((await overview.mallMoney(SELLER)).transfers[3]?.count).toBe(1);
    expect(
      await overview.due({ sellerId: SELLER, account: ACCOUNT, periodDays: 30 }),
    ).toMatchObject({
      dueOrders: 2,
    });
  });
});

test('receivables are counted by match and channel, to the fen, and of one seller alone', async () => {
  const found = await overview.receivables(SELLER);
  const of = (match: string, channel: string) =>
    found.counts.find((one) => one.match === match && one.channel === channel);
  expect(of('UNBILLED', 'tmall')).toMatchObject({
    fromDays: 0,
    count: 2,
    amountFen: 9_007_199_254_740_994n,
    differenceFen: 0n,
  });
  expect(of('UNBILLED', 'pos')).toMatchObject({ count: 1, amountFen: 10n });
  expect(of('DIFFERS', 'tmall')).toMatchObject({ count: 1, differenceFen: -3n });
  expect(of('UNSHIPPED', 'tmall')).toMatchObject({ count: 1, differenceFen: 50n });
  expect(found).toMatchObject({
    more: [],
    recentMatched: 1,
    recentAll: 6,
    discrepancies: [{ kind: 'PAYMENT', count: 1, differenceFen: -5n }],
    moreDiscrepancies: false,
    notCounted: 0,
  });
});

test('what changes is summed again, and nothing else is; a first answer that had no time says so', async () => {
  const seller = '21232';
  const change = async (number: string, billedFen: bigint | null) => {
    await owe(tmallOrder(seller, number), 100n, billedFen);
  };
  await change('1', null);
  await change('2', null);
  const sums = createReceivableSums(database.db, () => new Date());
  const counted = async () => {
    const { counts, recentMatched, recentAll, isCounting } = await sums(seller);
    const [first] = counts;
    return {
      count: first?.count,
      amountFen: first?.amountFen,
      recentMatched,
      recentAll,
      isCounting,
    };
  };
  const known = { recentMatched: 0, recentAll: 2, isCounting: false };
  await eventually(async () =>
    expect(await counted()).toEqual({ count: 2, amountFen: 200n, ...known }),
  );
  await change('2', 100n);
  await change('3', null);
  await eventually(async () =>
    expect(await counted()).toEqual({
      count: 2,
      amountFen: 200n,
      recentMatched: 1,
      recentAll: 3,
      isCounting: false,
    }),
  );
  const hasty = createReceivableSums(database.db, () => new Date(), 0);
  expect(await hasty(seller)).toMatchObject({
    counts: [],
    isCounting: true,
    more: ['UNBILLED', 'DIFFERS', 'UNSHIPPED'],
    moreDiscrepancies: true,
  });
  await eventually(async () => expect(await hasty(seller)).toMatchObject({ isCounting: false }));
});

test('the list behind a number has what the number counts', async () => {
  const list = async (match: 'DIFFERS' | 'UNBILLED', channel: string, fromDays: number | null) => {
    const query = { sellerId: SELLER, matched: { match, channel, fromDays }, limit: 10, after: '' };
    const page = await receivables.list(query);
    return page.ok ? page.value.items.map(({ orderRef }) => orderRef.number).toSorted() : [];
  };
  expect(await list('UNBILLED', '', null)).toEqual(['1', '2', '6']);
  expect(await list('UNBILLED', 'tmall', 0)).toEqual(['1', '2']);
  expect(await list('UNBILLED', 'tmall', 8)).toEqual([]);
  expect(await list('DIFFERS', '', null)).toEqual(['4']);
});

test('notes have their reasons with what they come to, exactly', async () => {
  const { counts, ...found } = await overview.notes(SELLER);
  expect(found).toEqual({
    reasons: [{ kind: 'TOTAL', count: 2, differenceYuan: '-1.095' }],
    mismatchedYuan: '180.01',
    isMore: false,
    unsettled: 0,
    unsettledYuan: '0',
    isMoreUnsettled: false,
    unsettledNotCounted: 0,
  });
  expect(counts).toContainEqual({ state: 'RECORDED', count: 1 });
  expect(counts).toContainEqual({ state: 'UNREAD', count: 0 });
});

test('what was received is counted and listed until notes settle all of it', async () => {
  const seller = '21231';
  const orderRef = purchaseOrder(seller, '9007199254740993');
  const receipts = await createReceipts(database.db);
  const told = {
    receiptNo: 'RN',
    revision: 1,
    lines: [
      { lineId: 'a', quantityMilli: 9_000n, unitPrice: '10.005' },
      { lineId: 'b', quantityMilli: 1_000n, unitPrice: null },
    ],
  };
  for (const receiptId of ['1', '2', '3']) {
    const name = { orderRef, receiptId };
    await receipts.record(name, null, () => recorded(noReceipt(name), told));
  }
  const settle = (receiptId: string, lines: readonly LineQuantity[]) =>
    receipts.record({ orderRef, receiptId }, null, (state) =>
      claimed(state ?? noReceipt({ orderRef, receiptId }), { noteId: '9', version: 1, lines }),
    );
  await settle('1', told.lines);
  await settle('2', [{ lineId: 'a', quantityMilli: 8_000n }]);
  const list = async (after: string) => {
    const page = await receipts.unsettled({ sellerId: seller, limit: 1, after });
    if (!page.ok) throw new Error(page.error);
    return { ids: page.value.items.map(({ receipt }) => receipt.receiptId), next: page.value.next };
  };
  const first = await list('');
  expect(first.ids).toEqual(['2']);
  expect(await list(first.next)).toEqual({ ids: ['3'], next: '' });
  expect(await receipts.unsettled({ sellerId: seller, limit: 1, after: 'x' })).toMatchObject({
    ok: false,
  });
  expect(await overview.notes(seller)).toMatchObject({
    unsettled: 2,
    unsettledYuan: '100.05',
    unsettledNotCounted: 0,
  });
  await receipts.record({ orderRef, receiptId: '3' }, null, (state) =>
    reversed(state ?? noReceipt({ orderRef, receiptId: '3' }), { revision: 1 }),
  );
  expect((await list('')).next).toBe('');
});

test('what is due of an account, and what of it is overdue, follow from its orders', async () => {
  const due = (periodDays: number) =>
    overview.due({ sellerId: SELLER, account: ACCOUNT, periodDays });
  expect(await due(30)).toMatchObject({
    dueOrders: 2,
    dueFen: 200n,
    isMore: false,
  });
  const before = new Date(Date.now() - 365 * 86_400_000);
  const page = await moneys.due({
    sellerId: SELLER,
    account: ACCOUNT,
    before,
    limit: 9,
    after: '',
  });
  expect(page).toMatchObject({ ok: true, value: { items: [], next: '' } });
  const all = { sellerId: SELLER, account: ACCOUNT, before: null, limit: 1, after: '' };
  const first = await moneys.due(all);
  if (!first.ok) throw new Error(first.error);
  expect(first.value.items.map(({ orderRef }) => orderRef.number)).toEqual(['31']);
  const second = await moneys.due({ ...all, after: first.value.next });
  expect(second).toMatchObject({ value: { items: [{ orderRef: { number: '32' } }], next: '' } });
});

test('transfers that wait have their sum, and invoices are counted by orders', async () => {
  const { transfers, invoices, notCounted } = await overview.mallMoney(SELLER);
  expect(transfers).toContainEqual({
    state: 'SUBMITTED',
    count: 1,
    amountFen: 300n,
    isMore: false,
  });
  expect(transfers).toContainEqual({ state: 'VERIFIED', count: 0, isMore: false });
  // A tax category is wanting.
  expect(invoices).toContainEqual({ colour: 'BLUE', state: 'WAITING', count: 2 });
  expect(invoices).toContainEqual({ colour: 'RED', state: 'REQUESTED', count: 0 });
  expect(notCounted).toBe(0);
});

test('payables differ, are as expected, or are not known', async () => {
  expect(await overview.payables(SELLER)).toEqual([
    { kind: 'AGREED', count: 2, isMore: false },
    { kind: 'DIFFERS', count: 2, differenceFen: 5n, isMore: false },
    { kind: 'UNKNOWN', count: 1, isMore: false },
  ]);
});
