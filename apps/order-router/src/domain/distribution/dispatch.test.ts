import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  EMPTY_LOOKS,
  SENDS_MAX,
  SETTLED_AFTER_MS,
  WITHHELD_MAX,
  answered,
  begin,
  decided,
  dispatchPolicy,
  mayBeSuppliedElsewhere,
  stockDone,
} from './dispatch.ts';
import type { Changed, Said } from './dispatch.ts';
import { LINES_PER_ORDER, newDispatch, partsOf } from './plan.ts';
import type { Dispatch, DistributionLine, LineSupply } from './order.ts';

const NOW = new Date('2026-11-30T02:00:00Z');
const POLICY = dispatchPolicy(2_000, 60_000);
const line = (lineId: string, offerId: string): DistributionLine => ({
  lineId,
  offerId,
  specId: '',
  quantityMilli: 1_000n,
  salesChannel: 'x',
  outShopCode: 's',
  outItemCode: 'i',
});
const LINES = [line('1', '101'), line('2', '102')];
const supply = (change: Partial<LineSupply> = {}): LineSupply => ({
  supplierId: 'A',
  priceFen: 600n,
  postFeeFen: 9_200n,
  ownStock: false,
  ...change,
});
const dispatchOf = (change: Partial<LineSupply> = {}): Dispatch => {
  const [part] = partsOf(
    'bxg-1003',
    LINES.map((one) => ({ line: one, supply: supply(change) })),
  );
  if (!part) throw new TypeError('no part');
  return newDispatch(part, NOW);
};
const why = { code: 'X', message: 'words' };
const order = (orderId: string) => ({ orderId, amountFen: 100n, postFeeFen: 0n });
const made = (change: Partial<Extract<Said, { kind: 'created' }>> = {}): Said => ({
  kind: 'created',
  orders: [order('11')],
  items: 0,
  refused: [],
  totalFen: 10_400n,
  postFeeFen: 9_200n,
  ...change,
});

/** One attempt and its answer, at the instant when it is due. */
function lived(
  dispatch: Dispatch,
  said: Said,
  { canLook = true, at = dispatch.call.nextAt ?? NOW } = {},
): Changed {
  const attempt = begin(dispatch, at, POLICY);
  if (!attempt) throw new TypeError('nothing is due');
  return answered(attempt.call, attempt.call, said, {
    now: at,
    policy: POLICY,
    lines: LINES,
    canLook,
  });
}

