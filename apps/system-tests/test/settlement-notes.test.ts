import { SettlementNoteServiceClient } from '@astrolabe/contracts/settlement';
import type { SettlementNote } from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';
import { purchaseOrder } from '@astrolabe/kernel';
import { adminAddress } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { ProcurementUnderTest } from '../src/procurement.ts';

const REQUISITION = '123456';
const ORDER = '9007199254740993';
const RECEIPT = '8801';
const NOTE = '9901';
const WAIT = { timeoutMs: 30_000 };

let harness: Harness;
const opened: { close(): void }[] = [];

beforeAll(async () => {
  harness = await startHarness({
    apps: [...SERVICES, 'sandbox'],
    extra: { settlement: { NOTE_RETRY_MS: '200' } },
  });
});
afterAll(async () => {
  for (const one of opened) one.close();
  expect(harness.crashes).toEqual([]);
  await harness.stop();
});

type Action = 'CANCEL' | 'CONFIRM' | 'CREATE' | 'EDIT' | 'REJECT';

/** A seller whose buyer has received nine pieces at 10.00 and now settles them. */
class Settling {
  readonly buyer: ProcurementUnderTest;
  readonly notes: ReturnType<typeof connect>;

  constructor(buyer: ProcurementUnderTest) {
    this.buyer = buyer;
    this.notes = connect(buyer.harness);
    opened.push(buyer, this.notes);
  }

  static async start(): Promise<Settling> {
    const one = new Settling(await ProcurementUnderTest.start(harness, 10n));
    const { buyer } = one;
    await buyer.putRequisition(REQUISITION, 10);
    await buyer.say('REQUISITION_CREATED', REQUISITION);
    await buyer.untilStock('10/10');
    await buyer.put('requisitions', REQUISITION, { status: 'pass' });
    await buyer.putOrder(ORDER, 10, 'approved', {}, { sourceRootId: REQUISITION });
    await buyer.say('ORDER_CREATED', ORDER);
    await buyer.until(ORDER, { state: 'EXECUTING' });
    await eventually(async () => expect(await buyer.ship(ORDER, 'p1', 9n)).toBe('SHIPPED'), WAIT);
    await one.receive('approved');
    await eventually(async () => expect((await one.receipt()).stands).toBe(true), WAIT);
    return one;
  }

  /** The platform has the receipt of nine in this status, and says so. */
  async receive(status: 'approved' | 'canceled', action: Action = 'CONFIRM'): Promise<void> {
    await this.put('receipts', RECEIPT, {
      rnCode: 'RN8801',
      status,
      receiveGoodsNoteEntries: [
        { id: 71, poOrderId: ORDER, poOrderEntryId: 41, quantity: 9, sentQuantity: 9, status },
      ],
    });
    await this.say('RECEIPT_CHANGED', RECEIPT, action);
  }

  /** The platform has the note, settling nine pieces. */
  note(totalAmount: number, status: string, change: Record<string, unknown> = {}): Promise<void> {
    return this.put('settlements', NOTE, {
      settlementNo: 'SN9901',
      status,
      totalAmount,
      entryList: [
        {
          id: 81,
          type: 'receive',
          procId: ORDER,
          procEntryId: 41,
          receiveId: RECEIPT,
          quantity: 9,
          price: 10,
          rowAmount: totalAmount,
        },
      ],
      ...change,
    });
  }

  async put(book: string, id: string, data: Record<string, unknown>): Promise<void> {
    const { sellerId } = this.buyer.seller;
    await this.buyer.control('PUT', `${book}/${id}`, { sellerId, data });
  }

  async say(kind: string, id: string, action: Action): Promise<void> {
    expect(await this.buyer.push({ kind, id, action })).toBe(200);
  }

  async seen(): Promise<SettlementNote | undefined> {
    const { sellerId } = this.buyer.seller;
    return (await this.notes.call('getNote', { sellerId, noteId: NOTE })).note;
  }

  /** Waits until the note stands so. */
  async until(expected: Partial<SettlementNote>): Promise<SettlementNote> {
    return await eventually(async () => {
      const note = await this.seen();
      expect(note).toMatchObject(expected);
      return note as SettlementNote;
    }, WAIT);
  }

  async receipt() {
    const { sellerId } = this.buyer.seller;
    const orderRef = purchaseOrder(sellerId, ORDER);
    return await this.notes.call('getReceipt', { sellerId, receiptId: RECEIPT, orderRef });
  }
}

