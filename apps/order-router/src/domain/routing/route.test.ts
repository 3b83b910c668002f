import { isOpen, tmallOrder } from '@astrolabe/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from './explain.ts';
import { inputFromText, inputText, outcomeText, recordFromText, recordPieces } from './record.ts';
import { regionRank } from './region.ts';
import { route, tableOf } from './route.ts';
import { DEFAULT_RULES, FILTERS, SORTS } from './rules.ts';
import type { FreeStock, RoutingInput, RoutingStore } from './types.ts';

const store = (storeId: string, change: Partial<RoutingStore> = {}): RoutingStore => ({
  storeId,
  name: `门店${storeId}`,
  status: 'NORMAL',
  startTime: '09:00',
  endTime: '21:00',
  province: '浙江省',
  city: '杭州市',
  area: '余杭区',
  priority: 0,
  ...change,
});

const at = (type: 'STORE' | 'WAREHOUSE', id: string, shared: number, certain = 0): FreeStock => ({
  place: { type, id },
  goodsId: 'g-1',
  sharedMilli: BigInt(shared) * 1000n,
  certainMilli: BigInt(certain) * 1000n,
});

const WH = { type: 'WAREHOUSE', id: 'WH-01' } as const;

const input = (change: {
  stores?: readonly RoutingStore[];
  stock?: readonly FreeStock[];
  order?: Partial<RoutingInput['order']>;
  openingHours?: boolean;
}): RoutingInput => ({
  order: {
    orderRef: tmallOrder('21230', '2004574256073903'),
    atMs: Date.parse('2016-09-22T02:00:00Z'),
    flow: 'SHIP',
    receiver: { province: '浙江省', city: '杭州市', area: '西湖区' },
    lines: [
      {
        subOrderId: '1',
        itemId: 'i-1',
        goodsId: 'g-1',
        quantityMilli: 2000n,
        certainPlace: WH,
      },
    ],
    refusedBy: [],
    missed: [],
    ...change.order,
  },
  rules: {
    ...DEFAULT_RULES,
    version: 'v1',
    filters: change.openingHours ? [{ name: 'opening-hours', metres: 0 }] : [],
  },
  snapshot: { stores: change.stores ?? [], stock: change.stock ?? [], settings: [], loads: [] },
});

const chosen = (i: RoutingInput): string | undefined => route(i).chosen?.place.id;
const removed = (i: RoutingInput, id: string): string | null | undefined =>
  tableOf(i).find((candidate) => candidate.place.id === id)?.removed;

describe('filters', () => {
  test('a store that is not NORMAL is out, whatever its stock', () => {
    const i = input({
      stores: [store('1', { status: 'HOLD' }), store('2', { status: 'CLOSE' }), store('3')],
      stock: [at('STORE', '1', 9), at('STORE', '2', 9), at('STORE', '3', 2)],
    });
    expect(chosen(i)).toBe('3');
    expect(removed(i, '1')).toBe('NOT_NORMAL');
    expect(removed(i, '2')).toBe('NOT_NORMAL');
  });

  test('opening hours count only where the rules say so', () => {
    const stores = [store('1', { startTime: '13:00', endTime: '20:00' })];
    const stock = [at('STORE', '1', 9)];
    expect(chosen(input({ stores, stock }))).toBe('1');
    const strict = input({ stores, stock, openingHours: true });
    expect(removed(strict, '1')).toBe('CLOSED_NOW');
  });

  test('who refused or missed is out', () => {
    const i = input({
      stores: [store('1'), store('2'), store('3')],
      stock: [at('STORE', '1', 9), at('STORE', '2', 8), at('STORE', '3', 7)],
      order: { refusedBy: [{ type: 'STORE', id: '1' }], missed: [{ type: 'STORE', id: '2' }] },
    });
    expect(chosen(i)).toBe('3');
    expect(removed(i, '1')).toBe('REFUSED_BEFORE');
    expect(removed(i, '2')).toBe('MISSED_STOCK');
  });

  test('one place has to have all lines, and lines of the same goods are added up', () => {
    const line = { itemId: 'i-1', goodsId: 'g-1', quantityMilli: 2000n, certainPlace: WH };
    const lines = [
      { ...line, subOrderId: '1' },
      { ...line, subOrderId: '2' },
    ];
    const i = input({
      stores: [store('1'), store('2')],
      stock: [at('STORE', '1', 3), at('STORE', '2', 3, 4)],
      order: { lines },
    });
    expect(removed(i, '1')).toBe('NOT_ENOUGH_STOCK');
    expect(route(i)).toMatchObject({
      chosen: { place: { id: '2' } },
      lines: [
        { subOrderId: '1', kind: 'CERTAIN' },
        { subOrderId: '2', kind: 'CERTAIN' },
      ],
    });
  });

  test('the own certain hold at the place counts', () => {
    const own = { type: 'STORE', id: '1' } as const;
    const i = input({
      stores: [store('1')],
      stock: [at('STORE', '1', 1, 0)],
      order: {
        lines: [
          {
            subOrderId: '1',
            itemId: 'i-1',
            goodsId: 'g-1',
            quantityMilli: 2000n,
            certainPlace: own,
          },
        ],
      },
    });
    expect(route(i)).toMatchObject({ chosen: { holdsAll: true }, lines: [{ kind: 'CERTAIN' }] });
  });
});

