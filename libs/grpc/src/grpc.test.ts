import { OrderServiceClient, OrderServiceService } from '@astrolabe/contracts/order';
import type { GetOrderRequest, GetOrderResponse } from '@astrolabe/contracts/order';
import {
  InventoryServiceClient,
  InventoryServiceService,
  OutcomeStatus,
} from '@astrolabe/contracts/inventory';
import type {
  Command,
  ExecuteStreamRequest,
  ExecuteStreamResponse,
} from '@astrolabe/contracts/inventory';
import { currentTraceparent, initTelemetry, withSpan } from '@astrolabe/telemetry';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  GRPC,
  GrpcCallError,
  GrpcRefusal,
  bidi,
  createPipeline,
  createGrpcClient,
  createGrpcServer,
  unary,
} from './index.ts';
import type { GrpcServer } from './index.ts';

let telemetry: { shutdown(): Promise<void> };
beforeAll(async () => {
  telemetry = await initTelemetry({ service: 'test', sampleRatio: 1 });
});
afterAll(() => telemetry.shutdown());

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const nothing = unary('nothing', async () => {
  throw new Error('not part of this test');
});
const logger = { error: () => {} };

async function serve(
  getOrder: (request: GetOrderRequest) => Promise<GetOrderResponse>,
): Promise<GrpcServer> {
  const server = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [
      [
        OrderServiceService,
        {
          getOrder: unary('getOrder', getOrder),
          listOrders: nothing,
          reportAllocation: nothing,
        },
      ],
    ],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  return server;
}

function connect(port: number) {
  const client = createGrpcClient(OrderServiceClient, {
    address: `127.0.0.1:${port}`,
    name: 'test',
    defaultDeadlineMs: 2_000,
  });
  closers.push(() => client.close());
  return client;
}

const key = { orderRef: { channel: 'tmall', sellerId: '21230', number: '41171611600046273' } };

test('a call goes on in the trace of its caller', async () => {
  let seen: string | undefined;
  const server = await serve(async () => {
    seen = currentTraceparent();
    return { order: undefined };
  });
  const outer = await withSpan('outer', {}, async () => {
    await connect(server.port()).call('getOrder', key);
    return currentTraceparent();
  });
  expect(seen?.slice(0, 35)).toBe(outer?.slice(0, 35));
});

test('a refusal keeps its reason; a bug is INTERNAL and unknown, without details', async () => {
  const server = await serve(async (request) => {
    if (request.orderRef?.number === '1') throw new Error('secret detail');
    throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
  });
  const client = connect(server.port());
  await expect(client.call('getOrder', key)).rejects.toMatchObject({
    reason: 'UNKNOWN_TRADE',
    outcome: 'refused',
  });
  const bug = await client
    .call('getOrder', { orderRef: { ...key.orderRef, number: '1' } })
    .catch((error: unknown) => error);
  expect(bug).toBeInstanceOf(GrpcCallError);
  expect(bug).toMatchObject({ outcome: 'unknown' });
  expect(String(bug)).not.toContain('secret detail');
});

test('running out of time is unknown, finding no server is unavailable', async () => {
  const server = await serve(() => new Promise(() => {}));
  const client = connect(server.port());
  await expect(client.call('getOrder', key, { deadlineMs: 100 })).rejects.toMatchObject({
    outcome: 'unknown',
  });
  await expect(connect(1).call('getOrder', key, { deadlineMs: 500 })).rejects.toMatchObject({
    outcome: expect.stringMatching(/unavailable|unknown/),
  });
});

type Handle = (operationId: string) => Promise<void>;

/** A server whose ExecuteStream answers each command once `handle` has; a client of it. */
async function streaming(handle: Handle) {
  const answer = async ({ commands }: ExecuteStreamRequest): Promise<ExecuteStreamResponse> => {
    for (const { operationId } of commands) await handle(operationId);
    return { outcomes: commands.map(({ operationId }) => outcomeOf(operationId)) };
  };
  const join = (responses: readonly ExecuteStreamResponse[]) => ({
    outcomes: responses.flatMap(({ outcomes }) => outcomes),
  });
  const methods = Object.keys(InventoryServiceService).map((method) => [
    method,
    method === 'executeStream' ? bidi('executeStream', answer, { join }) : nothing,
  ]);
  const server = createGrpcServer({
    logger,
    host: '127.0.0.1',
    port: 0,
    services: [[InventoryServiceService, Object.fromEntries(methods)]],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  const client = createGrpcClient(InventoryServiceClient, {
    address: `127.0.0.1:${server.port()}`,
    name: 'test',
    defaultDeadlineMs: 2_000,
  });
  closers.push(() => client.close());
  return client.raw.executeStream(client.metadata());
}

const outcomeOf = (operationId: string) => ({
  operationId,
  status: OutcomeStatus.APPLIED,
  reason: '',
  lines: [],
  position: undefined,
});

const commandOf = (operationId: string): Command => ({
  operationId,
  sellerId: '1',
  actor: '',
  messageId: '',
  verb: undefined,
});

const NUMBERS = Array.from({ length: 1_000 }, (_, n) => String(n));

test('a stream answers in order, whatever order the work ends in', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const stream = await streaming(async (operationId) => {
    if (operationId === '0') await released;
    else if (operationId === '999') release();
  });
  const seen: string[] = [];
  let messages = 0;
  const ended = new Promise<void>((resolve, reject) => {
    stream.on('data', ({ outcomes }: ExecuteStreamResponse) => {
      messages += 1;
      seen.push(...outcomes.map(({ operationId }) => operationId));
    });
    stream.on('end', resolve);
    stream.on('error', reject);
  });
  for (const n of NUMBERS) stream.write({ commands: [commandOf(n)] });
  stream.end();
  await ended;
  expect(seen).toEqual(NUMBERS);
  // What is ready together goes together.
  expect(messages).toBeLessThan(100);
});

const options = {
  request: (commands: Command[]): ExecuteStreamRequest => ({ commands }),
  answers: ({ outcomes }: ExecuteStreamResponse) => outcomes,
  itemsMax: 64,
};

test('a pipeline gives each question its answer, over few messages', async () => {
  const stream = await streaming(async () => {});
  const written = vi.spyOn(stream, 'write');
  const pipeline = createPipeline(stream, options);
  const answers = await Promise.all(NUMBERS.map((n) => pipeline.send(commandOf(n))));
  expect(answers.map(({ operationId }) => operationId)).toEqual(NUMBERS);
  expect(written).toHaveBeenCalledTimes(Math.ceil(NUMBERS.length / options.itemsMax));
  await pipeline.end();
  await expect(pipeline.send(commandOf('late'))).rejects.toThrow('the stream was ended');
});

test('a handler that fails ends the stream after the answers before it', async () => {
  const stream = await streaming(async (operationId) => {
    if (operationId === 'bad') throw new GrpcRefusal({ code: GRPC.invalidArgument, reason: 'BAD' });
  });
  const pipeline = createPipeline(stream, { ...options, itemsMax: 1 });
  const [fine, bad, after] = await Promise.allSettled(
    ['fine', 'bad', 'after'].map((id) => pipeline.send(commandOf(id))),
  );
  expect(fine).toMatchObject({ status: 'fulfilled', value: { operationId: 'fine' } });
  expect(bad).toMatchObject({ status: 'rejected', reason: { code: GRPC.invalidArgument } });
  expect(after).toMatchObject({ status: 'rejected' });
  await expect(pipeline.send(commandOf('late'))).rejects.toMatchObject({
    code: GRPC.invalidArgument,
  });
});
