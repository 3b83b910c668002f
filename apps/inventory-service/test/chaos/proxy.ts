import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

type Proxy = { readonly port: number; readonly stop: () => void };

/** What becomes of a reply of the database. CUT: it gets lost together with the connection. */
type Fate = 'PASS' | 'CUT' | 'SWALLOW';

/** A way to the database on which every so many replies get lost together with the connection. */
export async function lossyProxy(
  port: number,
  every: number,
): Promise<Proxy & { lost: () => number }> {
  let replies = 0;
  let lost = 0;
  const proxy = await proxyTo(port, () => {
    replies += 1;
    if (replies % every !== 0) return 'PASS';
    // The request was carried out; whoever asked will never know from this connection.
    lost += 1;
    return 'CUT';
  });
  return { ...proxy, lost: () => lost };
}

/** A way to the database that lets requests through and, once muted, no reply back. */
export async function muteProxy(port: number): Promise<Proxy & { mute: () => void }> {
  let isMute = false;
  const proxy = await proxyTo(port, () => (isMute ? 'SWALLOW' : 'PASS'));
  return { ...proxy, mute: () => (isMute = true) };
}

async function proxyTo(port: number, fateOf: () => Fate): Promise<Proxy> {
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
      const fate = fateOf();
      if (fate === 'PASS') near.write(bytes);
      if (fate === 'CUT') end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
