import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { beyond, distanceM } from './distance.ts';
import type { Point } from './distance.ts';
import { pointOf } from './region.ts';
import type { RuleSet } from './rule-set.ts';
import { MAX_VERSIONS, NO_RULES, activate, putDraft, rulesInForce } from './rule-set.ts';
import { DEFAULT_BODY, readBody } from './rules.ts';
import { checkSettings } from './settings.ts';

const NOW = new Date('2016-09-22T02:00:00Z');
const content = { body: DEFAULT_BODY, note: '', actor: '小王' };

const point = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lng: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe('great-circle distance', () => {
  test('Shanghai to Hangzhou, a degree of the equator, the antipodes', () => {
    const shanghai = { lat: 31.2304, lng: 121.4737 };
    const hangzhou = { lat: 30.2741, lng: 120.1551 };
    expect(Math.round(distanceM(shanghai, hangzhou) / 1000)).toBe(165);
    expect(distanceM({ lat: 0, lng: 0 }, { lat: 0, lng: 1 })).toBe(111_195);
    expect(distanceM({ lat: 0, lng: 0 }, { lat: 0, lng: 180 })).toBe(20_015_114);
  });

  test('is symmetric, 0 to itself, and at most half the circumference', () => {
    fc.assert(
      fc.property(point, point, (a, b) => {
        expect(distanceM(a, b)).toBe(distanceM(b, a));
        expect(distanceM(a, a)).toBe(0);
        expect(distanceM(a, b)).toBeLessThanOrEqual(20_015_114);
      }),
    );
  });

  test('what is beyond so many metres is what the distance says', () => {
    const says = (a: Point, b: Point, metres: number): void => {
      expect(beyond(b, metres)(a)).toBe(distanceM(a, b) > metres);
    };
    const few = fc.double({ min: -4, max: 4, noNaN: true });
    fc.assert(
      fc.property(point, few, few, fc.nat(600_000), (b, north, east, metres) => {
        const a = { lat: Math.max(-90, Math.min(90, b.lat + north)), lng: b.lng + east };
        says(a, b, metres);
        for (const off of [-2, -1, 0, 1, 2]) says(a, b, distanceM(a, b) + off);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(fc.property(point, point, fc.nat(20_100_000), says), { numRuns: 2_000 });
  });
});

test('a receiver is at the point of the area, else of the city, else of the province', () => {
  const receiver = { province: '浙江省', city: '杭州市', area: '西湖区' };
  const at = (province: string, city: string, area: string, lat: number) => ({
    province,
    city,
    area,
    lat,
    lng: 120,
  });
  const province = at('浙江', '', '', 1);
  const city = at('浙江', '杭州', '', 2);
  const area = at('浙江', '杭州', '西湖区', 3);
  const others = [
    at('浙江', '宁波', '', 7),
    at('浙江', '杭州', '余杭区', 8),
    at('江苏', '', '', 9),
  ];
  expect(pointOf(receiver, [province, city, area, ...others])?.lat).toBe(3);
  expect(pointOf(receiver, [...others, province, city])?.lat).toBe(2);
  expect(pointOf(receiver, [...others, province])?.lat).toBe(1);
  expect(pointOf(receiver, others)).toBeNull();
});

describe('rules that cannot be', () => {
  const filter = (name: string, metres = 0) => ({ name, metres });
  test.each([
    ['filters', { filters: [filter('nearby')] }],
    ['filters', { filters: [filter('daily-cap'), filter('daily-cap')] }],
    ['filters', { filters: [filter('max-distance')] }],
    ['filters', { filters: [filter('same-city', 5)] }],
    ['sorts', { sorts: ['id'] }],
    ['sorts', { sorts: ['region', 'region'] }],
    ['points', { points: [{ province: '浙江', city: '', area: '', lat: 91, lng: 0 }] }],
    ['points', { points: [{ province: '', city: '', area: '', lat: 0, lng: 0 }] }],
  ])('%s %#', (error, change) => {
    expect(readBody({ ...DEFAULT_BODY, ...change })).toEqual({ ok: false, error });
  });
});

describe('settings that cannot be (A.6)', () => {
  const deliver = {
    priority: 0,
    workingTime: '09:00-12:00',
    threshold: 3,
    activeFromMs: null,
    activeToMs: null,
    dispatchTimeRanges: [{ startTime: '08:40', endTime: '12:20' }],
  };
  const settings = { storeId: '1342', point: null, deliver, collect: null };
  test('those of the annex can', () => expect(checkSettings(settings).ok).toBe(true));
  test.each([
    ['priority', { priority: 11 }],
    ['working_time', { workingTime: '9am' }],
    ['threshold', { threshold: -1 }],
    ['activity', { activeFromMs: 2, activeToMs: 1 }],
    ['dispatch_time_range', { dispatchTimeRanges: [{ startTime: '', endTime: '12:20' }] }],
  ])('%s', (error, change) => {
    const changed = { ...settings, deliver: { ...deliver, ...change } };
    expect(checkSettings(changed)).toEqual({ ok: false, error });
  });
});

describe('versions of rules', () => {
  const draft = { version: 0, revision: 0, ...content };
  const command = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), version: fc.nat(6), revision: fc.nat(4) }),
    fc.record({ kind: fc.constant('activate' as const), version: fc.nat(6), revision: fc.nat(4) }),
  );

  test('whatever is asked: at most one is active, and once there is one there is always one', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
        let set: RuleSet = NO_RULES;
        let wasActive = false;
        for (const { kind, version, revision } of commands) {
          const next =
            kind === 'put'
              ? putDraft(set, { version, revision, ...content }, NOW)
              : activate(set, version, revision, { actor: '小王', note: '' }, NOW);
          const before = set;
          set = next.ok ? next.value : set;
          const active = set.versions.filter(({ status }) => status === 'ACTIVE');
          expect(active.length).toBeLessThanOrEqual(1);
          if (wasActive) expect(active).toHaveLength(1);
          wasActive = active.length === 1;
          for (const old of before.versions.filter(({ status }) => status !== 'DRAFT')) {
            const now = set.versions.find((known) => known.version === old.version);
            expect(now?.body).toBe(old.body);
          }
        }
      }),
    );
  });

  test('a change names the revision it was made on; what was active is never edited', () => {
    const one = putDraft(NO_RULES, draft, NOW);
    if (!one.ok) throw new Error(one.error);
    expect(rulesInForce(one.value).version).toBe('default');
    const stale = putDraft(one.value, { ...draft, version: 1, revision: 0 }, NOW);
    expect(stale).toEqual({ ok: false, error: 'REVISION_CHANGED' });
    const two = activate(one.value, 1, 1, { actor: '小王', note: '' }, NOW);
    if (!two.ok) throw new Error(two.error);
    expect(rulesInForce(two.value).version).toBe('1');
    const edit = putDraft(two.value, { ...draft, version: 1, revision: 2 }, NOW);
    expect(edit).toEqual({ ok: false, error: 'NOT_A_DRAFT' });
    expect(activate(two.value, 1, 2, { actor: '小王', note: '' }, NOW)).toEqual({
      ok: false,
      error: 'ALREADY_ACTIVE',
    });
    expect(activate(two.value, 9, 1, { actor: '小王', note: '' }, NOW)).toEqual({
      ok: false,
      error: 'UNKNOWN_VERSION',
    });
  });

  test('drafts are bounded', () => {
    let set: RuleSet = NO_RULES;
    for (let n = 0; n < MAX_VERSIONS; n += 1) {
      const next = putDraft(set, draft, NOW);
      if (next.ok) set = next.value;
    }
    expect(putDraft(set, draft, NOW)).toEqual({ ok: false, error: 'TOO_MANY_DRAFTS' });
  });
});
