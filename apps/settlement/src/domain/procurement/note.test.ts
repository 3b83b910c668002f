import { purchaseOrder } from '@astrolabe/kernel';
import type { Policy } from '@astrolabe/outbound';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fenOf, minus, sum, times } from './exact.ts';
import { claimOn, matchOf } from './match.ts';
import { acceptedBy, asked, owedFen, readingBegun, readingEnded, settled } from './note.ts';
import type { Note } from './note.ts';
import type { NoteLife, NoteRow, Reading } from './reading.ts';
import {
  claimed,
  grantsOf,
  noReceipt,
  recorded,
  reversed,
  settleable,
  settledMilli,
} from './receipt.ts';
import type { Receipt } from './receipt.ts';

const NOW = new Date('2026-11-29T02:00:00Z');
const NAME = { sellerId: '21230', noteId: '900' };
const ORDER = purchaseOrder('21230', '123456789012345678');
const POLICY: Policy = {
  attemptsMax: 3,
  firstWaitMs: 1_000,
  factor: 2,
  waitMaxMs: 10_000,
  leaseMs: 5_000,
};

const receiptOf = (quantityMilli: bigint, unitPrice: string | null = '10'): Receipt =>
  recorded(noReceipt({ orderRef: ORDER, receiptId: '700' }), {
    receiptNo: 'RN700',
    revision: 1,
    lines: [{ lineId: '1', quantityMilli, unitPrice }],
  });
const row = (amount: string, quantityMilli: bigint | null = 9_000n): NoteRow => ({
  entryId: '1',
  orderId: ORDER.number,
  lineId: '1',
  receiptId: '700',
  quantityMilli,
  amount,
});
const reading = (total: string, rows: readonly NoteRow[], life: NoteLife = 'LIVE'): Reading => ({
  noteNo: 'S900',
  life,
  status: 'EFFECTIVE',
  total,
  rows,
  payStatus: 'UNPAID',
  needsInvoice: false,
  notes: [],
});

/** The note's claims on a receipt, and what it then matches to. */
function compared(of: Reading, receipt: Receipt, noteId = NAME.noteId) {
  const lines = claimOn(of.rows, receipt);
  const after = claimed(receipt, { noteId, version: 1, lines });
  return { after, match: matchOf(noteId, of, [after]) };
}

test('9 pieces received at 10.00: 90.00 is matched; 90.01 is a discrepancy of one fen', () => {
  const fine = compared(reading('90', [row('90')]), receiptOf(9_000n));
  expect(fine.match).toEqual({ expected: '90', discrepancies: [] });
  const off = compared(reading('90.01', [row('90.01')]), receiptOf(9_000n));
  expect(off.match.discrepancies).toEqual([
    { kind: 'TOTAL', difference: '0.01', detail: '90.01 instead of 90' },
  ]);
});

test('[field B1] rows of 45.004 and 45.004 under a total of 90.00: 0.8 fen, shown exactly, not matched', () => {
  const rows = [row('45.004', 4_500n), { ...row('45.004', 4_500n), entryId: '2' }];
  expect(compared(reading('90', rows), receiptOf(9_000n)).match.discrepancies).toEqual([
    { kind: 'ROWS', difference: '-0.008', detail: '90 instead of 90.008' },
  ]);
  const fraction = compared(reading('90.005', [row('90.005')]), receiptOf(9_000n, '10.000555'));
  expect(fraction.match.discrepancies.map(({ kind }) => kind)).toContain('FRACTION');
});

test('what a row is about: not received, taken back, settled by another note, without receipt or price', () => {
  const of = reading('90', [row('90')]);
  const kinds = (receipt: Receipt, rows = of.rows) =>
    compared({ ...of, rows }, receipt).match.discrepancies.map(({ kind }) => kind);
  expect(kinds(noReceipt({ orderRef: ORDER, receiptId: '700' }))).toContain('NOT_RECEIVED');
  expect(kinds(reversed(receiptOf(9_000n), { revision: 1 }))).toContain('NOT_RECEIVED');
  expect(kinds(receiptOf(8_000n))).toContain('TAKEN');
  expect(kinds(compared(of, receiptOf(9_000n), '899').after)).toContain('TAKEN');
  expect(kinds(receiptOf(9_000n, null))).toContain('PRICE_UNKNOWN');
  expect(kinds(receiptOf(9_000n), [{ ...row('90'), receiptId: '' }])).toContain('NO_RECEIPT');
  expect(kinds(receiptOf(9_000n), [row('90', null)])).toContain('NO_RECEIPT');
});

test('a note that is void makes its receipts settleable again, for the next one', () => {
  const first = compared(reading('90', [row('90')]), receiptOf(9_000n)).after;
  expect(settleable(first)).toBe('0');
  const both = compared(reading('90', [row('90')]), first, '901').after;
  const freed = claimed(both, { noteId: NAME.noteId, version: 2, lines: [] });
  expect(settleable(claimed(freed, { noteId: '901', version: 2, lines: [] }))).toBe('90');
  expect(grantsOf(freed).get('901')).toEqual([{ lineId: '1', quantityMilli: 9_000n }]);
  // The reading of before comes late and takes nothing back.
  expect(claimed(freed, { noteId: NAME.noteId, version: 1, lines: first.lines })).toBe(freed);
});

