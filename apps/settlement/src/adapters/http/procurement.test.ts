import type { ProcurementClient } from '@astrolabe/channel-client';
import { expect, test } from 'vitest';
import { createNotePlatform } from './procurement.ts';

const NAME = { sellerId: '21230', noteId: '9901' };

/** A platform that answers with this JSON, read as the client reads it. */
const answering = (data: Record<string, unknown>) => {
  const call: ProcurementClient['call'] = async (_seller, method) => {
    const read = method.decodeAnswer(Buffer.from(JSON.stringify({ success: true, data })));
    if (read.kind !== 'answered') return { kind: 'unknown', code: 'UNREADABLE', message: '' };
    return { kind: 'ok', value: read.value, notes: read.notes };
  };
  return createNotePlatform({ call });
};

const note = {
  id: '9901',
  status: 'effect',
  totalAmount: 90,
  entryList: [
    {
      id: 81,
      procId: 1,
      procEntryId: 41,
      receiveId: 8801,
      receiveQuantity: 10,
      returnQuantity: 1,
      rowAmount: 90,
    },
  ],
};

test.each([
  ['effect', 'LIVE'],
  ['waitSupplierConfirm', 'LIVE'],
  ['waitSupplierConfirmTermination', 'LIVE'],
  ['supplierRejectTermination', 'LIVE'],
  ['draft', 'DORMANT'],
  ['supplierReturn', 'DORMANT'],
  ['termination', 'OVER'],
  ['cancelBeforeApprove', 'OVER'],
  ['cancelAfterSupplierReturn', 'OVER'],
  ['cancelAfterEffectNotPay', 'OVER'],
])('a note that is %s is %s', async (status, life) => {
  const read = await answering({ ...note, status }).read(NAME);
  expect(read).toMatchObject({ kind: 'read', reading: { life } });
});

test('[field B3] an invoice is due by 1, true and "1"; a word never seen is a note beside the amount', async () => {
  for (const needInvoice of [1, true, '1']) {
    const read = await answering({ ...note, needInvoice }).read(NAME);
    expect(read).toMatchObject({ reading: { needsInvoice: true } });
  }
  const odd = await answering({ ...note, invoiceStatus: 'half_way' }).read(NAME);
  expect(odd).toMatchObject({ kind: 'read', reading: { total: '90', status: 'EFFECTIVE' } });
  expect(odd.kind === 'read' && odd.reading.notes).toHaveLength(1);
});

test('a row without a quantity of its own is what was received less what went back', async () => {
  const read = await answering(note).read(NAME);
  expect(read).toMatchObject({ reading: { rows: [{ quantityMilli: 9_000n, receiptId: '8801' }] } });
});

test('a status never seen, a refusal and a closed connection are no reading, and are asked again', async () => {
  expect(await answering({ ...note, status: 'odd' }).read(NAME)).toMatchObject({
    kind: 'unanswered',
  });
  const problem = { code: 'REAUTH', message: 'authorise again' };
  const closed = createNotePlatform({ call: async () => ({ kind: 'auth', ...problem }) });
  expect(await closed.read(NAME)).toEqual({ kind: 'withheld', problem });
  const refused = createNotePlatform({ call: async () => ({ kind: 'refused', ...problem }) });
  expect(await refused.read(NAME)).toEqual({ kind: 'unanswered', problem });
});
