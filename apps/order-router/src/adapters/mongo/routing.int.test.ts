import { tmallOrder } from '@astrolabe/kernel';
import { testDatabase } from '@astrolabe/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { activate, putDraft } from '../../domain/routing/rule-set.ts';
import { DEFAULT_BODY, DEFAULT_RULES } from '../../domain/routing/rules.ts';
import { createCapacity } from './capacity.ts';
import { createDecisions } from './decisions.ts';
import { createGoneStores } from './gone-stores.ts';
import { createRules } from './rules.ts';
import { createStoreSettings } from './store-settings.ts';

const database = await testDatabase();
const SELLER = '21230';
const NOW = new Date('2016-09-22T02:00:00Z');
const content = { body: DEFAULT_BODY, note: '', actor: '小王' };

const claim = (token: string, cap = 5) =>
  ({ storeId: '1342', day: '2016-09-22', flow: 'SHIP', cap, token }) as const;

describe('slots of a day', () => {
  let capacity: Awaited<ReturnType<typeof createCapacity>>;
  beforeAll(async () => {
    capacity = await createCapacity(database.db);
  });

  test('of 40 orders that race for 5 slots exactly 5 get one', async () => {
    const tokens = Array.from({ length: 40 }, (_, n) => `race-${n}`);
    const had = await Promise.all(tokens.map((token) => capacity.claim('race', claim(token))));
    expect(had.filter(Boolean)).toHaveLength(5);
    expect(await capacity.loads('race', '2016-09-22', 'SHIP')).toEqual(new Map([['1342', 5]]));
  });

  test('a repeated claim takes one slot, a repeated release gives one back', async () => {
    expect(await capacity.claim('again', claim('a', 1))).toBe(true);
    expect(await capacity.claim('again', claim('a', 1))).toBe(true);
    expect(await capacity.claim('again', claim('b', 1))).toBe(false);
    await capacity.release('again', claim('a', 1));
    await capacity.release('again', claim('a', 1));
    expect(await capacity.claim('again', claim('b', 1))).toBe(true);
    expect(await capacity.claim('again', claim('c', 1))).toBe(false);
  });

  test('flows and days are counted apart, and a cap of 0 gives nobody a slot', async () => {
    expect(await capacity.claim('apart', claim('a', 1))).toBe(true);
    expect(await capacity.claim('apart', { ...claim('a', 1), flow: 'PICKUP' })).toBe(true);
    expect(await capacity.claim('apart', { ...claim('a', 1), day: '2016-09-23' })).toBe(true);
    expect(await capacity.claim('apart', { ...claim('z', 0), storeId: '123' })).toBe(false);
  });
});

describe('rules', () => {
  test('the default for sellers without any', async () => {
    const rules = createRules(database.db, () => 0);
    expect(await rules.rules('nobody')).toEqual(DEFAULT_RULES);
  });

  test('of ten activations that race one wins, and one version is active', async () => {
    const rules = createRules(database.db, () => 0);
    const draft = { version: 0, revision: 0, ...content };
    for (let n = 0; n < 10; n += 1) await rules.change(SELLER, (set) => putDraft(set, draft, NOW));
    const done = await Promise.all(
      Array.from({ length: 5 }, (_, n) =>
        rules.change(SELLER, (set) => activate(set, n + 1, 1, { actor: '小王', note: '' }, NOW)),
      ),
    );
    expect(done.every(({ ok }) => ok)).toBe(true);
    const { versions } = await rules.load(SELLER);
    expect(versions.filter(({ status }) => status === 'ACTIVE')).toHaveLength(1);
    expect(versions.filter(({ status }) => status === 'ARCHIVED')).toHaveLength(4);
    const active = versions.find(({ status }) => status === 'ACTIVE');
    expect((await rules.rules(SELLER)).version).toBe(String(active?.version));
  });
});

test('settings of a store are changed by compare-and-set', async () => {
  const store = await createStoreSettings(database.db, () => 0);
  const settings = { storeId: '1342', point: { lat: 30, lng: 120 }, deliver: null, collect: null };
  expect(await store.all(SELLER)).toEqual(new Map());
  expect(await store.put(SELLER, settings, 0)).toBe(1);
  expect(await store.put(SELLER, settings, 0)).toBeNull();
  expect(await store.put(SELLER, { ...settings, point: null }, 1)).toBe(2);
  expect(await store.put(SELLER, settings, 1)).toBeNull();
  expect(await store.find(SELLER, '1342')).toEqual({
    settings: { ...settings, point: null },
    version: 2,
  });
  expect(await store.all(SELLER)).toEqual(new Map([['1342', { ...settings, point: null }]]));
});

test('decisions are replaced by a repeat and listed by period in pages', async () => {
  const decisions = await createDecisions(database.db);
  const about = (n: number) => ({
    id: `d${n}`,
    orderRef: tmallOrder(SELLER, String(n)),
    allocation: 1,
    attempt: 1,
    at: new Date(NOW.getTime() + Math.floor(n / 2)),
    rules: 'default',
  });
  const long = ['{"a":1}', '店'.repeat(100_000), '\n'];
  await decisions.keep({ ...about(0), pieces: ['first'] });
  for (let n = 0; n < 5; n += 1) await decisions.keep({ ...about(n), pieces: long });
  expect(await decisions.find('d0')).toEqual({ ...about(0), text: long.join('') });
  expect(await decisions.find('none')).toBeNull();
  const seen: string[] = [];
  const period = { sellerId: SELLER, from: NOW, to: new Date(NOW.getTime() + 2), limit: 3 };
  for (let after = '', more = true; more; more = after !== '') {
    const page = await decisions.list({ ...period, after });
    if (!page.ok) throw new Error(page.error);
    seen.push(...page.value.items.map(({ id }) => id));
    after = page.value.next;
  }
  expect(seen).toEqual(['d0', 'd1', 'd2', 'd3']);
  expect(await decisions.list({ ...period, after: 'x' })).toEqual({
    ok: false,
    error: 'INVALID_PAGE_TOKEN',
  });
});

test('a closed store is watched for ten minutes, or until it opens', async () => {
  const gone = await createGoneStores(database.db);
  const at = new Date();
  await gone.tell(SELLER, '1342', true, at);
  await gone.tell(SELLER, '123', true, at);
  await gone.tell(SELLER, '123', false, at);
  expect(await gone.watched(at, 10)).toMatchObject([{ sellerId: SELLER, storeId: '1342' }]);
  expect(await gone.watched(new Date(at.getTime() + 600_000), 10)).toEqual([]);
});
