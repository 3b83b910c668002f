import { driverConnection } from './driver-connection.ts';

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
  const connection = driverConnection();
  const { cleanup } = connection;
  connection.cleanup = function (error) {
    cleanup.call(this, error);
    // After whoever is about to write, and has seen an open connection.
    setImmediate(() => this.socket.emit('drain'));
  };
  isDone = true;
}
