import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { servers, testDatabase } from '@astrolabe/testing';
import { afterAll, expect, test } from 'vitest';
import { connectMongo } from './client.ts';
import { ensureIndexes } from './indexes.ts';

const closers: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A way to the database that can be cut, and be there again at the same port. */
async function way() {
  const sockets = new Set<Socket>();
  const server = createServer((caller) => {
    const database = connect(Number(new URL(servers().mongoUri).port), '127.0.0.1');
    for (const [one, other] of [
      [caller, database],
      [database, caller],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy()).on('close', () => sockets.delete(one));
      one.pipe(other);
    }
  });
  const open = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await open(0);
  closers.push(async () => (server.listening ? cut() : undefined));
  const { port } = server.address() as AddressInfo;
  return { port, cut, open: () => open(port) };
}

async function started(waitMs: number) {
  const { name } = await testDatabase();
  const road = await way();
  const waited = Promise.withResolvers<void>();
  const told: string[] = [];
  const logger = {
    info: (_fields: object, message: string) => void told.push(message),
    warn: (_fields: object, message: string) => {
      told.push(message);
      waited.resolve();
    },
  };
  const uri = `mongodb://127.0.0.1:${road.port}/?directConnection=true&serverSelectionTimeoutMS=500`;
  const mongo = await connectMongo({ uri, database: name, appName: 'test', waitMs, logger });
  closers.push(() => mongo.client.close());
  return { ...mongo, road, told, waited: waited.promise };
}

const INDEXES = [{ collection: 'things', indexes: [{ key: { at: 1 }, name: 'at' }] }];

test('a database that goes away after connecting is waited for before its indexes are made', async () => {
  const { db, road, told, waited } = await started(60_000);
  await road.cut();
  const made = ensureIndexes(db, INDEXES);
  await waited;
  await road.open();
  await made;
  expect((await db.collection('things').indexes()).map(({ name }) => name)).toEqual(['_id_', 'at']);
  expect(told.at(-1)).toBe('the database answers');
});

test('it is waited for only as long as the start waits, all in all', async () => {
  const { db, road } = await started(0);
  await road.cut();
  await expect(ensureIndexes(db, INDEXES)).rejects.toThrow();
  await road.open();
  await ensureIndexes(db, INDEXES);
});