describe('what an answer makes of a dispatch', () => {
  test.each<[string, Said, Dispatch['state'], readonly string[]]>([
    ['made', made(), 'CREATED', ['OrderDispatched']],
    [
      '[F-A11] two',
      made({ orders: [order('11'), order('12')] }),
      'CREATED_SPLIT',
      ['OrderDispatched'],
    ],
    ['[F-A08] refused', { kind: 'rejected', ...why }, 'REJECTED', ['OrderDispatchRejected']],
    ['[field U3] closed', { kind: 'cancelled', ...why }, 'REJECTED', ['OrderDispatchRejected']],
    ['[F-G4] odd', { kind: 'surfaced', ...why }, 'MANUAL', []],
    ['[F-A10] of ours', { kind: 'failed', ...why }, 'FAILED', []],
    ['[F-A10] later', { kind: 'later', afterMs: null, ...why }, 'RETRY', []],
    ['[F-A26] unknown', { kind: 'unknown', ...why }, 'UNKNOWN', ['OrderDispatchUnknown']],
  ])('%s', (_, said, state, events) => {
    const { dispatch, events: emitted } = lived(dispatchOf(), said);
    expect(dispatch.state).toBe(state);
    expect(emitted.map(({ type }) => type)).toEqual(events);
  });

  test('[F-A11b] a refused item takes its line along: by its place, or by its goods', () => {
    const { dispatch: held } = stockDone(dispatchOf({ ownStock: true }), { kind: 'done' }, NOW);
    const refusal = { offerId: '', specId: '', index: 1, ...why };
    for (const refused of [[refusal], [{ ...refusal, index: null, offerId: '102' }]]) {
      const { dispatch, events } = lived(held, made({ items: 2, refused }));
      expect(dispatch).toMatchObject({
        state: 'CREATED_PARTIAL',
        refusedLineIds: ['2'],
        stock: { verb: 'release', lineIds: ['2'] },
      });
      expect(events.map(({ type, lineIds }) => [type, lineIds])).toEqual([
        ['OrderDispatched', ['1']],
        ['OrderDispatchRejected', ['2']],
      ]);
      expect(stockDone(dispatch, { kind: 'done' }, NOW).dispatch).toMatchObject({ held: true });
    }
    const [nameless] = [lived(held, made({ items: 3, refused: [refusal] })).dispatch];
    expect(nameless).toMatchObject({ reason: 'REFUSED_LINES_UNKNOWN', refusedLineIds: [] });
  });

  test('[field Z1] what it costs beyond what was expected is for a person', () => {
    expect(lived(dispatchOf(), made({ totalFen: 10_500n })).dispatch.differenceFen).toBe(100n);
    expect(lived(dispatchOf(), made()).dispatch.differenceFen).toBeNull();
    expect(lived(dispatchOf(), made({ totalFen: null })).dispatch.differenceFen).toBeNull();
  });

  test('[F-A10] refused before it is tried: three repeats, then it has failed; a wait is kept', () => {
    let dispatch = dispatchOf();
    const states = [];
    for (let sent = 0; sent < SENDS_MAX; sent += 1) {
      dispatch = lived(dispatch, { kind: 'later', afterMs: null, ...why }).dispatch;
      states.push(dispatch.state);
    }
    expect(states).toEqual(['RETRY', 'RETRY', 'RETRY', 'FAILED']);
    expect(dispatch).toMatchObject({ sends: SENDS_MAX, call: { nextAt: null } });
    const asked = lived(dispatchOf(), { kind: 'later', afterMs: 50_000, ...why }).dispatch;
    expect(asked.call.nextAt).toEqual(new Date(NOW.getTime() + 50_000));
  });

  test('[field A1] an application that waits uses no try up, until it has waited too often', () => {
    const withheld = { kind: 'withheld', afterMs: 50_000, ...why } as const;
    let { dispatch } = lived(dispatchOf(), withheld);
    expect(dispatch).toMatchObject({ state: 'RETRY', sends: 0, call: { attempts: 0 } });
    expect(dispatch.call.nextAt).toEqual(new Date(NOW.getTime() + 50_000));
    for (let waited = 1; waited < WITHHELD_MAX; waited += 1) {
      dispatch = lived(dispatch, withheld).dispatch;
    }
    expect(lived(dispatch, made()).dispatch).toMatchObject({ state: 'CREATED', sends: 1 });
    expect(lived(dispatch, withheld).dispatch).toMatchObject({
      state: 'FAILED',
      call: { nextAt: null },
    });
  });
});

describe('what may have been made', () => {
  const unknown: Said = { kind: 'unknown', ...why };
  const notShown: Said = { kind: 'notShown', ...why };

  test('[field section 1] is sent again after three empty looks, the last five minutes after it', () => {
    let { dispatch } = lived(dispatchOf(), unknown);
    const sentAt = dispatch.sentAt?.getTime() ?? 0;
    let looks = 0;
    while (dispatch.state === 'UNKNOWN') {
      looks += 1;
      dispatch = lived(dispatch, notShown).dispatch;
    }
    expect(dispatch).toMatchObject({ state: 'READY', sends: 1 });
    expect(looks).toBeGreaterThanOrEqual(EMPTY_LOOKS);
    expect((dispatch.call.nextAt?.getTime() ?? 0) - sentAt).toBeGreaterThanOrEqual(
      SETTLED_AFTER_MS,
    );
    expect(lived(dispatch, made()).dispatch).toMatchObject({ state: 'CREATED', sends: 2 });
  });

  test('[F-G7] is for a person where there is no list to look at, or the last look is over', () => {
    expect(lived(dispatchOf(), unknown, { canLook: false }).dispatch.state).toBe('MANUAL');
    let { dispatch } = lived(dispatchOf(), unknown);
    let turns = 0;
    for (; dispatch.state === 'UNKNOWN'; turns += 1) {
      dispatch = lived(dispatch, { kind: 'notLooked', ...why }).dispatch;
    }
    expect(dispatch).toMatchObject({ state: 'MANUAL', sends: 1, call: { nextAt: null } });
    expect(turns).toBe(POLICY.attemptsMax - 1);
  });

  test('[X-A09] a request whose process died is looked at, not sent', () => {
    const attempt = begin(dispatchOf(), NOW, POLICY)?.call ?? dispatchOf();
    expect(attempt.state).toBe('SENT');
    expect(begin(attempt, NOW, POLICY)).toBeNull();
    const after = begin(attempt, new Date(NOW.getTime() + 60_000), POLICY);
    expect(after).toMatchObject({ isDoubtful: true, call: { sends: 1 } });
  });
});

