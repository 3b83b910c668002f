import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { METRIC, counter } from '@astrolabe/telemetry';
import { addressMatcher, peerKey } from './peer.ts';

export type ConnectionLimits = {
  /** Most connections of one peer at a time. */
  readonly perPeer: number;
  /** How long a connection may stay silent before its first byte. */
  readonly firstByteMs: number;
  /** Proxies, which carry the connections of many: only the bound of the process holds for them. */
  readonly trustedProxies: readonly string[];
};

const cut = counter(METRIC.httpConnectionsCut, 'Connections closed before a request', ['reason']);

/** Bounds what one peer can hold of a server's connections, and how long for nothing. */
export function limitConnections(server: Server, limits: ConnectionLimits): void {
  const isProxy = addressMatcher(limits.trustedProxies);
  const open = new Map<string, number>();
  const count = (peer: string, change: 1 | -1): number => {
    const now = (open.get(peer) ?? 0) + change;
    if (now === 0) open.delete(peer);
    else open.set(peer, now);
    return now;
  };
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    endSilent(socket, limits.firstByteMs);
    if (isProxy(address)) return;
    const peer = peerKey(address);
    socket.once('close', () => count(peer, -1));
    if (count(peer, 1) <= limits.perPeer) return;
    cut.inc({ reason: 'TOO_MANY' });
    socket.destroy();
  });
}

function endSilent(socket: Socket, firstByteMs: number): void {
  const timer = setTimeout(() => {
    if (socket.bytesRead > 0) return;
    cut.inc({ reason: 'SILENT' });
    socket.destroy();
  }, firstByteMs);
  timer.unref();
  socket.once('close', () => clearTimeout(timer));
}
