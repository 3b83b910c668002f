import { randomUUID } from 'node:crypto';
import { ImportKind } from '@astrolabe/contracts/catalog';
import type { GoodsKey } from '@astrolabe/contracts/catalog';
import { testDatabase, testTopicPrefix } from '@astrolabe/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { startCatalog } from './running-catalog.ts';
import type { RunningCatalog } from './running-catalog.ts';

let catalog: RunningCatalog;
beforeAll(async () => {
  catalog = await startCatalog((await testDatabase()).name, testTopicPrefix());
});

async function send(sellerId: string, rows: readonly string[], dryRun: boolean) {
  const content = Buffer.from(['sku,name,names', ...rows].join('\n'), 'utf8');
  const asked = { sellerId, kind: ImportKind.OFFERS, content, dryRun, firstRow: 0 };
  const answer = await catalog.offerAdmin.call('importRows', asked);
  return answer.rows.map(({ row, key, outcome, problems }) => ({ row, key, outcome, problems }));
}

/** Foreseen, then taken: what was foreseen comes true. */
async function foreseenAndTaken(sellerId: string, rows: readonly string[]) {
  const foreseen = await send(sellerId, rows, true);
  expect(await send(sellerId, rows, false)).toEqual(foreseen);
  return foreseen.map(({ key, outcome }) => `${key} ${outcome}`);
}

const goodsOf = async (sellerId: string, keys: readonly GoodsKey[]) => {
  const asked = { sellerId, keys: [...keys], createMissing: false, outerIds: [], storeIds: [] };
  return (await catalog.client.call('resolveGoods', asked)).goods.map(({ goodsId }) => goodsId);
};
const outer = (value: string): GoodsKey => ({ key: { $case: 'outerId', value } });
const mallSku = (value: string): GoodsKey => ({ key: { $case: 'mallSku', value } });

test('a name that an earlier row has given is taken for the later one', async () => {
  const sellerId = `N-${randomUUID()}`;
  const rows = ['1,x,outerId=A;item=9001/70001', '2,y,商家编码=A', '3,z,item=9001', '4,v,item=9/'];
  expect(await foreseenAndTaken(sellerId, rows)).toEqual([
    '1 CREATED',
    '2 REFUSED',
    '3 REFUSED',
    '4 CREATED',
  ]);
  const [one, other] = await goodsOf(sellerId, [outer('A'), mallSku('1')]);
  expect(one).toBe(other);
});

test('a row that is refused gives no name', async () => {
  const sellerId = `N-${randomUUID()}`;
  await foreseenAndTaken(sellerId, ['1,x,outerId=A', '2,y,outerId=B']);
  expect(await foreseenAndTaken(sellerId, ['3,z,outerId=new;outerId=A;outerId=B'])).toEqual([
    '3 REFUSED',
  ]);
  expect(await goodsOf(sellerId, [outer('new'), mallSku('3')])).toEqual(['', '']);
});

test('goods that are there already join rows that name them differently', async () => {
  const sellerId = `N-${randomUUID()}`;
  await foreseenAndTaken(sellerId, ['1,x,outerId=7;outerId=8']);
  // 7 and 8 are codes of the goods of 1.
  expect(await foreseenAndTaken(sellerId, ['7,x,', '8,y,'])).toEqual(['7 REFUSED', '8 REFUSED']);
});

test('law: whatever names rows share, a dry run says what taking them comes to', async () => {
  const code = fc.constantFrom('1', '2', '3', '4', '5');
  const name = fc.oneof(
    code.map((value) => `outerId=${value}`),
    code.map((value) => `mallSku=${value}`),
    fc
      .tuple(fc.constantFrom('9', '10'), fc.constantFrom('/1', '/2', ''))
      .map((ids) => `item=${ids.join('')}`),
  );
  const row = fc.tuple(code, fc.array(name, { maxLength: 3 }));
  const file = fc.uniqueArray(row, { selector: ([sku]) => sku, minLength: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 2 }), async (files) => {
      const sellerId = `N-${randomUUID()}`;
      for (const rows of files) {
        await foreseenAndTaken(
          sellerId,
          rows.map(([sku, names]) => `${sku},x,${names.join(';')}`),
        );
      }
    }),
    { numRuns: 40 },
  );
});
