import { METRIC, metricsText } from '@astrolabe/telemetry';
import { testDatabase } from '@astrolabe/testing';
import { expect, test } from 'vitest';
import { createNewestRows } from './newest-rows.ts';

type Row = { readonly _id: string; readonly version: bigint; readonly said: string };

const mongo = await testDatabase();

const rowsOf = (name: string) => {
  const rows = mongo.db.collection<Row>(name);
  return { rows, put: createNewestRows(rows) };
};
const row = (id: string, version: bigint): Row => ({ _id: id, version, said: `v${version}` });
const ids = Array.from({ length: 64 }, (_, index) => `row-${index}`);

/** Commands to a collection so far, by their names. */
async function commandsTo(collection: string): Promise<Record<string, number>> {
  const line = new RegExp(
    `^${METRIC.mongoCommands}\\{command="(\\w+)",collection="${collection}".*\\} (\\d+)$`,
    'gm',
  );
  const found = [...(await metricsText()).matchAll(line)];
  return Object.fromEntries(found.map(([, command = '', count]) => [command, Number(count)]));
}

test('64 new rows of a turn are one insert, and 64 changed ones one exchange', async () => {
  const { rows, put } = rowsOf('turns');
  await Promise.all(ids.map((id) => put(row(id, 1n), false)));
  expect(await commandsTo('turns')).toEqual({ insert: 1 });
  await Promise.all(ids.map((id) => put(row(id, 2n), true)));
  expect(await commandsTo('turns')).toEqual({ insert: 2, find: 1, delete: 1 });
  expect(await rows.countDocuments({ version: 2n, said: 'v2' })).toBe(64);
});

test('the highest version stands, in whatever order and company versions come', async () => {
  const { rows, put } = rowsOf('order');
  await Promise.all([3n, 1n, 2n].map((version) => put(row('a', version), version > 1n)));
  await Promise.all([put(row('a', 2n), true), put(row('b', 1n), false)]);
  // Told as new, although it stands: a message that was broken off comes again.
  await Promise.all([put(row('b', 2n), false), put(row('c', 1n), true)]);
  expect(await rows.find().sort({ _id: 1 }).toArray()).toEqual([
    row('a', 3n),
    row('b', 2n),
    row('c', 1n),
  ]);
});

test('one that the database refuses fails nobody else', async () => {
  const { rows, put } = rowsOf('refused');
  const huge = { ...row('huge', 1n), said: 'x'.repeat(17 * 1024 * 1024) };
  const outcomes = await Promise.allSettled([
    put(row('a', 1n), false),
    put(huge, false),
    put(row('b', 1n), false),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(await rows.countDocuments()).toBe(2);
});
