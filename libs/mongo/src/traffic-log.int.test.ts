import { testDatabase } from '@astrolabe/testing';
import { beforeEach, expect, test } from 'vitest';
import { createTrafficLog } from './traffic-log.ts';

const database = await testDatabase();
const HOUR_MS = 3_600_000;
let now = new Date('2026-12-01T00:10:00Z');
const log = await createTrafficLog(database.db, () => now);
const other = await createTrafficLog(database.db, () => now);

beforeEach(async () => {
  now = new Date('2026-12-01T00:10:00Z');
  for (const name of ['traffic', 'traffic_hours']) {
    await database.db.collection(name).deleteMany({});
  }
});

test('what two processes tell adds up, by code; what nobody told is not known', async () => {
  for (let n = 0; n < 3; n += 1) log.tell('tmall/1', { code: '' });
  other.tell('tmall/1', { code: '' });
  log.tell('tmall/1', { code: 'isv.limit $1.x' });
  await log.write();
  await other.write();
  await log.write();
  const [known, unknown] = await log.of(['tmall/1', 'tmall/2']);
  expect(known).toEqual({
    lastOkAt: now,
    lastFailedAt: now,
    lastCode: 'isv.limit $1.x',
    waitsUntil: null,
    counts: [
      { code: '', count: 4 },
      { code: 'isv.limit $1.x', count: 1 },
    ],
  });
  expect(unknown).toBeNull();
});

test('a wait is told until it ends, or until a call is answered', async () => {
  const waitsUntil = new Date(now.getTime() + HOUR_MS);
  log.tell('x/1', { code: '429', waitsUntil });
  await log.write();
  expect((await log.of(['x/1']))[0]?.waitsUntil).toEqual(waitsUntil);
  log.tell('x/1', { code: '' });
  await log.write();
  expect((await log.of(['x/1']))[0]?.waitsUntil).toBeNull();
  log.tell('x/1', { code: '429', waitsUntil });
  await log.write();
  now = waitsUntil;
  expect((await log.of(['x/1']))[0]).toMatchObject({ waitsUntil: null, lastCode: '429' });
});

test('counts are of a day, and further codes of an hour are others', async () => {
  log.tell('x/1', { code: 'old' });
  await log.write();
  now = new Date(now.getTime() + 25 * HOUR_MS);
  for (let n = 0; n < 40; n += 1) log.tell('x/1', { code: `code-${n}` });
  await log.write();
  const counts = (await log.of(['x/1']))[0]?.counts ?? [];
  expect(counts.map(({ code }) => code)).not.toContain('old');
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(40);
  expect(counts[0]?.code).toBe('OTHER');
});
