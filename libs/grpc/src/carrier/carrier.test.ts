import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { InventoryServiceClient, InventoryServiceService } from '@astrolabe/contracts/inventory';
import type { QueryRequest } from '@astrolabe/contracts/inventory';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import {
  GRPC,
  GrpcCallError,
  GrpcRefusal,
  createGrpcClient,
  createGrpcServer,
  unary,
} from '../index.ts';
import { BATCH_BYTES } from './ask.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Asked = Pick<QueryRequest, 'sellerId' | 'goodsIds' | 'places' | 'pageToken'>;
const asking = (token: string, goodsIds: string[] = []): Asked => ({
  sellerId: '21230',
  goodsIds,
  places: [],
  pageToken: token,
});

/** Answers with the token that was sent, once `before` lets it. */
const methodsOf = (before: (request: Asked) => Promise<void>) => ({
  ...Object.fromEntries(
    Object.keys(InventoryServiceService).map((method) => [method, unary(method, async () => ({}))]),
  ),
  query: unary('query', async (request: Asked) => {
    await before(request);
    return { cells: [], nextToken: request.pageToken };
  }),
});

async function serve(before: (request: Asked) => Promise<void> = async () => {}, port = 0) {
  const server = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port,
    services: [[InventoryServiceService, methodsOf(before)]],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  return server;
}

function connect(port: number) {
  const client = createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${port}`,
    name: 'test',
    defaultDeadlineMs: 10_000,
  });
  closers.push(() => client.close());
  return client;
}

/** Streams that this process accepts until the test ends. */
function streamsOpened(): { count: number } {
  const opened = { count: 0 };
  const more = (): void => {
    opened.count += 1;
  };
  subscribe('http2.server.stream.created', more);
  closers.push(() => void unsubscribe('http2.server.stream.created', more));
  return opened;
}

const tokens = Array.from({ length: 64 }, (_, index) => `token-${index}`);

test('calls of a turn share one stream, and each gets its own answer', async () => {
  const server = await serve(async ({ pageToken }) => {
    if (pageToken === 'token-7') throw new GrpcRefusal({ code: GRPC.notFound, reason: 'SEVEN' });
  });
  const client = connect(server.port());
  const opened = streamsOpened();
  const answers = await Promise.allSettled(
    tokens.map((token) => client.call('query', asking(token))),
  );
  for (const [index, answer] of answers.entries()) {
    if (index === 7)
      expect(answer).toMatchObject({ reason: { reason: 'SEVEN', outcome: 'refused' } });
    else expect(answer).toMatchObject({ value: { nextToken: tokens[index] } });
  }
  expect(opened.count).toBe(1);
});

test('a slow call holds up no other, and only its own time runs out', async () => {
  const never = new Promise<void>(() => {});
  const server = await serve(({ pageToken }) => (pageToken === 'slow' ? never : Promise.resolve()));
  const client = connect(server.port());
  const slow = client.call('query', asking('slow'), { deadlineMs: 200 }).catch((error) => error);
  expect(await client.call('query', asking('quick'))).toMatchObject({ nextToken: 'quick' });
  expect(await slow).toMatchObject({ code: 4, outcome: 'unknown' });
  expect(await client.call('query', asking('after'))).toMatchObject({ nextToken: 'after' });
});

test('a request that is too large for company goes by itself', async () => {
  const server = await serve();
  const client = connect(server.port());
  await client.call('query', asking('first'));
  const opened = streamsOpened();
  const many = Array.from(
    { length: BATCH_BYTES / 16 },
    (_, index) => `goods-${index}-${'x'.repeat(16)}`,
  );
  expect(await client.call('query', asking('large', many))).toMatchObject({ nextToken: 'large' });
  expect(opened.count).toBe(1);
});

test('a request beyond the limit is refused, and the calls beside it are answered', async () => {
  const server = await serve();
  const client = connect(server.port());
  const tooMany = Array.from({ length: 5 }, () => 'x'.repeat(1024 * 1024));
  const [large, small] = await Promise.allSettled([
    client.call('query', asking('large', tooMany)),
    client.call('query', asking('small')),
  ]);
  expect(large).toMatchObject({ reason: expect.any(GrpcCallError) });
  expect(small).toMatchObject({ value: { nextToken: 'small' } });
});

test('a server that carries no calls is called one by one', async () => {
  const server = new Server();
  server.addService(
    InventoryServiceService,
    methodsOf(async () => {}),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, taken) =>
      error ? reject(error) : resolve(taken),
    );
  });
  closers.push(() => server.forceShutdown());
  const client = connect(port);
  for (const token of ['first', 'second']) {
    expect(await client.call('query', asking(token))).toMatchObject({ nextToken: token });
  }
});

test('a server that stops answers what it has taken, and nobody is left in doubt', async () => {
  const port = (await serve()).port();
  await closers.pop()?.();
  let served = 0;
  const next = () =>
    serve(async () => {
      served += 1;
      await new Promise(setImmediate);
    }, port);
  let server = await next();
  const client = connect(port);
  const outcomes = { answered: 0, unavailable: 0, unknown: 0, refused: 0 };
  const over = new AbortController();
  const caller = async (): Promise<void> => {
    while (!over.signal.aborted) {
      await client.call('query', asking('token')).then(
        () => (outcomes.answered += 1),
        (error: GrpcCallError) => (outcomes[error.outcome] += 1),
      );
    }
  };
  const callers = Array.from({ length: 16 }, caller);
  for (let round = 0; round < 5; round += 1) {
    const before = outcomes.answered;
    await expect.poll(() => outcomes.answered - before).toBeGreaterThan(500);
    await server.component.stop();
    closers.pop();
    server = await next();
  }
  over.abort();
  await Promise.all(callers);
  expect(outcomes.unknown).toBe(0);
  expect(served).toBe(outcomes.answered);
});
