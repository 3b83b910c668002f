import { SettlementNoteServiceClient } from '@astrolabe/contracts/settlement';
import type { SettlementNote } from '@astrolabe/contracts/settlement';
import { createGrpcClient } from '@astrolabe/grpc';
import { purchaseOrder } from '@astrolabe/kernel';
import { adminAddress } from '@astrolabe/local-stack';
import { eventually } from '@astrolabe/testing';
import { expect } from 'vitest';
import type { Harness } from './harness.ts';
import { ProcurementUnderTest } from './procurement.ts';

const REQUISITION = '123456';
export const ORDER = '9007199254740993';
export const RECEIPT = '8801';
export const NOTE = '9901';
const WAIT = { timeoutMs: 30_000 };

type Action = 'CANCEL' | 'CONFIRM' | 'CREATE' | 'EDIT' | 'REJECT';

/** A seller whose buyer has received nine pieces at 10.00 and now settles them. */
export class Settling {
  readonly buyer: ProcurementUnderTest;
  readonly notes: ReturnType<typeof connect>;

  constructor(buyer: ProcurementUnderTest) {
    this.buyer = buyer;
    this.notes = connect(buyer.harness);
  }

  static async start(harness: Harness): Promise<Settling> {
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

  close(): void {
    this.buyer.close();
    this.notes.close();
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
