import { Agent, request as requestHttp } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { testIdentity } from '@astrolabe/testing';
import type { SignedRequest, WireAnswer } from '../wire.ts';

/** Somebody who abuses the platform until it is asked to stop; then it says what came of it. */
export type Abuser<Found> = { stop(): Promise<Found> };

/** Calls at a fixed rate, whatever is answered. */
export function startFlood(
  ratePerSecond: number,
  call: () => Promise<{ accepted: boolean }>,
): Abuser<{ offered: number; accepted: number; refused: number; unanswered: number }> {
  const found = { offered: 0, accepted: 0, refused: 0, unanswered: 0 };
  const running = new Set<Promise<void>>();
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * ratePerSecond) / 1_000;
    for (; found.offered < due; found.offered += 1) {
      const one = call().then(
        ({ accepted }) => void (found[accepted ? 'accepted' : 'refused'] += 1),
        () => void (found.unanswered += 1),
      );
      running.add(one);
      void one.finally(() => running.delete(one));
    }
  }, 5);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
      return found;
    },
  };
}

/** Abusers call from here, so that what bounds one peer does not bound the others. */
const OTHER_ADDRESS = '127.0.0.2';
const SOCKETS_MAX = 256;

/** Sends requests from the abusers' address, over as many connections as a caller may have. */
export function elsewhere(): { post(request: SignedRequest): Promise<WireAnswer>; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
  const post = ({ url, contentType, body }: SignedRequest) =>
    new Promise<WireAnswer>((resolve, reject) => {
      const headers = { 'content-type': contentType, 'content-length': body.length };
      const options = { method: 'POST', agent, headers, localAddress: OTHER_ADDRESS };
      const sent = requestHttp(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => void chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(body);
    });
  return { post, close: () => agent.destroy() };
}

const DRIP_MS = 500;
const REQUEST = 'POST /router/rest HTTP/1.1\r\nhost: platform\r\ncontent-length: 1000\r\n\r\n';

/**
 * Holds connections by sending a request letter by letter, from an address of its own; one that is closed is
 * opened again.
 */
export function startSlowSockets(
  url: string,
  count: number,
): Abuser<{ opened: number; openAtMost: number; longestMs: number }> {
  const { hostname: host, port } = new URL(url);
  const open = new Map<Socket, { since: number; sent: number }>();
  const found = { opened: 0, openAtMost: 0, longestMs: 0 };
  const ended = (since: number) => {
    found.longestMs = Math.max(found.longestMs, performance.now() - since);
  };
  const openOne = (): void => {
    const socket = connect({ host, port: Number(port), localAddress: OTHER_ADDRESS });
    const state = { since: performance.now(), sent: 0 };
    open.set(socket, state);
    found.opened += 1;
    found.openAtMost = Math.max(found.openAtMost, open.size);
    socket.on('connect', () => {
      state.since = performance.now();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      ended(state.since);
      open.delete(socket);
    });
    socket.resume();
  };
  const timer = setInterval(() => {
    for (const [socket, state] of open) {
      if (socket.writable) socket.write(REQUEST[state.sent % REQUEST.length] ?? '');
      state.sent += 1;
    }
    while (open.size < count) openOne();
  }, DRIP_MS);
  return {
    stop: async () => {
      clearInterval(timer);
      for (const [socket, { since }] of open) {
        ended(since);
        socket.destroy();
      }
      return await Promise.resolve(found);
    },
  };
}

const STREAMS_PER_SESSION = 1_000;
const CONTRACT = 'astrolabe.inventory.v1.InventoryService';
const SETTLE_MS = 2_000;

/**
 * Opens streams of gRPC and sends nothing on them, a thousand on each connection. With `isProved` it is a service
 * that may call the contract; without, anybody who reaches the port.
 */
export async function startStreams(
  address: string,
  count: number,
  isProved: boolean,
): Promise<Abuser<{ opened: number; refused: number; open: number }>> {
  const found = { opened: 0, refused: 0, open: 0 };
  const token = isProved ? testIdentity('operator').tokenFor(CONTRACT, Date.now()) : null;
  const sessions = Array.from({ length: Math.ceil(count / STREAMS_PER_SESSION) }, () => {
    const session = connectHttp2(`http://${address}`);
    session.on('error', () => {});
    return session;
  });
  for (let n = 0; n < count; n += 1) {
    const session = sessions[n % sessions.length];
    if (session && !session.destroyed) openStream(session, token, found);
    // The streams of a real client come as its calls do, not in one turn of its loop.
    if (n % STREAMS_PER_SESSION === STREAMS_PER_SESSION - 1) await delay(10);
  }
  await delay(SETTLE_MS);
  return {
    stop: async () => {
      const last = { ...found };
      for (const session of sessions) session.destroy();
      return await Promise.resolve(last);
    },
  };
}

function openStream(
  session: ClientHttp2Session,
  token: string | null,
  found: { opened: number; refused: number; open: number },
): void {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/${CONTRACT}/ExecuteStream`,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(token !== null && { 'astrolabe-identity': token }),
  });
  found.opened += 1;
  found.open += 1;
  let isCounted = false;
  const count = (headers: Record<string, unknown>): void => {
    const status = headers['grpc-status'];
    if (isCounted || status === undefined || status === '0') return;
    isCounted = true;
    found.refused += 1;
  };
  stream.on('response', count);
  stream.on('trailers', count);
  stream.on('error', () => {});
  stream.on('close', () => {
    found.open -= 1;
  });
  stream.resume();
}
