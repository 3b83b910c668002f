import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { asksOf } from './asks.ts';
import type { Fact, OrderFacts, Step } from './facts.ts';
import { noFacts, withFact } from './facts.ts';
import { placeWork } from './place-work.ts';
import type { AskGroup } from './place-work.ts';

const TOLD_AT = Date.parse('2016-09-22T02:00:00Z');
const after = (seconds: number): Date => new Date(TOLD_AT + seconds * 1_000);
const of = (...facts: Fact[]): OrderFacts =>
  facts.reduce(withFact, noFacts(tmallOrder('21230', '2004574256073903')));
const step = (
  name: Step,
  seconds: number,
  more: { subs?: string[]; toldAfter?: number; reason?: string } = {},
): Fact => ({
  kind: 'STEP',
  step: name,
  allocation: 1,
  place: { type: 'STORE', id: '1342' },
  subOrderIds: more.subs ?? ['1'],
  at: after(seconds),
  toldAt: after(seconds + (more.toldAfter ?? 0)),
  ...(more.reason !== undefined && { reason: more.reason }),
});
const told = step('NOTIFIED', 0, { subs: ['1', '2'] });
const PLACE = { type: 'STORE', id: '1342' } as const;

describe('what an order asks of a place', () => {
  test('a place that was not told has not been asked, whatever it says', () => {
    expect(asksOf(of(step('ALLOCATED', 0), step('ACCEPTED', 5)))).toEqual([]);
  });

  test('all sub-orders of an allocation are one, and the last acceptance counts', () => {
    const facts = of(told, step('ACCEPTED', 30), step('ACCEPTED', 61.9, { subs: ['2'] }));
    expect(asksOf(facts)).toEqual([
      {
        allocation: 1,
        place: PLACE,
        day: '2016-09-22',
        acceptedIn: 61,
        refused: null,
        givenBack: null,
        inTime: true,
      },
    ]);
  });

  test.each([
    ['no answer', [], null],
    ['299 s', [step('REFUSED', 299)], true],
    ['300 s', [step('REFUSED', 300)], false],
    ['told 300 s after it was', [step('ACCEPTED', 1, { toldAfter: 300 })], false],
    ['a part too late', [step('ACCEPTED', 1), step('REFUSED', 301, { subs: ['2'] })], false],
    // It is the acceptance that was asked for.
    ['given back an hour later', [step('ACCEPTED', 1), step('GIVEN_BACK', 3_600)], true],
  ])('in time: %s', (_name, answers, inTime) => {
    expect(asksOf(of(told, ...answers))).toMatchObject([{ inTime }]);
  });

  test('a reason that was not given is not the same as no refusal', () => {
    expect(asksOf(of(told, step('REFUSED', 1)))).toMatchObject([{ refused: '', givenBack: null }]);
    const back = step('GIVEN_BACK', 9, { reason: 'MISSING' });
    expect(asksOf(of(told, step('ACCEPTED', 1), back))).toMatchObject([
      { refused: null, givenBack: 'MISSING', acceptedIn: 1 },
    ]);
  });
});

const group = (more: Partial<AskGroup>): AskGroup => ({
  place: 'STORE:1342',
  acceptedIn: null,
  refused: null,
  givenBack: null,
  inTime: null,
  count: 1,
  ...more,
});

describe('what a place has come to', () => {
  test('without an answer nothing is known of its time, and nothing is refused', () => {
    expect(placeWork([group({ count: 3 })])).toEqual([
      {
        place: PLACE,
        asked: 3,
        answered: 0,
        accepted: 0,
        refused: 0,
        reasons: [],
        inTime: 0,
        acceptSeconds: null,
      },
    ]);
  });

  test('refusals and what was given back are told by reason, the most frequent first', () => {
    const [work] = placeWork([
      group({ refused: 'CLOSING', inTime: true }),
      group({ refused: '', inTime: false }),
      group({ acceptedIn: 9, givenBack: 'MISSING', inTime: true }),
      group({ refused: 'MISSING', inTime: true }),
      group({ acceptedIn: 20, inTime: true, count: 6 }),
    ]);
    expect(work).toMatchObject({ asked: 10, answered: 10, accepted: 7, refused: 4, inTime: 9 });
    expect(work?.reasons).toEqual([
      { code: 'MISSING', count: 2, givenBack: 1 },
      { code: '', count: 1, givenBack: 0 },
      { code: 'CLOSING', count: 1, givenBack: 0 },
    ]);
    expect(work?.acceptSeconds).toEqual({ p50: 20, p90: 20, longest: 20 });
  });

  test('of any waits, in any order and grouping, the ranks are those of the sorted list', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(900), { minLength: 1, maxLength: 60 }), (waits) => {
        const [work] = placeWork(waits.map((acceptedIn) => group({ acceptedIn, inTime: true })));
        const sorted = waits.toSorted((a, b) => a - b);
        const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
        expect(work?.acceptSeconds).toEqual({
          p50: rank(0.5),
          p90: rank(0.9),
          longest: sorted.at(-1),
        });
        expect(work?.asked).toBe(waits.length);
      }),
    );
  });
});
