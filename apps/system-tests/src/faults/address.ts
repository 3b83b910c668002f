import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** An address that stays while the processes behind it come and go, as a Service of Kubernetes. */
export type Address = {
  /** New connections go to these ports, in turn; running ones stay where they are. */
  leadTo(ports: readonly number[]): void;
  close(): Promise<void>;
};

/** Listens on a port of loopback; without a process behind it a connection is closed at once. */
export async function startAddress(port: number): Promise<Address> {
  const sockets = new Set<Socket>();
  let targets: readonly number[] = [];
  let turn = 0;
  const server = createServer((caller) => {
    const target = targets[(turn += 1) % targets.length];
    if (target === undefined) {
      caller.destroy();
      return;
    }
    const onward = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [caller, onward],
      [onward, caller],
    ] as const) {
      one.setNoDelay(true);
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await listening(server, port);
  return {
    leadTo: (ports) => {
      targets = ports;
    },
    close: () =>
      new Promise((closed) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => closed());
      }),
  };
}

const listening = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
