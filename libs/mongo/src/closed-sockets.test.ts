import { EventEmitter, once } from 'node:events';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { failWritersOfClosedSockets } from './closed-sockets.ts';

type Connection = { cleanup(error: Error): void; throwIfAborted(): void };

test('who waits for a socket to drain hears that its connection was closed, and why', async () => {
  failWritersOfClosedSockets();
  const driver = createRequire(import.meta.url)('mongodb/lib/cmap/connection.js');
  const socket = Object.assign(new EventEmitter(), { destroy: () => {} });
  const made = Object.create(driver.Connection.prototype, { socket: { value: socket } });
  const connection: Connection = Object.assign(made, { closed: false });
  expect(() => connection.throwIfAborted()).not.toThrow();
  const drained = once(socket, 'drain');
  connection.cleanup(new Error('the other side is gone'));
  await drained;
  expect(() => connection.throwIfAborted()).toThrow('the other side is gone');
});
