import { NO_RECORDS, followedDeed } from '@astrolabe/signing';
import type { ChainEnd } from '@astrolabe/signing';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { deed } from '../../domain/audit.ts';
import { createAuditLog } from './audit-log.ts';

const ALL = { login: '', action: '', sellerId: '', from: null, to: null };
const database = await testDatabase();
let minute = 0;
const clock = () => new Date(Date.UTC(2016, 8, 22, 2, (minute += 1)));
const open = () => createAuditLog(database.db, clock);

/** The end of the chain, or null where it is broken. */
async function chainEnd(): Promise<ChainEnd | null> {
  const all = await (await open()).after(0n, 1_000);
  return all.reduce<ChainEnd | null>((end, entry) => end && followedDeed(end, entry), NO_RECORDS);
}

test('what several replicas write at once is one chain; what is asked for comes by pages, newest first', async () => {
  const replicas = await Promise.all([open(), open(), open()]);
  await Promise.all(
    Array.from({ length: 60 }, async (_, index) =>
      replicas[index % 3]?.append(
        deed({
          login: index % 2 === 0 ? 'li' : 'wang',
          sellerId: index % 3 === 0 ? '21230' : '21231',
          action: 'orders.accept',
          target: `tmall/${index}`,
        }),
      ),
    ),
  );
  expect(await chainEnd()).toMatchObject({ sequence: 60n });
  const log = await open();
  const seen: bigint[] = [];
  let token = '';
  do {
    const page = await log.page({ ...ALL, login: 'li', sellerId: '21230' }, 4, token);
    if (!page) throw new Error('no page');
    expect(page.entries.every((one) => one.login === 'li' && one.sellerId === '21230')).toBe(true);
    seen.push(...page.entries.map(({ sequence }) => sequence));
    token = page.next;
  } while (token !== '');
  expect(seen).toHaveLength(10);
  expect(seen).toEqual(seen.toSorted((a, b) => Number(b - a)));
  const [newest] = (await log.page(ALL, 1, ''))?.entries ?? [];
  const since = await log.page({ ...ALL, from: newest?.at ?? null }, 10, '');
  expect(since?.entries).toEqual([newest]);
  const before = await log.page({ ...ALL, to: newest?.at ?? null }, 100, '');
  expect(before?.entries).toHaveLength(59);
  expect(await log.page(ALL, 10, 'x')).toBeNull();
  expect((await log.page({ ...ALL, action: 'nothing' }, 10, ''))?.entries).toEqual([]);
});

test('an entry that is changed, taken out or put in breaks the chain', async () => {
  const log = database.db.collection<{ _id: bigint; reason: string }>('audit');
  const { _id: id, ...entry } = (await log.findOne({ _id: 7n })) ?? { _id: 0n, reason: '' };
  await log.updateOne({ _id: id }, { $set: { reason: 'nothing was done' } });
  expect(await chainEnd()).toBeNull();
  await log.replaceOne({ _id: id }, entry);
  expect(await chainEnd()).not.toBeNull();
  await log.deleteOne({ _id: id });
  expect(await chainEnd()).toBeNull();
  await log.insertOne({ _id: id, ...entry });
  await log.insertOne({ _id: 61n, ...entry });
  expect(await chainEnd()).toBeNull();
});