describe('sorts, the first that is no tie', () => {
  test.each([
    ['priority', [store('1', { priority: 3 }), store('2', { priority: 1, city: '宁波市' })], '2'],
    ['region', [store('1', { city: '宁波市' }), store('2')], '2'],
    ['region', [store('1'), store('2', { area: '西湖区' })], '2'],
    ['region', [store('1', { province: '江苏省' }), store('2', { city: '宁波' })], '2'],
    ['id', [store('10'), store('9')], '9'],
  ] as const)('%s', (sort, stores, expected) => {
    const i = input({ stores, stock: stores.map((s) => at('STORE', s.storeId, 5)) });
    expect(chosen(i)).toBe(expected);
    expect(route(i).decidedBy).toBe(sort);
  });

  test('available of the kind to be used', () => {
    const i = input({
      stores: [store('1'), store('2')],
      stock: [at('STORE', '1', 2, 100), at('STORE', '2', 3)],
    });
    expect(chosen(i)).toBe('2');
    expect(route(i).decidedBy).toBe('available');
  });

  test('stores before warehouses; the warehouse that holds the guarantee before a fuller one', () => {
    const stock = [at('WAREHOUSE', 'WH-02', 0, 50), at('WAREHOUSE', 'WH-01', 0, 0)];
    expect(chosen(input({ stock }))).toBe('WH-01');
    const withStore = input({ stores: [store('1')], stock: [...stock, at('STORE', '1', 2)] });
    expect(chosen(withStore)).toBe('1');
  });

  test('shared stock of a warehouse is not used', () => {
    const elsewhere = { type: 'STORE', id: '7' } as const;
    const i = input({
      stock: [at('WAREHOUSE', 'WH-09', 50, 0)],
      order: {
        lines: [
          {
            subOrderId: '1',
            itemId: 'i-1',
            goodsId: 'g-1',
            quantityMilli: 2000n,
            certainPlace: elsewhere,
          },
        ],
      },
    });
    expect(route(i)).toMatchObject({ chosen: null, decidedBy: null });
    expect(removed(i, 'WH-09')).toBe('NOT_ENOUGH_STOCK');
  });
});

test('names of regions match with and without their suffix, and never when empty', () => {
  const at = { province: '浙江', city: '杭州', area: '余杭区' };
  expect(regionRank(at, { province: '浙江省', city: '杭州市', area: '余杭区' })).toBe(0);
  const empty = { province: '', city: '', area: '' };
  expect(regionRank(empty, empty)).toBe(3);
  expect(regionRank({ ...at, city: '', area: '' }, { ...at, city: '', area: '' })).toBe(2);
});