const connect = ({ stack }: Harness) =>
  createGrpcClient(SettlementNoteServiceClient, {
    address: adminAddress(stack, 'settlement'),
    name: 'system-test',
    defaultDeadlineMs: 10_000,
  });

test('[P-A28] [P-A30] 9 × 10.00 under a note of 90.00 is 9000 fen, matched; cancelled, it is void and the receipt settleable again', async () => {
  const one = await Settling.start();
  expect((await one.receipt()).settleableYuan).toBe('90');
  await one.note(90, 'effect');
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CREATE');
  const note = await one.until({ state: 'RECORDED' });
  expect(note).toMatchObject({ amountFen: 9_000n, totalYuan: '90', discrepancies: [] });
  expect(await one.receipt()).toMatchObject({
    settleableYuan: '0',
    lines: [{ receivedMilli: 9_000n, settledMilli: 9_000n }],
  });
  // The same message again reads it again, and changes nothing.
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CREATE');

  await one.note(90, 'cancelBeforeApprove');
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CANCEL');
  expect(await one.until({ state: 'VOIDED' })).toMatchObject({ amountFen: 0n });
  await eventually(async () => expect((await one.receipt()).settleableYuan).toBe('90'), WAIT);
});

test('[P-A29] a note of 90.01 is a discrepancy of one fen, and accepted by a person alone', async () => {
  const one = await Settling.start();
  await one.note(90.01, 'waitSupplierConfirm');
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CREATE');
  expect(await one.until({ state: 'MISMATCHED' })).toMatchObject({
    amountFen: 0n,
    expectedYuan: '90',
    discrepancies: [{ kind: 'TOTAL', differenceYuan: '0.01' }],
  });
  const { sellerId } = one.buyer.seller;
  const listed = await one.notes.call('listNotes', {
    sellerId,
    state: 'MISMATCHED',
    reason: '',
    page: undefined,
  });
  expect(listed.notes.map(({ noteId }) => noteId)).toEqual([NOTE]);
  const accepted = { sellerId, noteId: NOTE, actor: 'wang', reason: 'agreed by telephone' };
  const { note } = await one.notes.call('acceptNote', accepted);
  expect(note).toMatchObject({ state: 'ACCEPTED', amountFen: 9_001n, acceptedBy: 'wang' });
});

test('[P-A31] CANCEL before CREATE, and the platform says cancelled: it ends void', async () => {
  const one = await Settling.start();
  await one.note(90, 'cancelAfterEffectNotPay');
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CANCEL');
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CREATE');
  await one.until({ state: 'VOIDED', amountFen: 0n });
  // An end is never taken back, whatever is said later.
  await one.note(90, 'effect');
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CONFIRM');
  expect((await one.receipt()).settleableYuan).toBe('90');
  expect((await one.seen())?.state).toBe('VOIDED');
});

test('[field B1] [field B2] rows of parts of a fen, a note that was edited, a receipt that was taken back', async () => {
  const one = await Settling.start();
  const half = {
    type: 'receive',
    procId: ORDER,
    procEntryId: 41,
    receiveId: RECEIPT,
    quantity: 4.5,
  };
  await one.note(90, 'effect', {
    entryList: [
      { ...half, id: 81, rowAmount: 45.004 },
      { ...half, id: 82, rowAmount: 45.004 },
    ],
  });
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CREATE');
  expect(await one.until({ state: 'MISMATCHED' })).toMatchObject({
    discrepancies: [{ kind: 'ROWS', differenceYuan: '-0.008' }],
  });
  // The buyer has mended it; a receipt that is taken back meanwhile takes the match with it.
  await one.note(90, 'effect', { needInvoice: 1 });
  await one.say('SETTLEMENT_CHANGED', NOTE, 'EDIT');
  await one.until({ state: 'RECORDED', needsInvoice: true });
  await one.receive('canceled', 'CANCEL');
  expect(await one.until({ state: 'MISMATCHED' })).toMatchObject({
    discrepancies: [{ kind: 'NOT_RECEIVED' }, { kind: 'TOTAL', differenceYuan: '90' }],
  });
});

test('a platform that does not answer is asked again, and the note is not lost', async () => {
  const one = await Settling.start();
  await one.note(90, 'effect');
  await one.buyer.faults('settlement', [
    { kind: 'status', status: 502 },
    { kind: 'lost' },
    { kind: 'text', text: '{"success":tr' },
  ]);
  await one.say('SETTLEMENT_CHANGED', NOTE, 'CREATE');
  await one.until({ state: 'RECORDED', amountFen: 9_000n });
  expect(await one.buyer.calls('settlement')).toHaveLength(4);
});
