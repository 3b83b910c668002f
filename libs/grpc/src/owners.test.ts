import { OrderServiceClient, OrderServiceService } from '@astrolabe/contracts/order';
import { status } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import {
  GRPC,
  GrpcCallError,
  GrpcRefusal,
  createGrpcClient,
  createGrpcServer,
  unary,
} from './index.ts';
import type { GrpcServer } from './index.ts';
import { ownerKey } from './owners.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const nothing = unary('nothing', async () => {
  throw new Error('not part of this test');
});

/** A server that answers, or says where it is answered; `asked` counts the calls that came. */
async function serve(ownerOf: (sellerId: string) => string | null) {
  const asked: string[] = [];
  const listOrders = unary('listOrders', async ({ sellerId }: { sellerId: string }) => {
    asked.push(sellerId);
    const owner = ownerOf(sellerId);
    if (owner === null) return { orders: [], nextToken: '' };
    throw new GrpcRefusal({ code: GRPC.unavailable, reason: 'NOT_OWNER', owner });
  });
  const server: GrpcServer = createGrpcServer({
    logger: { error: () => {} },
    host: '127.0.0.1',
    port: 0,
    services: [[OrderServiceService, { listOrders, getOrder: nothing, reportAllocation: nothing }]],
  });
  await server.component.start();
  closers.push(() => server.component.stop());
  return { asked, address: `127.0.0.1:${server.port()}`, stop: () => server.component.stop() };
}

function connect(address: string) {
  const client = createGrpcClient(OrderServiceClient, {
    address,
    name: 'test',
    defaultDeadlineMs: 5_000,
  });
  closers.push(() => client.close());
  return client;
}

const of = (sellerId: string) => ({ sellerId, state: '' });

test('a call goes where the refusal says, and the next ones about the seller go there straight', async () => {
  const owner = await serve(() => null);
  const home = await serve((sellerId) => (sellerId === 'moved' ? owner.address : null));
  const client = connect(home.address);
  for (let call = 0; call < 3; call += 1) await client.call('listOrders', of('moved'));
  await client.call('listOrders', of('here'));
  expect(home.asked).toEqual(['moved', 'here']);
  expect(owner.asked).toEqual(['moved', 'moved', 'moved']);
});

test('an owner that is gone is given up: the caller looks for the next one within its deadline', async () => {
  const gone = await serve(() => null);
  let refusals = 0;
  const home = await serve(() => {
    refusals += 1;
    return refusals <= 2 ? gone.address : null;
  });
  await gone.stop();
  await connect(home.address).call('listOrders', of('moved'));
  expect(home.asked).toHaveLength(3);
});

test('two processes that send a caller to each other do so only until its deadline', async () => {
  const addresses = { first: '', second: '' };
  const first = await serve(() => addresses.second);
  const second = await serve(() => addresses.first);
  addresses.first = first.address;
  addresses.second = second.address;
  const call = connect(first.address).call('listOrders', of('lost'), { deadlineMs: 600 });
  // The last attempt is refused as the others were, or the deadline finds it under way.
  const ended = (await call.catch((error: unknown) => error)) as GrpcCallError;
  expect(ended).toBeInstanceOf(GrpcCallError);
  expect([GRPC.unavailable, status.DEADLINE_EXCEEDED]).toContain(ended.code);
  expect(first.asked.length + second.asked.length).toBeLessThanOrEqual(64);
});

test('what a request is about: its seller, that of its command or first command, or a partition', () => {
  expect(ownerKey({ sellerId: '1', partition: 'p' })).toBe('1');
  expect(ownerKey({ command: { sellerId: '2' } })).toBe('2');
  expect(ownerKey({ commands: [{ sellerId: '3' }, { sellerId: '4' }] })).toBe('3');
  expect(ownerKey({ partition: 'p0001' })).toBe('p0001');
  expect(ownerKey({})).toBe('');
});
