import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

export type Command = Readonly<Record<string, unknown>>;

/** What is needed of the driver's connection; it is no part of its public contract. */
type DriverConnection = {
  /** A number, or in words what else a connection is for. */
  readonly id: number | string;
  readonly socket: EventEmitter;
  cleanup: (this: DriverConnection, error: Error) => void;
  command: (
    this: DriverConnection,
    ns: unknown,
    command: Command,
    ...more: readonly unknown[]
  ) => Promise<unknown>;
};

const FILE = 'mongodb/lib/cmap/connection.js';

/**
 * The methods of every connection of the driver (7.9.0).
 *
 * @throws TypeError when the driver is not built like that any more.
 */
export function driverConnection(): DriverConnection {
  const { Connection } = createRequire(import.meta.url)(FILE) as {
    readonly Connection?: { readonly prototype: Partial<DriverConnection> };
  };
  const { cleanup, command } = Connection?.prototype ?? {};
  if (typeof cleanup === 'function' && typeof command === 'function') {
    return Connection?.prototype as DriverConnection;
  }
  throw new TypeError(`${FILE} has no connection that is cleaned up and takes commands`);
}
