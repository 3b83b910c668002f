import { Order, OrderRepairServiceService, OrderServiceService } from '@astrolabe/contracts/order';
import type { OrderRepairServiceServer, OrderServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const NAME = 'tmall/21230/2004574256073903';
const ORDER = Order.fromPartial({
  orderRef: tmallOrder('21230', '2004574256073903'),
  state: 'SHIPPED',
  flags: ['STOCK_REFUSED'],
});
const OF = ['--seller', '21230'];
const heard: unknown[] = [];
const refusal = (reason: string) => new GrpcRefusal({ code: GRPC.failedPrecondition, reason });
const service: Partial<OrderServiceServer> = {
  listOrders: unary('list', async ({ state, flag }) => {
    heard.push({ state, flag });
    return { orders: [ORDER], nextToken: '' };
  }),
};
const operations: Pick<OrderRepairServiceServer, 'retryOrder' | 'clearFlag'> = {
  retryOrder: unary('retry', async (request) => {
    heard.push(request);
    if (request.orderRef?.number !== ORDER.orderRef?.number) throw refusal('NOTHING_FOUND');
    return { order: ORDER, plan: undefined };
  }),
  clearFlag: unary('clear', async (request) => {
    heard.push(request);
    if (request.flag !== 'STOCK_REFUSED') throw refusal('NOT_FLAGGED');
    return { order: ORDER, plan: undefined };
  }),
};
const server = serving({
  port: 0,
  services: [
    [OrderServiceService, service as OrderServiceServer],
    [OrderRepairServiceService, operations],
  ],
});

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = {
    ORDER_ADDRESS: `127.0.0.1:${server.port()}`,
  };
  return { code: await runCli(words, environment, output), out, errors };
}

test('order list: those of a state, those that somebody has to look at', async () => {
  const { code, out } = await run('order', 'list', ...OF, '--flag', 'STOCK_REFUSED');
  expect(code).toBe(0);
  expect(out.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { orderRef: ORDER.orderRef, state: 'SHIPPED', flags: ['STOCK_REFUSED'] },
  ]);
  await run('order', 'list', ...OF, '--state', 'UNFULFILLABLE');
  expect(heard.slice(-2)).toEqual([
    { state: '', flag: 'STOCK_REFUSED' },
    { state: 'UNFULFILLABLE', flag: '' },
  ]);
  expect((await run('order', 'list', ...OF, '--limit', '501')).code).toBe(2);
});

test('order retry names who asks, and fails when there is nothing for the order yet', async () => {
  expect((await run('order', 'retry', NAME)).code).toBe(2);
  const done = await run('order', 'retry', NAME, '--actor', '小王');
  expect(done.code).toBe(0);
  expect(heard.at(-1)).toMatchObject({ orderRef: ORDER.orderRef, askedBy: '小王' });
  const none = await run('order', 'retry', 'tmall/21230/1', '--actor', '小王');
  expect(none.code).toBe(1);
  expect(none.errors.join()).toContain('NOTHING_FOUND');
});

test.each([
  [[], "missing required argument 'ORDER'"],
  [['2004574256073903'], 'NOT_AN_ORDER_KEY'],
  [['Tmall/21230/2004574256073903'], 'BAD_CHANNEL'],
])('an order is named with its channel and seller: %s is refused', async (words, reason) => {
  const refused = await run('order', 'retry', ...words, '--actor', '小王');
  expect(refused.code).toBe(2);
  expect(refused.errors.join()).toContain(reason);
  if (words.length > 0) expect(refused.errors.join()).toContain('tmall/21230/2004574256073903');
});

test('order clear names who has done what', async () => {
  const words = ['order', 'clear', NAME, '--actor', '小王'];
  expect((await run(...words, '--flag', 'STOCK_REFUSED')).code).toBe(2);
  const flagged = await run(...words, '--flag', 'STOCK_REFUSED', '--reason', '盘点');
  expect(flagged.code).toBe(0);
  expect(heard.at(-1)).toMatchObject({ flag: 'STOCK_REFUSED', askedBy: '小王', note: '盘点' });
  expect((await run(...words, '--flag', 'OTHER', '--reason', '盘点')).code).toBe(1);
});
