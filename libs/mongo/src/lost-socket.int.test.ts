import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { servers, testDatabase } from '@astrolabe/testing';
import { MongoClient, MongoError } from 'mongodb';
import { afterAll, expect, test } from 'vitest';
import { isOutcomeUnknown } from './errors.ts';
import { mongoFailure } from './failure.ts';

/** The obstacle goes first: what a closing client still sends through it would never be answered. */
const closers: (() => Promise<unknown> | void)[] = [];
afterAll(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Stands before the database; once `stop` was called it reads no more, until it resets its callers. */
async function obstacle(port: number) {
  const callers: Socket[] = [];
  const blocked = Promise.withResolvers<void>();
  let reads = true;
  const server = createServer((caller) => {
    callers.push(caller);
    const database = connect(port, '127.0.0.1').on('error', () => caller.destroy());
    caller.on('error', () => database.destroy());
    caller.on('data', (chunk) => {
      if (reads) return void database.write(chunk);
      caller.pause();
      blocked.resolve();
    });
    database.pipe(caller);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    for (const caller of callers) caller.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      reads = false;
    },
    /** Something came that is not read any more. */
    blocked: blocked.promise,
    reset: () => callers.forEach((caller) => caller.resetAndDestroy()),
  };
}

test('a connection that is reset under a long command: the driver gives the socket’s error, and it is known as a loss', async () => {
  const database = await testDatabase();
  const between = await obstacle(Number(new URL(servers().mongoUri).port));
  const client = new MongoClient(`mongodb://127.0.0.1:${between.port}/?directConnection=true`, {
    maxPoolSize: 1,
    serverSelectionTimeoutMS: 2_000,
  });
  closers.push(() => client.close());
  const things = client.db(database.name).collection('things');
  await things.findOne({});
  between.stop();
  // Longer than what both ends and the kernel buffer, so the command waits for its socket to drain.
  const written = things
    .insertOne({ content: Buffer.alloc(12_000_000) })
    .catch((error: unknown) => error);
  await between.blocked;
  between.reset();
  const error = await written;
  expect(error).not.toBeInstanceOf(MongoError);
  expect(isOutcomeUnknown(error)).toBe(true);
  expect(mongoFailure(error)).toEqual({ kind: 'UNAVAILABLE', code: '', message: '' });
});
