import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A way to another server on which answers get lost. */
export type LosingProxy = {
  url: string;
  /** Methods (`method` of the query) that passed, in their order. */
  methods: readonly string[];
  stop(): Promise<void>;
};

/** Passes requests on to `target`; the first answer to `lost` is thrown away with its connection. */
export async function startLosingProxy(target: string, lost: string): Promise<LosingProxy> {
  const methods: string[] = [];
  let isLost = false;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', target);
    const method = url.searchParams.get('method') ?? '';
    methods.push(method);
    const { host: _, ...headers } = request.headers;
    const onward = forward(url, { method: request.method ?? 'GET', headers }, (answer) => {
      if (method === lost && !isLost) {
        isLost = true;
        answer.resume().on('end', () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => request.socket.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    methods,
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
