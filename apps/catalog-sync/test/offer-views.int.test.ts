import { randomUUID } from 'node:crypto';
import { testDatabase } from '@astrolabe/testing';
import { expect, test, vi } from 'vitest';
import { createOfferFeeds } from '../src/adapters/mongo/offer-feeds.ts';
import { createOfferViews } from '../src/adapters/mongo/offer-views.ts';
import type { StoredOffer } from '../src/adapters/mongo/offer-views.ts';
import { createOffers } from '../src/adapters/mongo/offers.ts';
import type { Offers } from '../src/application/offer/ports.ts';
import { editOffer, putOffer } from '../src/domain/offer/offer.ts';
import { inPool } from '../src/domain/offer/sku-list.ts';
import { content } from './offer-content.ts';

const mongo = await testDatabase();
const ALL = { size: 10_000, token: '' };
const newSeller = (): string => `S${randomUUID()}`;

/** What a process has; several share the database and nothing else. */
const processOf = (): Promise<Offers> =>
  createOffers({
    db: mongo.db,
    topic: 'offers',
    wake: () => undefined,
    encode: () => ({ type: 'changed', payload: new Uint8Array() }),
  });

const put = (offers: Offers, sellerId: string, sku: string, poolIds: readonly string[] = ['A']) =>
  offers.change(sellerId, sku, (current) => {
    const goods = { goodsId: `goods-${sku}`, platform: { goodsId: '', skuId: '' } };
    const named = { sellerId, sku, ...goods, content: { ...content, poolIds } };
    return putOffer(current, named, new Date());
  });

const price = (offers: Offers, sellerId: string, sku: string, agreementFen: bigint) =>
  offers.change(sellerId, sku, (current) =>
    editOffer(current, ({ prices }) => ({ prices: { ...prices, agreementFen } }), new Date()),
  );

/** Views whose looks at offers are counted; it holds the seller's when this returns. */
async function viewsOf(sellerId: string) {
  const find = vi.fn(
    async (filter: object, projection: object, limit: number, sort: object = {}) =>
      await mongo.db
        .collection<StoredOffer>('offers')
        .find(filter, { projection, limit, sort: { ...sort } })
        .toArray(),
  );
  const feeds = createOfferFeeds(mongo.db);
  const views = createOfferViews({ feeds, find, ticks: () => performance.now() });
  await vi.waitFor(async () => expect(await views.of(sellerId)).not.toBeNull());
  find.mockClear();
  const skusIn = async (poolId: string) =>
    (await views.of(sellerId))?.list.page(inPool(poolId), ALL).rows;
  return { feeds, find, skusIn };
}

test('what one process has changed, every other one tells from then on', async () => {
  const [one, other] = [await processOf(), await processOf()];
  const sellerId = newSeller();
  for (let round = 1; round <= 30; round += 1) {
    const [sku, fen] = [`sku-${round % 7}`, BigInt(round)];
    const writer = round % 2 === 0 ? one : other;
    await put(writer, sellerId, sku, [`pool-${round}`]);
    await price(writer, sellerId, sku, fen);
    for (const reader of [one, other]) {
      const [row] = await reader.bySkus(sellerId, [sku]);
      expect(row?.prices.agreementFen).toBe(fen);
      const listed = await reader.poolSkus(sellerId, `pool-${round}`, ALL);
      expect(listed.rows).toEqual([sku]);
    }
  }
});

test('changes at once by several processes are all told by each', async () => {
  const processes = await Promise.all([processOf(), processOf(), processOf()]);
  const sellerId = newSeller();
  const skus = Array.from({ length: 30 }, (_, n) => `sku-${String(n).padStart(2, '0')}`);
  const { skusIn } = await viewsOf(sellerId);
  await Promise.all(
    skus.map(async (sku) => {
      await Promise.all(processes.map((offers) => put(offers, sellerId, sku)));
      expect(await skusIn('A')).toContain(sku);
    }),
  );
  expect(await skusIn('A')).toEqual(skus);
  for (const offers of processes) {
    expect((await offers.poolSkus(sellerId, 'A', ALL)).rows).toEqual(skus);
    expect(await offers.bySkus(sellerId, skus)).toHaveLength(skus.length);
  }
});

