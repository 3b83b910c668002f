import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifyTopSpi } from '@astrolabe/signing';

/** A call that the seller's store system has received. */
export type Heard = { method: string; tid: string; verified: boolean; body: string };

/** How the store system answers; `silent` never does. */
export type Manner = 'take' | 'refuse' | 'fail' | 'silent';

const ANSWERS: Record<Exclude<Manner, 'silent'>, { status: number; body: string }> = {
  take: { status: 200, body: '{"code":"0"}' },
  refuse: { status: 200, body: '{"code":"500","message":"internal error"}' },
  fail: { status: 500, body: 'oops' },
};

/** A seller's store system over real HTTP. Its manners, per trade, are used up one per call. */
export async function startStoreSystem(secret: string) {
  const heard: Heard[] = [];
  const manners = new Map<string, Manner[]>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { searchParams } = new URL(request.url ?? '/', 'http://pos');
      const query = Object.fromEntries(searchParams.entries());
      const payload = { kind: 'body', body } as const;
      const tid = /"tid":"?(\d+)/.exec(body.toString('utf8'))?.[1] ?? '';
      heard.push({
        method: query['method'] ?? '',
        tid,
        verified: verifyTopSpi({ headers: {}, query, payload, secrets: [secret] }),
        body: body.toString('utf8'),
      });
      const manner = manners.get(tid)?.shift() ?? 'take';
      if (manner === 'silent') return;
      const answer = ANSWERS[manner];
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/spi`,
    of: (tid: string): Heard[] => heard.filter((call) => call.tid === tid),
    answer: (tid: string, ...inTurn: Manner[]): void => void manners.set(tid, inTurn),
    stop: (): Promise<void> =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}
