import { MallOrder, MallOrderAdminServiceService } from '@astrolabe/contracts/order';
import type { MallOrderAdminServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const NAME = 'govmall/21230/100000000000001';
const order = MallOrder.fromPartial({
  orderRef: { channel: 'govmall', sellerId: '21230', number: '100000000000001' },
  mallOrderNo: 'M1',
  state: 'PRE_ORDERED',
});
const heard: unknown[] = [];
const service: MallOrderAdminServiceServer = {
  listMallOrders: unary('list', async (query) => {
    heard.push(query);
    return { orders: [order], nextToken: '' };
  }),
  showMallOrder: unary('show', async () => ({ order })),
  expireMallOrder: unary('expire', async (asked) => {
    heard.push(asked);
    if (asked.askedBy === 'late') {
      throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: 'ILLEGAL_STATE' });
    }
    return { order: { ...order, state: 'EXPIRED' } };
  }),
  putMallSettings: unary('put', async (asked) => {
    heard.push(asked);
    return {};
  }),
  getMallSettings: unary('get', async ({ sellerId }) => ({
    settings: {
      sellerId,
      preorderTtlMs: 0n,
      alertAfterMs: 259_200_000n,
      heldPerPurchaserMilli: 0n,
    },
  })),
};
const server = serving({ adminPort: 0, services: [[MallOrderAdminServiceService, service]] });

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = { ORDER_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  return { code: await runCli(words, environment, output), out, errors };
}

test('orders of a mall are listed, shown and given up', async () => {
  const listed = await run('mall', 'order', 'list', '--seller', '21230', '--state', 'PRE_ORDERED');
  expect(listed.out.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { mallOrderNo: 'M1', state: 'PRE_ORDERED' },
  ]);
  expect(heard.at(-1)).toMatchObject({ sellerId: '21230', state: 'PRE_ORDERED' });
  expect((await run('mall', 'order', 'show', NAME)).out[0]).toContain('100000000000001');
  expect((await run('mall', 'order', 'expire', NAME, '--actor', 'ann')).out[0]).toContain(
    'EXPIRED',
  );
  expect((await run('mall', 'order', 'expire', NAME, '--actor', 'late')).code).toBe(1);
});

test('rules are shown, and what is named is changed', async () => {
  expect((await run('mall', 'rules', '21230')).out[0]).toContain('259200000');
  const set = await run('mall', 'rules', '21230', '--hold', '30', '--most', '5');
  expect(set.code).toBe(0);
  expect(heard.at(-1)).toMatchObject({
    settings: {
      preorderTtlMs: 1_800_000n,
      alertAfterMs: 259_200_000n,
      heldPerPurchaserMilli: 5_000n,
    },
  });
});

test('what it does not know is a wrong word', async () => {
  expect((await run('mall', 'order', 'delete', NAME)).code).toBe(2);
  expect((await run('mall', 'rules', '21230', '--hold', 'soon')).code).toBe(2);
  expect((await run('mall', 'order', 'expire', NAME)).code).toBe(2);
});
