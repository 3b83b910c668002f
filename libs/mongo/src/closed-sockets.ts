import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

/** What is needed of the driver's connection; it is no part of its public contract. */
type DriverConnection = {
  readonly socket: EventEmitter;
  cleanup: (this: DriverConnection, error: Error) => void;
};

const FILE = 'mongodb/lib/cmap/connection.js';
let isDone = false;

/**
 * Lets a command fail whose socket is gone. The driver (7.9.0) waits for a socket to drain, or to fail, and for
 * nothing else: the command that it was writing to one that closes otherwise is never settled, whatever its
 * time limits are, and what waits behind it waits for good. Told that the socket drained, the driver looks at
 * its connection again and throws the error with which that was closed.
 *
 * @throws TypeError when the driver is not built like that any more.
 */
export function failWritersOfClosedSockets(): void {
  if (isDone) return;
  const { prototype } = driverConnection();
  const { cleanup } = prototype;
  prototype.cleanup = function (error) {
    cleanup.call(this, error);
    // After whoever is about to write, and has seen an open connection.
    setImmediate(() => this.socket.emit('drain'));
  };
  isDone = true;
}

function driverConnection(): { readonly prototype: DriverConnection } {
  const { Connection } = createRequire(import.meta.url)(FILE) as {
    readonly Connection?: { readonly prototype: Partial<DriverConnection> };
  };
  if (typeof Connection?.prototype.cleanup === 'function') {
    return Connection as { readonly prototype: DriverConnection };
  }
  throw new TypeError(`${FILE} has no connection that is cleaned up`);
}
