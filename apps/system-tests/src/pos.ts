import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyTopSpi } from '@astrolabe/signing';

/** One SPI call that a seller's store system received. */
export type SpiCall = {
  method: string;
  tid: string;
  /** Parsed body. */
  body: Record<string, unknown>;
  verified: boolean;
  traceparent: string | undefined;
};

/** A seller's store system: it serves the SPIs and keeps what it was told. */
export type PosServer = {
  url: string;
  calls: readonly SpiCall[];
  /** The n-th call (from 1) of a method for a trade; waits for it. */
  received(method: string, tid: string, nth?: number, waitMs?: number): Promise<SpiCall>;
  /** What calls of one method answer from now on, instead of that; it may take its time. */
  answer(method: string, how: (call: SpiCall) => Promise<string> | string): void;
  /** What the next calls answer; default `{"code":"0"}`. */
  answerWith(answer: { status: number; body: string } | null): void;
  stop(): Promise<void>;
};

/** What a store was told of a trade by one method, and who waits for more. */
type Told = { readonly calls: SpiCall[]; readonly waiting: Set<() => void> };

/** By method and trade: thousands of orders may wait at the same time. */
function toldByTrade() {
  const told = new Map<string, Told>();
  const of = (method: string, tid: string): Told => {
    const key = `${method} ${tid}`;
    const one = told.get(key) ?? { calls: [], waiting: new Set() };
    told.set(key, one);
    return one;
  };
  return {
    add: (call: SpiCall): void => {
      const { calls, waiting } = of(call.method, call.tid);
      calls.push(call);
      for (const wake of waiting) wake();
    },
    received: (method: string, tid: string, nth = 1, waitMs = WAIT_MS): Promise<SpiCall> =>
      new Promise((resolve, reject) => {
        const { calls, waiting } = of(method, tid);
        const look = () => {
          const found = calls[nth - 1];
          if (!found) return;
          waiting.delete(look);
          clearTimeout(timer);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error(`No call ${nth} of ${method} for ${tid} within ${waitMs} ms`));
        }, waitMs);
        waiting.add(look);
        look();
      }),
  };
}

const WAIT_MS = 60_000;
const SUCCESS = { status: 200, body: '{"code":"0"}' };

/** Starts a store system that checks every signature with `secret`. */
export async function startPos(secret: () => string): Promise<PosServer> {
  const calls: SpiCall[] = [];
  const told = toldByTrade();
  const answers = new Map<string, (call: SpiCall) => Promise<string> | string>();
  let answer = SUCCESS;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const query = Object.fromEntries(
        new URL(request.url ?? '/', 'http://pos').searchParams.entries(),
      );
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      );
      // Numbers of trades are JSON numbers on this wire, and too long for a double.
      const lossless = body.toString('utf8').replace(/:(\d{16,})/g, ':"$1"');
      const parsed = JSON.parse(lossless) as Record<string, unknown>;
      const call: SpiCall = {
        method: query['method'] ?? '',
        tid: String(parsed['tid']),
        body: parsed,
        verified: verifyTopSpi({
          headers,
          query,
          payload: { kind: 'body', body },
          secrets: [secret()],
        }),
        traceparent: headers['traceparent'],
      };
      calls.push(call);
      told.add(call);
      const { status } = answer;
      const how = answers.get(call.method);
      void Promise.resolve(how ? how(call) : answer.body).then((text) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      );
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/spi`,
    calls,
    received: told.received,
    answer: (method, how) => {
      answers.set(method, how);
    },
    answerWith: (next) => {
      answer = next ?? SUCCESS;
    },
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
