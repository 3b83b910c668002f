import { describe, expect, test } from 'vitest';
import {
  MODELS,
  NOW,
  ORDER,
  SUB,
  SUB_2,
  after,
  allocation,
  at,
  line,
  notified,
  sent,
} from '../../test/orders.ts';
import { allocate, seeClosed, seeShipped } from './allocate.ts';
import { changeTasks } from './fulfilment.ts';
import type { Fulfilment, Model } from './fulfilment.ts';
import { giveBack } from './give-back.ts';
import type { GiveBack } from './give-back.ts';
import { recall } from './recall.ts';
import { report } from './report.ts';
import type { FlowStatus } from './status.ts';

const PLACE = { type: 'STORE', id: '1342' } as const;
const consoles = { channel: 'CONSOLE' as const };

const both = () => ({
  lines: [SUB, SUB_2].map((sub) => ({ ...line(sub), place: PLACE, placeName: '' })),
});

/** Both sub-orders at store 1342, whose clerk has accepted them. */
const accepted = (): Fulfilment =>
  after(
    notified(both()),
    [sent('ACCEPTED', { ...consoles, subOrderIds: [SUB, SUB_2], happenedAt: at(1) })],
    MODELS.A,
  );

const asked = (more: Partial<GiveBack> = {}): GiveBack => ({
  subOrderIds: [SUB],
  allocation: 1,
  place: PLACE,
  reason: { code: 'MISSING', text: '' },
  lost: new Map(),
  operator: '小王',
  ...more,
});

