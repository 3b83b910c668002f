import { OrderPushServiceService } from '@astrolabe/contracts/push';
import type { OrderPushServiceServer, Push } from '@astrolabe/contracts/push';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const ORDER = tmallOrder('21230', '41171611600046273');
const PUSH: Push = {
  orderRef: ORDER,
  allocate: undefined,
  query: undefined,
  returnedAppKeys: [],
  rows: [],
  problems: ['WRITE_GIVEN_UP'],
};
const unused = unary('unused', async () => {
  throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNUSED' });
}) as never;
const service: OrderPushServiceServer = {
  putSeller: unused,
  getSeller: unused,
  getPush: unused,
  pushRefund: unused,
  listPushes: unary('list', async ({ problemsOnly }) => ({
    pushes: problemsOnly ? [PUSH] : [],
    nextToken: '',
  })),
  retryPush: unary('retry', async ({ orderRef }) => {
    if (orderRef?.number !== ORDER.number) {
      throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
    }
    return {};
  }),
};
const server = serving({
  adminPort: 0,
  services: [[OrderPushServiceService, service]],
});

async function run(...words: string[]): Promise<{ code: number; out: string[] }> {
  const out: string[] = [];
  const output = { out: (line: string) => void out.push(line), error: () => undefined };
  const environment = { PUSH_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  return { code: await runCli(words, environment, output), out };
}

test('push problems shows what somebody has to look at, every digit of it', async () => {
  const { code, out } = await run('push', 'problems', '--seller', '21230');
  expect(code).toBe(0);
  expect(out.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { orderRef: ORDER, problems: ['WRITE_GIVEN_UP'] },
  ]);
  expect((await run('push', 'problems')).code).toBe(2);
  expect((await run('push', 'problems', '--seller', '1', '--limit', '0')).code).toBe(2);
});

test('push retry', async () => {
  expect((await run('push', 'retry', orderKey(ORDER))).code).toBe(0);
  expect((await run('push', 'retry', 'tmall/21230/1')).code).toBe(1);
});