test('where nothing has changed no offer is looked at; then only those that have', async () => {
  const offers = await processOf();
  const sellerId = newSeller();
  for (const sku of ['a', 'b', 'c']) await put(offers, sellerId, sku);
  const { find, skusIn } = await viewsOf(sellerId);
  await vi.waitFor(async () => {
    find.mockClear();
    expect(await skusIn('A')).toEqual(['a', 'b', 'c']);
    expect(find).not.toHaveBeenCalled();
  });
  await put(offers, sellerId, 'b', ['B']);
  expect([await skusIn('A'), await skusIn('B')]).toEqual([['a', 'c'], ['b']]);
  const looked = await Promise.all(find.mock.results.map(({ value }) => value));
  expect(new Set(looked.flat().map(({ state }) => state['sku']))).toEqual(new Set(['b']));
});

test('a change that is written long after it was announced is told when it is written', async () => {
  const offers = await processOf();
  const sellerId = newSeller();
  await put(offers, sellerId, 'slow');
  const { feeds, skusIn } = await viewsOf(sellerId);
  const slow = await feeds.begin(sellerId, 'slow');
  await put(offers, sellerId, 'fast');
  expect(await skusIn('A')).toEqual(['fast', 'slow']);
  await mongo.db
    .collection<StoredOffer>('offers')
    .updateOne(
      { _id: `${sellerId}/slow` },
      { $set: { 'state.poolIds': ['B'], 'state.turn': slow.turn, 'state.revision': 9n } },
    );
  expect([await skusIn('A'), await skusIn('B')]).toEqual([['fast'], ['slow']]);
  await feeds.end(sellerId, slow);
  expect([await skusIn('A'), await skusIn('B')]).toEqual([['fast'], ['slow']]);
});

test('what changes nothing is announced to nobody', async () => {
  const offers = await processOf();
  const sellerId = newSeller();
  await put(offers, sellerId, 'a');
  const feeds = createOfferFeeds(mongo.db);
  const { turn } = await feeds.read(sellerId);
  expect(await put(offers, sellerId, 'a')).toMatchObject({ ok: true, value: { difference: null } });
  expect((await feeds.read(sellerId)).turn).toBe(turn);
});

test('who follows is told of every change that was made before it asks', async () => {
  const processes = await Promise.all([processOf(), processOf()]);
  const [one, other] = processes;
  const sellerId = newSeller();
  await put(one, sellerId, 'a');
  const begun = await vi.waitFor(async () => {
    const [first, second] = await Promise.all(
      processes.map((offers) => offers.follow(sellerId, null, ['a', 'none'])),
    );
    if (!first?.turn || !second?.turn) throw new Error('no view yet');
    return first;
  });
  expect(begun).toMatchObject({ changed: null, rows: [{ sku: 'a' }] });
  let turn = begun.turn;
  for (let round = 1; round <= 20; round += 1) {
    const sku = `sku-${round % 3}`;
    await put(round % 2 === 0 ? one : other, sellerId, sku, [`pool-${round}`]);
    // Whichever process is asked next: what it is told of is since the last answer of any.
    const told = await (round % 3 === 0 ? one : other).follow(sellerId, turn, [sku]);
    const doubted = told.changed === null || [...told.changed, ...told.open].includes(sku);
    expect([doubted, told.rows[0]?.poolIds]).toEqual([true, [`pool-${round}`]]);
    turn = told.turn;
  }
  expect((await one.follow(sellerId, turn, [])).changed).toEqual([]);
  // Of a database that was there before this one.
  expect((await one.follow(sellerId, 9_999n, [])).changed).toBeNull();
});

test('a change that is not written yet is told as open, and as changed when it is', async () => {
  const offers = await processOf();
  const sellerId = newSeller();
  await put(offers, sellerId, 'slow');
  const feeds = createOfferFeeds(mongo.db);
  const { turn } = await vi.waitFor(async () => {
    const told = await offers.follow(sellerId, null, []);
    expect([told.turn !== null, told.open]).toEqual([true, []]);
    return told;
  });
  const slow = await feeds.begin(sellerId, 'slow');
  const before = await offers.follow(sellerId, turn, ['slow']);
  expect([before.turn, before.open]).toEqual([slow.turn, ['slow']]);
  await feeds.end(sellerId, slow);
  expect(await offers.follow(sellerId, before.turn, [])).toMatchObject({ open: [] });
});