test('opening hours over midnight, missing and unreadable ones', () => {
  const shanghai = (time: string): number => Date.parse(`2016-09-22T${time}:00+08:00`);
  expect(isOpen('20:00', '02:00', shanghai('01:59'))).toBe(true);
  expect(isOpen('20:00', '02:00', shanghai('02:00'))).toBe(false);
  expect(isOpen('09:00', '21:00', shanghai('09:00'))).toBe(true);
  expect(isOpen('09:00', '21:00', shanghai('21:00'))).toBe(false);
  expect(isOpen('', '21:00', shanghai('03:00'))).toBe(true);
  expect(isOpen('all day', '21:00', shanghai('03:00'))).toBe(true);
});

const anyStoreId = fc.nat(30).map((n) => String(n + 1));

const anySettings = fc.record({
  storeId: anyStoreId,
  point: fc.option(
    fc.record({
      lat: fc.integer({ min: 3020, max: 3035 }).map((n) => n / 100),
      lng: fc.integer({ min: 12_010, max: 12_020 }).map((n) => n / 100),
    }),
  ),
  deliver: fc.option(
    fc.record({
      workingTime: fc.constantFrom('', '09:00-12:00', '22:00-02:00'),
      threshold: fc.option(fc.nat(3)),
      activeFromMs: fc.option(fc.constant(Date.parse('2016-09-23T00:00:00Z'))),
      activeToMs: fc.option(fc.constant(Date.parse('2016-09-24T00:00:00Z'))),
      priority: fc.nat(10),
      dispatchTimeRanges: fc.subarray([{ startTime: '08:40', endTime: '12:20' }]),
    }),
  ),
  collect: fc.constant(null),
});

const anyInput = fc
  .record({
    stores: fc.uniqueArray(
      fc.record({
        storeId: fc.nat(30).map((n) => String(n + 1)),
        status: fc.constantFrom('NORMAL', 'HOLD', 'CLOSE' as const),
        province: fc.constantFrom('浙江省', '江苏', ''),
        city: fc.constantFrom('杭州市', '宁波'),
        area: fc.constantFrom('余杭区', '西湖区'),
        priority: fc.nat(2),
        name: fc.string(),
      }),
      { maxLength: 12, selector: (s) => s.storeId },
    ),
    quantities: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
    stock: fc.array(
      fc.record({
        place: fc.record({
          type: fc.constantFrom('STORE', 'WAREHOUSE' as const),
          id: fc.nat(30).map((n) => String(n + 1)),
        }),
        goodsId: fc.constantFrom('g-0', 'g-1'),
        sharedMilli: fc.nat(6).map((n) => BigInt(n) * 1000n),
        certainMilli: fc.nat(6).map((n) => BigInt(n) * 1000n),
      }),
      { maxLength: 30 },
    ),
    filters: fc.shuffledSubarray([...FILTERS]),
    sorts: fc.shuffledSubarray([...SORTS]),
    warehouseFallback: fc.boolean(),
    settings: fc.uniqueArray(anySettings, { maxLength: 6, selector: (s) => s.storeId }),
    loads: fc.uniqueArray(fc.record({ storeId: anyStoreId, count: fc.nat(3) }), {
      maxLength: 6,
      selector: (s) => s.storeId,
    }),
  })
  .map(({ stores, quantities, stock, settings, loads, filters, ...body }): RoutingInput => {
    const base = input({
      stores: stores.map((s) => store(s.storeId, s as Partial<RoutingStore>)),
      stock,
    });
    const rules = {
      ...base.rules,
      ...body,
      filters: filters.map((name) => ({ name, metres: name === 'max-distance' ? 5000 : 0 })),
      points: [{ province: '浙江', city: '杭州', area: '', lat: 30.27, lng: 120.15 }],
    };
    const lines = quantities.map((quantity, index) => ({
      subOrderId: String(index),
      itemId: 'i-1',
      goodsId: `g-${index % 2}`,
      quantityMilli: BigInt(quantity) * 1000n,
      certainPlace: WH,
    }));
    const snapshot = { ...base.snapshot, settings, loads };
    return { ...base, rules, snapshot, order: { ...base.order, lines } };
  });