function given(state: Fulfilment, more: Partial<GiveBack> = {}, model: Model = MODELS.A) {
  const result = giveBack(state, asked(more), model, NOW);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

const statuses = ({ tasks }: Fulfilment) => tasks.map(({ status }) => status);
const refusal = (state: Fulfilment, more: Partial<GiveBack> = {}, model: Model = MODELS.A) => {
  const result = giveBack(state, asked(more), model, NOW);
  return result.ok ? 'taken' : result.error;
};
const withStatus = (status: FlowStatus): Fulfilment =>
  changeTasks(accepted(), [SUB], (task) => ({ ...task, status }));

describe('a store gives back what it had accepted', () => {
  test('a line stands as refused, with why and what is lost; the others stay', () => {
    const { fulfilment, changed } = given(accepted(), { lost: new Map([[SUB, 1_000n]]) });
    expect(statuses(fulfilment)).toEqual(['REFUSED', 'ACCEPTED']);
    expect(changed.map(({ subOrderId }) => subOrderId)).toEqual([SUB]);
    expect(changed[0]?.history.at(-1)).toMatchObject({
      status: 'REFUSED',
      operator: '小王',
      reason: { code: 'MISSING', text: '' },
      givenBack: true,
      lost: 1_000n,
      // It is no answer to the notice, whenever it comes.
      onTime: true,
    });
  });

  test('the next allocation takes it, and the same again changes nothing, wherever it is', () => {
    const { fulfilment } = given(accepted(), { subOrderIds: [SUB, SUB_2] });
    const moved = allocate(fulfilment, allocation(2, '123', { ...both(), allocation: 2 }), NOW);
    expect(moved.given).toHaveLength(2);
    for (const state of [fulfilment, moved.fulfilment]) {
      expect(given(state, { subOrderIds: [SUB, SUB_2] })).toEqual({
        fulfilment: state,
        changed: [],
      });
    }
  });

  test('where the seller allocates, its router is told as of any refusal', () => {
    expect(given(accepted(), {}, MODELS.B).fulfilment.notifications.at(-1)?.kind).toBe('REFUSED');
    expect(given(accepted()).fulfilment.notifyAt).toBe(accepted().notifyAt);
  });

  test.each([
    ['CANCEL_ASKED', 'REFUND_ASKED'],
    ['CANCEL_DENIED', 'ILLEGAL_TRANSITION'],
    ['SHIPPED', 'ILLEGAL_TRANSITION'],
    ['OFFERED', 'ILLEGAL_TRANSITION'],
  ] as const)('what is %s is not: %s', (status, reason) => {
    expect(refusal(withStatus(status))).toBe(reason);
  });

  test('nor what is at another place, of another allocation, closed, shipped at Tmall or handed over', () => {
    expect(refusal(accepted(), { place: { type: 'STORE', id: '123' } })).toBe('MOVED');
    expect(refusal(accepted(), { allocation: 2 })).toBe('MOVED');
    expect(refusal(seeClosed(accepted(), ORDER, [SUB]))).toBe('ORDER_CLOSED');
    expect(refusal(seeShipped(accepted(), [SUB]))).toBe('SHIPPING_UNDER_WAY');
    const handed = changeTasks(withStatus('READY'), [SUB], (task) => ({
      ...task,
      handedOverAt: NOW,
    }));
    expect(refusal(handed)).toBe('ILLEGAL_TRANSITION');
    expect(refusal(withStatus('READY'))).toBe('taken');
    expect(refusal(accepted(), { subOrderIds: ['?'] })).toBe('UNKNOWN_SUB_ORDER');
  });

  test('all of the sub-orders or none', () => {
    expect(refusal(withStatus('SHIPPED'), { subOrderIds: [SUB, SUB_2] })).toBe(
      'ILLEGAL_TRANSITION',
    );
  });

  test('no more is lost than there was, and only for a reason of goods', () => {
    expect(refusal(accepted(), { lost: new Map([[SUB, 2_001n]]) })).toBe('MISSING_FIELD');
    expect(refusal(accepted(), { lost: new Map([[SUB, -1n]]) })).toBe('MISSING_FIELD');
    const closing = { code: 'CLOSING', text: '' };
    expect(refusal(accepted(), { reason: closing, lost: new Map([[SUB, 1n]]) })).toBe(
      'MISSING_FIELD',
    );
    expect(refusal(accepted(), { reason: closing })).toBe('taken');
  });

  test.each(['C', 'D'] as const)('not in model %s, where a till answers', (model) => {
    expect(refusal(accepted(), {}, MODELS[model])).toBe('OUT_OF_SCOPE');
  });

  test('a report never does it: a refusal that comes after an acceptance is none', () => {
    for (const [model, channel] of [
      ['A', 'CONSOLE'],
      ['C', 'OMNIORDER'],
    ] as const) {
      const late = sent('REFUSED', { channel, happenedAt: at(2) });
      const state = after(
        notified(both()),
        [sent('ACCEPTED', { channel, happenedAt: at(1) })],
        MODELS[model],
      );
      expect(report(state, late, MODELS[model], NOW)).toMatchObject({
        error: 'ILLEGAL_TRANSITION',
      });
    }
  });

  test('a recall and this have one outcome, whichever is first', () => {
    const wanted = { subOrderIds: [SUB, SUB_2], allocation: 1, acceptedToo: true };
    const first = recall(given(accepted(), { subOrderIds: [SUB, SUB_2] }).fulfilment, wanted);
    expect(first).toMatchObject({ value: { standing: 'REFUSED' } });
    const back = recall(accepted(), wanted);
    expect(back.ok && refusal(back.value.fulfilment)).toBe('MOVED');
  });
});

test('a refusal keeps the reason that its teller gave', () => {
  const reason = { code: 'SHELF_EMPTY', text: '二楼' };
  const state = after(notified(), [sent('REFUSED', { happenedAt: at(1), reason })]);
  expect(state.tasks[0]?.history.at(-1)).toMatchObject({ status: 'REFUSED', reason });
  // Only a refusal has one.
  const other = after(notified(), [sent('ACCEPTED', { happenedAt: at(1), reason })]);
  expect(other.tasks[0]?.history.at(-1)?.reason).toBeUndefined();
});
