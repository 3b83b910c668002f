import { tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KnownStore, PlaceRow, PlaceWork, StoreLoad } from './places.ts';
import { inTimeRate, leftToday, placeRows, refuseRate, shownPlaces } from './places.ts';

/** Shanghai's clock. */
const at = (time: string) => Date.parse(`2016-09-22T${time}:00+08:00`);
const store = (storeId: string, more: Partial<KnownStore> = {}): KnownStore => ({
  storeId,
  name: `Store ${storeId}`,
  status: 'NORMAL',
  startTime: '09:00',
  endTime: '21:00',
  ...more,
});
const flow = (more: Partial<StoreLoad['deliver']> = {}) => ({
  workingTime: '',
  threshold: null,
  taken: 0,
  ...more,
});
const load = (storeId: string, more: Partial<StoreLoad['deliver']> = {}): StoreLoad => ({
  storeId,
  deliver: flow(more),
  collect: flow(),
});
const work = (id: string, more: Partial<PlaceWork> = {}): PlaceWork => ({
  place: { type: 'STORE', id },
  asked: 0,
  answered: 0,
  accepted: 0,
  refused: 0,
  reasons: [],
  inTime: 0,
  acceptSeconds: null,
  unanswered: 0,
  oldest: null,
  ...more,
});
const only = (rows: readonly PlaceRow[]): PlaceRow => {
  const [row, ...others] = rows;
  if (!row || others.length > 0) throw new Error(`${rows.length} rows`);
  return row;
};
const row = (known: KnownStore, loads: StoreLoad[] | null, time: string) =>
  only(placeRows({ stores: [known], work: [], loads }, at(time)));

describe('a row', () => {
  test('a store without an answer has no rate, which is not a rate of zero', () => {
    const parts = { stores: [store('1')], work: [work('1', { asked: 4 })], loads: [] };
    const silent = only(placeRows(parts, at('10:00')));
    expect([refuseRate(silent), inTimeRate(silent)]).toEqual([null, null]);
    const good = work('1', { asked: 4, answered: 4, accepted: 4, inTime: 4 });
    const answering = only(placeRows({ ...parts, work: [good] }, at('10:00')));
    expect([refuseRate(answering), inTimeRate(answering)]).toEqual([0, 1]);
  });

  test('a store that was not asked has done nothing; nothing is known of it while fulfillment is away', () => {
    const parts = { stores: [store('1')], loads: [] };
    expect(only(placeRows({ ...parts, work: [] }, 0)).work).toMatchObject({ asked: 0 });
    expect(only(placeRows({ ...parts, work: null }, 0)).work).toBeNull();
  });

  test.each([
    ['by both', {}, '08:00-20:00', '10:00', true],
    ['closed by the platform', {}, '', '08:59', false],
    ['closed by the router', {}, '10:00-12:00', '12:00', false],
    ['over midnight', { startTime: '20:00', endTime: '02:00' }, '', '01:59', true],
    ['on hold', { status: 'HOLD' as const }, '', '10:00', false],
    ['no hours anywhere', { startTime: '', endTime: '' }, '', '03:00', true],
  ])('is open: %s', (_name, more, workingTime, time, open) => {
    expect(row(store('1', more), [load('1', { workingTime })], time).open).toBe(open);
  });

  test('whether it is open is not known while the router is away, but for what is closed anyway', () => {
    expect(row(store('1'), null, '10:00').open).toBeNull();
    expect(row(store('1'), null, '22:00').open).toBe(false);
  });

  test('what is left of a day is never below nothing, and unknown without a cap', () => {
    expect(leftToday({ deliver: flow({ threshold: 5, taken: 7 }) })).toBe(0);
    expect(leftToday({ deliver: flow({ threshold: 5, taken: 2 }) })).toBe(3);
    expect(leftToday({ deliver: flow() })).toBeNull();
    expect(leftToday({ deliver: flow({ threshold: 5, taken: null }) })).toBeNull();
    expect(leftToday({ deliver: null })).toBeNull();
  });

  test('warehouses and stores that are gone are there if they were asked, each place once', () => {
    const gone = work('9');
    const warehouse = work('WH-01', { place: { type: 'WAREHOUSE', id: 'WH-01' } });
    const parts = { stores: [store('1')], work: [work('1'), gone, warehouse], loads: [load('8')] };
    const rows = shownPlaces(placeRows(parts, 0), { text: '', only: null, sort: null });
    expect(rows.map(({ place, status }) => [place.id, status])).toEqual([
      ['1', 'NORMAL'],
      ['9', null],
      ['WH-01', null],
    ]);
  });
});

describe('the list', () => {
  const oldest = (minutes: number) => ({
    since: new Date(minutes),
    orderRef: tmallOrder('1', '1'),
  });
  const rows = placeRows(
    {
      stores: ['1', '2', '10'].map((id) => store(id)),
      work: [
        work('2', { unanswered: 1, oldest: oldest(5) }),
        work('10', { unanswered: 3, oldest: oldest(2), asked: 3 }),
      ],
      loads: [load('1', { threshold: 2, taken: 2 }), load('2', { threshold: 2, taken: 1 })],
    },
    at('10:00'),
  );
  const ids = (asked: Partial<Parameters<typeof shownPlaces>[1]>) =>
    shownPlaces(rows, { text: '', only: null, sort: null, ...asked }).map(({ place }) => place.id);

  test('by id, as numbers; by what is worst, with what is not known at the end', () => {
    expect(ids({})).toEqual(['1', '2', '10']);
    expect(ids({ sort: 'oldest' })).toEqual(['10', '2', '1']);
    expect(ids({ sort: 'unanswered' })).toEqual(['10', '2', '1']);
    expect(ids({ sort: 'left' })).toEqual(['1', '2', '10']);
  });

  test('filters', () => {
    expect(ids({ text: ' store 1 ' })).toEqual(['1', '10']);
    expect(ids({ only: 'waiting' })).toEqual(['2', '10']);
    expect(ids({ only: 'silent' })).toEqual(['10']);
    expect(ids({ only: 'full' })).toEqual(['1']);
    expect(ids({ only: 'closed' })).toEqual([]);
  });

  test('no sort loses or doubles a row', () => {
    const anySort = fc.constantFrom(
      null,
      ...(['oldest', 'unanswered', 'refused', 'slowest', 'inTime', 'left'] as const),
    );
    fc.assert(
      fc.property(anySort, (sort) => {
        expect(ids({ sort }).toSorted()).toEqual(['1', '10', '2']);
      }),
    );
  });
});
