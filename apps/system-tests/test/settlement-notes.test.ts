import { eventually } from '@astrolabe/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERVICES, startHarness } from '../src/harness.ts';
import type { Harness } from '../src/harness.ts';
import { NOTE, ORDER, RECEIPT, Settling } from '../src/settling.ts';

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

async function started(): Promise<Settling> {
  const one = await Settling.start(harness);
  opened.push(one);
  return one;
}

test('[P-A28] [P-A30] 9 × 10.00 under a note of 90.00 is 9000 fen, matched; cancelled, it is void and the receipt settleable again', async () => {
  const one = await started();
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
  const one = await started();
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
  const looked = { sellerId, noteId: NOTE, actor: 'wang', reason: '', dryRun: true };
  expect((await one.notes.call('acceptNote', looked)).note).toMatchObject({ state: 'ACCEPTED' });
  expect(await one.notes.call('getNote', { sellerId, noteId: NOTE })).toMatchObject({
    note: { state: 'MISMATCHED' },
  });
  const accepted = { ...looked, reason: 'agreed by telephone', dryRun: false };
  const { note } = await one.notes.call('acceptNote', accepted);
  expect(note).toMatchObject({ state: 'ACCEPTED', amountFen: 9_001n, acceptedBy: 'wang' });
});

test('[P-A31] CANCEL before CREATE, and the platform says cancelled: it ends void', async () => {
  const one = await started();
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
  const one = await started();
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
  const one = await started();
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
