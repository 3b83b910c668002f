import { randomUUID } from 'node:crypto';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createOffers } from '../src/adapters/mongo/offers.ts';
import type { Offers } from '../src/application/offer/ports.ts';
import { putOffer } from '../src/domain/offer/offer.ts';
import { content } from './offer-content.ts';

const ROUNDS = 20;
const PROCESSES = 4;

const mongo = await testDatabase();

/** What a process has; several share the database and nothing else. */
const processOf = (): Promise<Offers> =>
  createOffers({
    db: mongo.db,
    topic: 'offers',
    wake: () => undefined,
    encode: () => ({ type: 'changed', payload: new Uint8Array() }),
  });

const put = (offers: Offers, sellerId: string, sku: string, goodsId: string) =>
  offers.change(sellerId, sku, (current) => {
    const platform = { goodsId: '', skuId: '' };
    return putOffer(current, { sellerId, goodsId, sku, platform, content }, new Date());
  });

test('goods get one SKU, however many processes offer them at once under several', async () => {
  const processes = await Promise.all(Array.from({ length: PROCESSES }, processOf));
  for (let round = 0; round < ROUNDS; round += 1) {
    const [sellerId, goodsId] = [`S${randomUUID()}`, `goods-${round}`];
    const done = await Promise.all(
      processes.map((offers, n) => put(offers, sellerId, `sku-${n}`, goodsId)),
    );
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    for (const one of done) expect(one.ok ? null : one.error).toBeOneOf([null, 'GOODS_TAKEN']);
    const [first] = processes;
    const won = done.findIndex(({ ok }) => ok);
    const found = await first?.byGoods(sellerId, [goodsId]);
    expect(found?.map(({ sku }) => sku)).toEqual([`sku-${won}`]);
  }
});

test('the same SKU from several processes at once is one offer', async () => {
  const processes = await Promise.all(Array.from({ length: PROCESSES }, processOf));
  const sellerId = `S${randomUUID()}`;
  const done = await Promise.all(processes.map((offers) => put(offers, sellerId, 'sku', 'goods')));
  expect(done.map(({ ok }) => ok)).toEqual(processes.map(() => true));
});
