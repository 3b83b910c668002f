import { requisitionRef } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { lifeOfProcurement } from './history.ts';
import { heardOfOrder, heardOfRequisition, newProcurement, noted } from './procurement.ts';

const NOW = new Date('2026-11-30T02:00:00Z');
const REF = requisitionRef('21230', '6021');
const BASE = heardOfOrder(
  heardOfRequisition(newProcurement(REF, NOW), '6021', NOW, 'REQUISITION_CREATED'),
  '5001',
  NOW,
  'ORDER_CREATED',
);

test('a requisition and its order are one life under either name, and lead to each other', () => {
  const of = (number: string) => lifeOfProcurement(BASE, { ...REF, number }, []);
  expect(of('r6021')).toMatchObject({ state: 'REQUISITION_UNREAD', related: ['5001'] });
  expect(of('5001')).toMatchObject({ state: 'PURCHASE_UNREAD', related: ['r6021'] });
  expect(of('5001').events).toEqual(of('r6021').events);
  expect(of('5001').events).toMatchObject([
    { what: 'REQUISITION_HEARD', about: ['r6021'] },
    { what: 'PURCHASE_HEARD', about: ['5001'] },
  ]);
});

test.each([
  ['READ', '', 'PASSED', 'PURCHASE_READ', 'REQUISITION_PASSED'],
  ['READ', '5001', 'APPROVED', 'PURCHASE_READ', 'PURCHASE_APPROVED'],
  ['PROBLEM', '', 'HOLD_FAILED', 'PURCHASE_PROBLEM', 'HOLD_FAILED'],
  ['PROBLEM', '', '', 'PURCHASE_PROBLEM_OVER', ''],
  ['CONFIRM_UNANSWERED', '5001', 'NO_ANSWER', 'PURCHASE_CONFIRM_FAILED', 'NO_ANSWER'],
  ['RETURN_REFUSED', '5001', 'X', 'PURCHASE_RETURN_FAILED', 'X'],
  ['RELEASE_REFUSED', '5001', 'UNKNOWN_HOLD', 'PURCHASE_STOCK_REFUSED', 'UNKNOWN_HOLD'],
  ['HOLD_FAILED', '', 'INSUFFICIENT_STOCK', 'PURCHASE_HOLD_FAILED', 'INSUFFICIENT_STOCK'],
])('%s of "%s" with "%s" is %s', (what, about, detail, code, reason) => {
  const { events } = lifeOfProcurement(noted(BASE, NOW, what, about, detail), REF, []);
  expect(events.at(-1)).toMatchObject({ what: code, reason, about: [about || 'r6021'] });
});

test('who decided is named, and so is the parcel that left', () => {
  const decided = noted(BASE, NOW, 'DECIDED_HOLD', '', '值班');
  expect(lifeOfProcurement(decided, REF, []).events.at(-1)).toMatchObject({
    what: 'PURCHASE_DECIDED',
    reason: 'DECIDE_HOLD',
    by: '值班',
  });
  const left = noted(BASE, NOW, 'PARCEL_LEFT', '5001', 'A');
  expect(lifeOfProcurement(left, REF, []).events.at(-1)).toMatchObject({ about: ['5001', 'A'] });
});
