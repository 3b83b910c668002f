import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { SignedRequest } from '../src/wire.ts';

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;

/** A request as its bytes, made before anything is measured. */
export type RequestBytes = { readonly host: string; readonly port: number; readonly bytes: Buffer };

/** One connection of HTTP/1.1 that stays open and carries a request at a time. */
export type Connection = {
  /** The body of the answer. Rejects where the connection ends, or the answer does not say how long it is. */
  send(bytes: Buffer): Promise<string>;
  end(): void;
};

export function bytesOf({ url, contentType, body }: SignedRequest): RequestBytes {
  const { host, hostname, port, pathname, search } = new URL(url);
  const head = [
    `POST ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    `content-type: ${contentType}`,
    `content-length: ${body.length}`,
  ];
  const bytes = Buffer.concat([Buffer.from(head.join('\r\n') + HEAD_END), body]);
  return { host: hostname, port: Number(port), bytes };
}

/**
 * Opens a connection with nothing of a client around it: who sends shares the machine with what is measured, and an
 * HTTP client costs as much for a request as a route that does nothing.
 */
export async function openConnection({ host, port }: RequestBytes): Promise<Connection> {
  const socket = await connected(host, port);
  let come: Buffer[] = [];
  let answer: Expected | null = null;
  let bytes = 0;
  let waiting: PromiseWithResolvers<string> | null = null;
  const failed = (error: Error): void => {
    socket.destroy();
    waiting?.reject(error);
    waiting = null;
  };
  socket.on('error', failed);
  socket.on('close', () => failed(new Error('the connection was closed')));
  socket.on('data', (some: Buffer) => {
    come.push(some);
    bytes += some.length;
    answer ??= expectedBy(Buffer.concat(come));
    if (answer === null || bytes < answer.end) return;
    const text = Buffer.concat(come).toString('utf8', answer.start, answer.end);
    const isLengthTold = answer.end > 0;
    [come, answer, bytes] = [[], null, 0];
    if (!isLengthTold) return failed(new Error('an answer without its length'));
    waiting?.resolve(text);
    waiting = null;
  });
  return {
    send: (bytes) => {
      waiting = Promise.withResolvers();
      if (socket.destroyed) waiting.reject(new Error('the connection is closed'));
      else socket.write(bytes);
      return waiting.promise;
    },
    end: () => void socket.destroy(),
  };
}

async function connected(host: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host, port, noDelay: true }, () => {
    socket.off('error', reject);
    resolve(socket);
  });
  socket.once('error', reject);
  return await promise;
}

/** Where the body of an answer is; an end of 0 where the answer does not say. */
type Expected = { readonly start: number; readonly end: number };

/** Null while the head is not whole. */
function expectedBy(come: Buffer): Expected | null {
  const headEnds = come.indexOf(HEAD_END);
  if (headEnds < 0) return null;
  const start = headEnds + HEAD_END.length;
  const [, length] = LENGTH.exec(come.toString('latin1', 0, headEnds + 2)) ?? [];
  return { start, end: length === undefined ? 0 : start + Number(length) };
}