test('laws: sends are bounded, one follows another only on a proof, and doubts are not re-sourced', () => {
  const said: fc.Arbitrary<Said> = fc.oneof(
    fc.constant(made()),
    fc
      .constantFrom(
        'rejected',
        'surfaced',
        'failed',
        'unknown',
        'cancelled',
        'notShown',
        'notLooked',
      )
      .map((kind) => ({ kind, ...why }) as const),
    fc.constant({ kind: 'later', afterMs: null, ...why } as const),
    fc.constant({ kind: 'withheld', afterMs: 0, ...why } as const),
  );
  fc.assert(
    fc.property(
      fc.array(said, { minLength: 40, maxLength: 60 }),
      fc.boolean(),
      (script, canLook) => {
        let dispatch = dispatchOf();
        const names: string[] = [];
        for (const answer of script) {
          const at = dispatch.call.nextAt;
          const attempt = at && begin(dispatch, at, POLICY);
          if (!attempt) break;
          // A look says nothing of a request, and a request shows no list.
          const isLook = ['notShown', 'notLooked', 'cancelled'].includes(answer.kind);
          if (answer.kind !== 'created' && isLook !== attempt.isDoubtful) continue;
          if (attempt.isDoubtful) expect(attempt.call.sends).toBe(dispatch.sends);
          else if (dispatch.sends > 0) {
            const proven = dispatch.state === 'RETRY' || dispatch.emptyLooks >= EMPTY_LOOKS;
            expect(proven).toBe(true);
          }
          const next = answered(attempt.call, attempt.call, answer, {
            now: at,
            policy: POLICY,
            lines: LINES,
            canLook,
          });
          names.push(...next.events.map(({ type }) => type));
          dispatch = next.dispatch;
          expect(mayBeSuppliedElsewhere(dispatch)).toBe(dispatch.state === 'REJECTED');
          // The same answer again is of an attempt that is over.
          const again = answered(dispatch, attempt.call, answer, {
            now: at,
            policy: POLICY,
            lines: LINES,
            canLook,
          });
          expect(again).toEqual({ dispatch, events: [] });
        }
        expect(dispatch.sends).toBeLessThanOrEqual(SENDS_MAX);
        expect(names.filter((name) => name === 'OrderDispatched').length).toBeLessThanOrEqual(1);
      },
    ),
  );
});

describe('a person', () => {
  const failed = lived(dispatchOf(), { kind: 'failed', ...why }).dispatch;
  const manual = lived(dispatchOf(), { kind: 'unknown', ...why }, { canLook: false }).dispatch;

  test('sends, looks, or says what has become of it; once', () => {
    expect(decided(failed, { kind: 'send' }, NOW)?.dispatch.state).toBe('READY');
    expect(decided(manual, { kind: 'look' }, NOW)?.dispatch.state).toBe('UNKNOWN');
    const created = decided(manual, { kind: 'created', order: order('11') }, NOW);
    expect(created?.dispatch.state).toBe('CREATED');
    expect(created?.events.map(({ type }) => type)).toEqual(['OrderDispatched']);
    const dispatch = created?.dispatch ?? manual;
    expect(decided(dispatch, { kind: 'rejected', message: '' }, NOW)).toBeNull();
  });

  test('does not overtake what is under way, and looks for nothing that was never sent', () => {
    const attempt = begin(dispatchOf(), NOW, POLICY)?.call ?? dispatchOf();
    expect(decided(attempt, { kind: 'send' }, NOW)).toBeNull();
    expect(decided({ ...failed, sends: 0 }, { kind: 'look' }, NOW)).toBeNull();
  });
});

describe('parts', () => {
  const many = (count: number, supplierOf: (index: number) => string) =>
    Array.from({ length: count }, (_, index) => ({
      line: line(String(index + 1), `${index}`),
      supply: supply({ supplierId: supplierOf(index) }),
    }));

  test('[F-A17] one for each supplier, with the number and a suffix', () => {
    const parts = partsOf(
      'bxg-1003',
      many(3, (index) => (index === 1 ? 'B' : 'A')),
    );
    expect(parts.map(({ outOrderId, lineIds }) => [outOrderId, lineIds])).toEqual([
      ['bxg-1003-1', ['1', '3']],
      ['bxg-1003-2', ['2']],
    ]);
    expect(parts[0]).toMatchObject({ goodsFen: 1_200n, postFeeFen: 9_200n });
  });

  test('[field F2] 51 goods of one supplier are two orders', () => {
    const parts = partsOf(
      'bxg-1003',
      many(51, () => 'A'),
    );
    expect(parts.map(({ lineIds }) => lineIds.length)).toEqual([LINES_PER_ORDER, 1]);
    expect(parts.map(({ outOrderId }) => outOrderId)).toEqual(['bxg-1003-1', 'bxg-1003-2']);
  });
});
