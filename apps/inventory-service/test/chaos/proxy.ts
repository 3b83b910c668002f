import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** A way to the database on which every so many replies get lost together with the connection. */
export async function lossyProxy(
  port: number,
  every: number,
): Promise<{ port: number; lost: () => number; stop: () => void }> {
  let replies = 0;
  let lost = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      replies += 1;
      if (replies % every !== 0) return near.write(bytes);
      // The request was carried out; whoever asked will never know from this connection.
      lost += 1;
      end();
      return false;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lost: () => lost,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
