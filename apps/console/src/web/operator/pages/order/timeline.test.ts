import { FULFILMENT_STATUSES, LIFE_CODES } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { phraseOf } from './phrase.ts';
import { timelineOf } from './timeline.ts';
import { CODE_WORDS, isCode } from './words.ts';

describe('a note of a service', () => {
  test('its places, codes and person are found', () => {
    expect(phraseOf('1: STORE:1342 SHARED by 小李 (li): 客户改地址: 急')).toEqual({
      parts: [
        { kind: 'text', text: '1: ' },
        { kind: 'place', type: 'STORE', text: '1342' },
        { kind: 'text', text: ' ' },
        { kind: 'code', text: 'SHARED' },
      ],
      person: '小李 (li)',
      reason: '客户改地址: 急',
    });
  });

  test('nothing of it is lost', () => {
    fc.assert(
      fc.property(fc.string(), (detail) => {
        const { parts, person, reason } = phraseOf(detail);
        const told = parts.map((part) =>
          part.kind === 'place' ? `${part.type}:${part.text}` : part.text,
        );
        expect(detail.startsWith(told.join(''))).toBe(true);
        expect(detail.endsWith(reason || person)).toBe(true);
      }),
    );
  });
});

test('what all services say is one timeline, oldest first, and what is missing is left out', () => {
  const ref = { channel: 'tmall', sellerId: '21230', number: '1' };
  const order = {
    orderRef: ref,
    state: 'SHIPPED',
    timeline: [{ at: '2016-09-22T02:00:00Z', what: 'RECEIVED', detail: '' }],
  };
  const at = (minute: number) => `2016-09-22T02:0${minute}:00Z`;
  const history = [{ status: 'OFFERED', actionTime: at(1), allocation: 1 }];
  const tasks = {
    tasks: ['11', '12'].map((subOrderId) => ({ subOrderId, history })),
    notifications: [{ deliveredAt: at(2), state: 'SUCCEEDED' }],
  };
  const receivable = { orderRef: ref, recordedAt: at(4) };
  const refunds = [{ subOrderId: '11', askedAt: at(3), state: 'WAITING_STORE' }];
  const all = timelineOf({ order, tasks, refunds, receivable });
  expect(all.map(({ what }) => what)).toEqual([
    'RECEIVED',
    'OFFERED',
    'SUCCEEDED',
    'REFUND_ASKED',
    'BOOKED',
  ]);
  // Sub-orders of one moment are one event.
  expect(all[1]?.parts).toEqual([{ kind: 'text', text: '11 12' }]);
  expect(timelineOf({ order }).map(({ what }) => what)).toEqual(['RECEIVED']);
});

test('a reason of ours stands in words alone; one of somebody outside with what they wrote', () => {
  const at = '2016-09-22T02:00:00Z';
  const partsOf = (event: object) =>
    timelineOf({
      life: [{ at, what: 'DISPATCH_REJECTED', about: ['D-1'], ...event }],
    })[0]?.parts.map(({ text }) => text);
  expect(partsOf({ reason: 'NO_ANSWER', words: 'connect ECONNREFUSED' })).toEqual([
    'D-1',
    ' · ',
    'NO_ANSWER',
  ]);
  expect(partsOf({ reason: 'S-12', words: '已下架' })).toEqual([
    'D-1',
    ' · ',
    'S-12',
    ' · ',
    '已下架',
  ]);
  expect(partsOf({ reason: 'DECIDE_NOT_CREATED', by: '值班', words: '供应商缺货' })).toContain(
    '供应商缺货',
  );
});

test('every code has words in both languages', () => {
  for (const [code, words] of Object.entries<readonly string[]>(CODE_WORDS)) {
    expect(
      words.every((word) => word !== ''),
      code,
    ).toBe(true);
  }
  expect(FULFILMENT_STATUSES.filter((status) => !isCode(status))).toEqual([]);
  expect(LIFE_CODES.filter((code) => !isCode(code))).toEqual([]);
  expect(isCode('NO_SUCH_CODE')).toBe(false);
});
