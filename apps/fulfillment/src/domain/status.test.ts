import { FULFILMENT_STATUSES, WORK_STATUSES } from '@astrolabe/kernel';
import { statusRule } from '@astrolabe/schemas/omni';
import { describe, expect, test } from 'vitest';
import {
  FUTURE_STATUSES,
  SETTERS,
  TRANSITIONS,
  isFlowStatus,
  isFutureStatus,
  isOnTime,
  isWorkStatus,
} from './status.ts';
import type { Flow, FlowStatus } from './status.ts';

const FLOWS: readonly Flow[] = ['SHIP', 'PICKUP'];

function reachedIn(flow: Flow): Set<string> {
  const reached = new Set<string>(['NEW']);
  for (const from of reached) {
    for (const to of TRANSITIONS[flow][from as 'NEW'] ?? []) reached.add(to);
  }
  reached.delete('NEW');
  return reached;
}

describe('the tables against the white paper', () => {
  test('the 23 statuses are working steps, statuses of a flow, or of a later version', () => {
    expect(FULFILMENT_STATUSES).toHaveLength(23);
    for (const code of FULFILMENT_STATUSES) {
      const kinds = [isWorkStatus(code), isFlowStatus(code), isFutureStatus(code)];
      expect(kinds.filter(Boolean), code).toHaveLength(1);
      expect(isFutureStatus(code), code).toBe(statusRule(code).future === true);
      expect(isWorkStatus(code), code).toBe(statusRule(code).flows.length === 0);
    }
    const ours = WORK_STATUSES.length + Object.keys(SETTERS).length + FUTURE_STATUSES.length;
    expect(ours).toBe(23);
    expect(isFlowStatus('toString')).toBe(false);
  });

  test('setters are those of the white paper', () => {
    for (const [code, setter] of Object.entries(SETTERS)) {
      const rule = statusRule(code as FlowStatus);
      expect(rule.setter, code).toBe(setter === 'STORE' ? 'STORE_SIDE' : setter);
    }
  });

  test.each(FLOWS)('%s reaches every status that belongs to it, and no other', (flow) => {
    const belonging = Object.keys(SETTERS).filter((code) =>
      statusRule(code as FlowStatus).flows.some((known) => known === flow),
    );
    expect([...reachedIn(flow)].toSorted()).toEqual([...belonging].toSorted());
    for (const from of Object.keys(TRANSITIONS[flow])) {
      if (from !== 'NEW') expect(reachedIn(flow).has(from), from).toBe(true);
    }
  });
});

test('an answer follows its notice as soon as its report follows the answer', () => {
  const notified = new Date('2016-09-22T02:00:00Z');
  const inTime = new Date('2016-09-22T02:04:59Z');
  const late = new Date('2016-09-22T02:05:56Z');
  expect(isOnTime(inTime, late, notified)).toBe(true);
  expect(isOnTime(late, late, notified)).toBe(false);
  expect(isOnTime(late, late)).toBe(true);
});

test('strictly less than five minutes', () => {
  const at = new Date('2016-09-22T02:00:00Z');
  expect(isOnTime(at, new Date('2016-09-22T02:04:59.999Z'))).toBe(true);
  expect(isOnTime(at, new Date('2016-09-22T02:05:00Z'))).toBe(false);
});
