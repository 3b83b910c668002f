import { describe, expect, test } from 'vitest';
import {
  createShipment,
  queryOrder,
  queryReceipt,
  queryRequisition,
  querySettlement,
  queryShipment,
  unpublishGoods,
} from '../src/procurement/index.ts';
import { ID, answered } from './procurement-wire.ts';

describe('details', () => {
  const lineOf = (change: object) =>
    answered(queryRequisition, {
      requisitionId: '123456',
      status: 'pass',
      itemModelList: [{ id: ID, mallGoodsId: 5_645_673, skuId: 76_354_678, ...change }],
    });

  test('[A.3.3] reqItemAmount has the decimals that reqAmount lost', () => {
    const both = lineOf({ reqAmount: 2, reqItemAmount: 2.5, supplierMemberId: 'b2b-1' });
    expect(both).toMatchObject({
      value: { requisitionId: '123456', lines: [{ lineId: ID, quantityMilli: 2_500n }] },
    });
    const old = lineOf({ reqAmount: 4, reqItemAmount: null });
    expect(old).toMatchObject({ value: { lines: [{ quantityMilli: 4_000n }] } });
    expect(lineOf({ reqAmount: 2, reqItemAmount: 2.0001 })).toEqual({
      kind: 'unclear',
      message: 'data.itemModelList[0].reqItemAmount has more than three decimals, or is too large',
    });
  });

  test.each([
    ['pending', 'PENDING'],
    ['approval', 'IN_APPROVAL'],
    ['reject', 'REJECTED'],
    ['pass', 'PASSED'],
  ])('a requisition in %s is %s', (status, ours) => {
    const data = { requisitionId: 1, status, itemModelList: [] };
    expect(answered(queryRequisition, data)).toMatchObject({ value: { status: ours } });
  });

  const entry = { id: ID, amount: 10, sentQuantity: '6.000', precisionPia: 10.000_5 };
  const order = { id: ID, status: 'approved', procurementOrderEntries: [entry] };

  test('an order: amounts as texts and numbers, all their digits', () => {
    const data = { ...order, totalCost: '90.00', actualAmount: 90.005, officialVersion: 3 };
    expect(answered(queryOrder, data)).toEqual({
      kind: 'answered',
      notes: [],
      value: {
        orderId: ID,
        status: 'APPROVED',
        total: '90',
        payable: '90.005',
        entries: [{ entryId: ID, orderedMilli: 10_000n, sentMilli: 6_000n, unitPrice: '10.0005' }],
      },
    });
  });

  test.each([
    ['wait_supplier_confirm', 'AWAITS_SUPPLIER'],
    ['approved', 'APPROVED'],
    ['canceled', 'CANCELLED'],
    ['closed', 'CANCELLED'],
  ])('an order in %s is %s', (status, ours) => {
    expect(answered(queryOrder, { ...order, status })).toMatchObject({ value: { status: ours } });
  });

  test('[field R4] a word never seen is no answer; what nobody decides by is left out', () => {
    expect(answered(queryOrder, { ...order, status: 'x' })).toEqual({
      kind: 'unclear',
      message: 'data.status has an unknown value',
    });
    expect(answered(queryOrder, { ...order, actualAmount: 'much', gmtCreate: {} })).toMatchObject({
      kind: 'answered',
      notes: [
        'data.actualAmount must be a number: left out',
        'data.gmtCreate must be a single value: left out',
      ],
    });
  });

  test.each([
    ['wait_receive_goods', 'AWAITS_RECEIPT'],
    ['receiving_goods', 'RECEIVING'],
    ['receiveing_goods', 'RECEIVING'],
    ['received_goods_completely', 'RECEIVED'],
    ['receive_goods_completed', 'RECEIVED'],
    ['confirm_goods_and_has_subsidy', 'RECEIVED'],
  ])('[field R4] a shipment in %s is %s', (status, ours) => {
    const data = { id: 1, status, entryList: [{ poOrderEntryId: 2, sendAmount: 6 }] };
    expect(answered(queryShipment, data)).toMatchObject({ value: { status: ours } });
  });

  test.each([
    ['approved', 'EFFECTIVE'],
    ['wait_confirm', 'AWAITS_CONFIRM'],
    ['rejected', 'RETURNED'],
    ['canceled', 'CANCELLED'],
  ])('a receipt in %s is %s', (status, ours) => {
    const entries = [{ id: 1, poOrderEntryId: ID, quantity: 9, settleStatus: 1 }];
    const data = { id: ID, status, receiveGoodsNoteEntries: entries };
    expect(answered(queryReceipt, data)).toMatchObject({
      value: {
        receiptId: ID,
        status: ours,
        entries: [{ orderEntryId: ID, receivedMilli: 9_000n, isSettled: true }],
      },
    });
  });

  const settlement = (change: object) =>
    answered(querySettlement, {
      id: ID,
      status: 'effect',
      totalAmount: '90.00',
      entryList: [
        { id: 1, rowAmount: 45.004 },
        { id: 2, rowAmount: '45.004' },
      ],
      ...change,
    });

  test('[field B1] [field B3] a settlement: rows that are part of a fen, truths and rates in each form', () => {
    for (const needInvoice of [1, true, '1']) {
      expect(settlement({ needInvoice })).toMatchObject({
        value: {
          total: '90',
          needsInvoice: true,
          entries: [{ amount: '45.004' }, { amount: '45.004' }],
        },
      });
    }
    for (const taxRate of [13, '13', '13%']) {
      const entryList = [{ id: 1, rowAmount: 1, taxRate }];
      expect(settlement({ entryList })).toMatchObject({ value: { entries: [{ taxRate: '13' }] } });
    }
    expect(settlement({ invoiceStatus: 'a word never seen' })).toMatchObject({
      kind: 'answered',
      notes: ['data.invoiceStatus has an unknown value: left out'],
    });
    expect(settlement({ totalAmount: 'x' }).kind).toBe('unclear');
  });

  test.each([
    ['effect', 'EFFECTIVE'],
    ['waitSupplierConfirm', 'AWAITS_SUPPLIER'],
    ['supplierReturn', 'RETURNED'],
    ['waitSupplierConfirmTermination', 'AWAITS_TERMINATION'],
    ['supplierRejectTermination', 'TERMINATION_REJECTED'],
    ['termination', 'TERMINATED'],
    ['draft', 'DRAFT'],
    ['cancelBeforeApprove', 'CANCELLED'],
    ['cancelAfterSupplierReturn', 'CANCELLED'],
    ['cancelAfterEffectNotPay', 'CANCELLED'],
  ])('a settlement in %s is %s', (status, ours) => {
    expect(settlement({ status })).toMatchObject({ value: { status: ours } });
  });

  test('an order of two thousand entries is read, one more is not', () => {
    const entries = (length: number) => Array.from({ length }, () => entry);
    const many = { ...order, procurementOrderEntries: entries(2_000) };
    expect(answered(queryOrder, many).kind).toBe('answered');
    expect(answered(queryOrder, { ...order, procurementOrderEntries: entries(2_001) })).toEqual({
      kind: 'unclear',
      message: 'data.procurementOrderEntries has more than 2000 entries',
    });
  });

  test('the answers that we print are those that we read', () => {
    const made = Buffer.from(createShipment.encodeAnswer([ID]));
    expect(made.toString()).toBe(`{"success":true,"data":{"id":${ID}}}`);
    expect(createShipment.decodeAnswer(made)).toMatchObject({ value: [ID] });
    const value = answered(queryOrder, order);
    const printed = value.kind === 'answered' ? queryOrder.encodeAnswer(value.value) : '';
    expect(queryOrder.decodeAnswer(Buffer.from(printed))).toEqual(value);
    const off = Buffer.from(unpublishGoods.encodeAnswer(true));
    expect(unpublishGoods.decodeAnswer(off)).toMatchObject({ kind: 'answered', value: true });
  });
});