/** Reads a note once, as the platform shows it. */
function readAs(note: Note, of: Reading): Note {
  const attempt = readingBegun(note, NOW, POLICY);
  if (!attempt) throw new Error('nothing is due');
  const after = readingEnded(attempt.call, attempt.call, { kind: 'succeeded' }, of, NOW, POLICY);
  const { match } = compared(of, receiptOf(9_000n));
  return settled(after, after, after.isVoid ? null : match, []);
}

test('recorded, mismatched, accepted by a person for one reading alone, voided for good', () => {
  const one = asked(null, NAME, NOW);
  expect(one.state).toBe('READING');
  expect(readAs(one, reading('90', [row('90')]))).toMatchObject({ state: 'RECORDED' });
  expect(owedFen(readAs(one, reading('90', [row('90')])))).toBe(9_000n);
  const off = readAs(one, reading('90.01', [row('90.01')]));
  expect([off.state, owedFen(off)]).toEqual(['MISMATCHED', 0n]);
  const taken = acceptedBy(off, 'wang', 'rounding');
  if (taken === 'NOT_MISMATCHED') throw new Error(taken);
  expect([taken.state, owedFen(taken)]).toEqual(['ACCEPTED', 9_001n]);
  expect(acceptedBy(taken, 'wang', '')).toBe('NOT_MISMATCHED');
  const anew = readAs(asked(taken, NAME, NOW), reading('90.02', [row('90.02')]));
  expect(anew.state).toBe('MISMATCHED');
  const gone = readAs(asked(anew, NAME, NOW), reading('90', [row('90')], 'OVER'));
  expect([gone.state, owedFen(gone)]).toEqual(['VOIDED', 0n]);
  expect(asked(gone, NAME, NOW)).toBe(gone);
});

test('a message during a reading asks for another one after it', () => {
  const attempt = readingBegun(asked(null, NAME, NOW), NOW, POLICY);
  if (!attempt) throw new Error('nothing is due');
  const during = asked(attempt.call, NAME, NOW);
  const after = readingEnded(
    during,
    attempt.call,
    { kind: 'succeeded' },
    reading('90', [row('90')]),
    NOW,
    POLICY,
  );
  expect([after.version, after.wanted, after.call.state]).toEqual([1, 2, 'PLANNED']);
});

test('law: messages in any order and doubled end as the platform says, and an end is never taken back', () => {
  const lives = fc.array(fc.constantFrom<NoteLife>('LIVE', 'DORMANT', 'OVER'), { minLength: 1 });
  fc.assert(
    fc.property(lives, (all) => {
      let note: Note | null = null;
      for (const life of all) {
        note = asked(note, NAME, NOW);
        if (readingBegun(note, NOW, POLICY)) note = readAs(note, reading('90', [row('90')], life));
      }
      const last = all.at(-1);
      const expected = all.includes('OVER') ? 'VOIDED' : last === 'LIVE' ? 'RECORDED' : 'DORMANT';
      expect(note?.state).toBe(expected);
    }),
  );
});

test('law: what was received is settled once, whatever is claimed, withdrawn, edited and taken back', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('claim' as const),
      note: fc.constantFrom('a', 'b', 'c'),
      version: fc.integer({ min: 1, max: 9 }),
      quantityMilli: fc.bigInt({ min: 0n, max: 12_000n }),
    }),
    fc.record({
      kind: fc.constantFrom('record' as const, 'reverse' as const),
      revision: fc.integer({ min: 1, max: 6 }),
      quantityMilli: fc.bigInt({ min: 0n, max: 12_000n }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let receipt = noReceipt({ orderRef: ORDER, receiptId: '700' });
      for (const one of steps) {
        const lines = [{ lineId: '1', quantityMilli: one.quantityMilli, unitPrice: '10' }];
        if (one.kind === 'claim') {
          receipt = claimed(receipt, { noteId: one.note, version: one.version, lines });
        } else if (one.kind === 'record') {
          receipt = recorded(receipt, { receiptNo: '', revision: one.revision, lines });
        } else receipt = reversed(receipt, one);
        const received = receipt.stands ? (receipt.lines[0]?.quantityMilli ?? 0n) : 0n;
        expect(settledMilli(receipt, '1') <= received).toBe(true);
      }
    }),
  );
});

test('law: a receipt ends by its newest revision, in whatever order its events come', () => {
  const told = [
    (r: Receipt) => recorded(r, { receiptNo: '', revision: 1, lines: [] }),
    (r: Receipt) => reversed(r, { revision: 1 }),
    (r: Receipt) => recorded(r, { receiptNo: '', revision: 2, lines: [] }),
    (r: Receipt) => reversed(r, { revision: 2 }),
  ];
  const order = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 });
  fc.assert(
    fc.property(order, fc.array(fc.nat(3)), (all, again) => {
      const end = [...all, ...again].reduce(
        (receipt, index) => told[index]?.(receipt) ?? receipt,
        noReceipt({ orderRef: ORDER, receiptId: '700' }),
      );
      expect([end.revision, end.stands]).toEqual([2, false]);
    }),
  );
});

test('exact amounts: nothing is rounded', () => {
  expect([
    sum(['0.1', '0.2']),
    minus('90', '90.008'),
    times('10.0000000000000001', 2_500n),
  ]).toEqual(['0.3', '-0.008', '25.00000000000000025']);
  expect([fenOf('90.01'), fenOf('90.005'), fenOf('-0.01')]).toEqual([9_001n, null, -1n]);
});
