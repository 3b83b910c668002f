import { setImmediate as turn } from 'node:timers/promises';
import type { Place } from '@astrolabe/kernel';
import { ok } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { makeQueryStock } from './query-stock.ts';

const NORTH: readonly Place[] = [{ type: 'WAREHOUSE', id: 'N' }];
const SOUTH: readonly Place[] = [{ type: 'WAREHOUSE', id: 'S' }];
const region = { code: '120102', name: '河东区', areaId: '120102' };

function shop(served: readonly Place[] | null | Error, before: readonly Place[] | undefined) {
  const asked: (string | undefined)[] = [];
  const query = makeQueryStock({
    catalog: {
      goodsOf: async (_sellerId, skus) => skus.map((sku) => (sku === 'none' ? '' : `g-${sku}`)),
      placesBefore: () => before,
      placesServing: async () => {
        await turn();
        if (served instanceof Error) throw served;
        return served;
      },
    },
    inventory: {
      sellable: async (_sellerId, goodsIds, places) => {
        asked.push(places[0]?.id);
        const milli = places === SOUTH ? 2_000n : 9_000n;
        return new Map(goodsIds.map((goodsId) => [goodsId, milli]));
      },
    },
    regions: {
      below: async () => [],
      resolve: async () => ok({ province: region, city: region, county: region, note: '' }),
    },
  });
  const area = { county: '120102' };
  const ask = () => query({ sellerId: 'S', area, skus: ['a', 'none'] });
  return { asked, ask };
}
const told = (a: bigint) => ({
  ok: true,
  value: {
    areaId: '120102',
    stock: [
      { sku: 'a', quantity: a },
      { sku: 'none', quantity: 0n },
    ],
  },
});

test('stock is asked for once where the places are what they were', async () => {
  const { asked, ask } = shop(NORTH, NORTH);
  expect(await ask()).toEqual(told(9_000n));
  expect(asked).toEqual(['N']);
});

test('stock of places that serve the area no more is told to nobody', async () => {
  const { asked, ask } = shop(SOUTH, NORTH);
  expect(await ask()).toEqual(told(2_000n));
  expect(asked).toEqual(['N', 'S']);
  expect(await shop(null, NORTH).ask()).toEqual(told(0n));
});

test('without a guess the places are waited for; a catalogue that is away is a failure', async () => {
  const { asked, ask } = shop(NORTH, undefined);
  expect(await ask()).toEqual(told(9_000n));
  expect(asked).toEqual(['N']);
  await expect(shop(new Error('away'), NORTH).ask()).rejects.toThrow('away');
});