test('the text of a record stays as it is: what was kept is read again', () => {
  const text = recordPieces(input({ stores: [store('1')], stock: [at('STORE', '1', 2)] }), {
    chosen: null,
    lines: [],
    decidedBy: null,
    candidates: 1,
    removed: [['NOT_NORMAL', 1]],
  }).join('');
  const order =
    '{"orderRef":{"channel":"tmall","sellerId":"21230","number":"2004574256073903"},"atMs":1474509600000,"flow":"SHIP",' +
    '"receiver":{"province":"浙江省","city":"杭州市","area":"西湖区"},"lines":[{"subOrderId":"1","itemId":"i-1","goodsId":"g-1",' +
    '"quantityMilli":"2000","certainPlace":{"type":"WAREHOUSE","id":"WH-01"}}],"refusedBy":[],"missed":[]}';
  const rules = JSON.stringify({ ...DEFAULT_RULES, version: 'v1', filters: [] });
  expect(text).toBe(
    `{"order":${order},"rules":${rules},"snapshot":{"stores":[["1","门店1","NORMAL","09:00","21:00","浙江省","杭州市","余杭区",0]],` +
      '"stock":[["STORE","1","g-1","2000","0"]],"settings":[],"loads":[]}}\n' +
      '{"chosen":null,"lines":[],"decidedBy":null,"candidates":1,"removed":[["NOT_NORMAL",1]]}\n',
  );
});

describe('every decision', () => {
  test('replays byte-identical from its stored record', () => {
    fc.assert(
      fc.property(anyInput, (i) => {
        const record = recordFromText(recordPieces(i, route(i)).join(''));
        if (!record) throw new Error('unreadable record');
        expect(record.input).toBe(inputText(i));
        expect(inputText(inputFromText(record.input))).toBe(record.input);
        expect(outcomeText(route(inputFromText(record.input)))).toBe(record.outcome);
      }),
    );
  });

  test('does not depend on the order in which stores and stock were listed', () => {
    fc.assert(
      fc.property(anyInput, (i) => {
        // Duplicate cells would make the listing order part of the meaning.
        const cells = new Map(
          i.snapshot.stock.map((c) => [JSON.stringify([c.place, c.goodsId]), c]),
        );
        const stock = [...cells.values()];
        const straight = { ...i.snapshot, stock };
        const turned = {
          stores: i.snapshot.stores.toReversed(),
          stock: stock.toReversed(),
          settings: i.snapshot.settings.toReversed(),
          loads: i.snapshot.loads.toReversed(),
        };
        expect(outcomeText(route({ ...i, snapshot: turned }))).toBe(
          outcomeText(route({ ...i, snapshot: straight })),
        );
      }),
    );
  });

  test('is the head of the table, which tells of everybody', () => {
    fc.assert(
      fc.property(anyInput, (i) => {
        const outcome = route(i);
        const { rows } = explain(i);
        expect(rows).toHaveLength(outcome.candidates);
        const [first, second] = rows.filter(({ removed }) => !removed);
        expect(first?.place ?? null).toEqual(outcome.chosen?.place ?? null);
        expect(second?.behindBy ?? null).toBe(outcome.decidedBy);
        const counted = outcome.removed.reduce((sum, [, count]) => sum + count, 0);
        expect(rows.filter(({ removed }) => removed)).toHaveLength(counted);
      }),
    );
  });

  test('chooses only who was not removed, and serves every line there', () => {
    fc.assert(
      fc.property(anyInput, (i) => {
        const outcome = route(i);
        expect(outcome.chosen?.removed ?? null).toBeNull();
        if (outcome.chosen) {
          expect(outcome.lines.map((l) => l.subOrderId)).toEqual(
            i.order.lines.map((l) => l.subOrderId),
          );
        } else {
          expect(tableOf(i).every((c) => c.removed !== null)).toBe(true);
        }
      }),
    );
  });
});
