import {
  ExplainResponse,
  RoutingServiceService,
  SimulateResponse,
  TryResponse,
} from '@astrolabe/contracts/order';
import type { RoutingServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { orderKey, tmallOrder } from '@astrolabe/kernel';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const TRADE = '41171611600046273';
const ORDER = tmallOrder('21230', TRADE);
const NAME = orderKey(ORDER);
const decision = { orderRef: ORDER, rules: '2', chosen: { id: '1342' } };
const unused = unary('unused', async () => {
  throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNUSED' });
}) as never;
const asked: unknown[] = [];
const service: RoutingServiceServer = {
  putDraft: unused,
  getRules: unused,
  activate: unused,
  putStoreSettings: unused,
  getStoreSettings: unused,
  listStoreLoads: unused,
  explain: unary('explain', async (request) => {
    if (request.orderRef?.number !== TRADE) {
      throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_TRADE' });
    }
    return ExplainResponse.fromPartial({ decision, replayed: true });
  }),
  try: unary('try', async (request) => {
    asked.push(request);
    return TryResponse.fromPartial({ decision });
  }),
  simulate: unary('simulate', async ({ page }) => {
    const first = page?.token === '';
    return SimulateResponse.fromPartial({
      decisions: page?.size ?? 0,
      same: (page?.size ?? 0) - 1,
      differences: [{ orderRef: tmallOrder('21230', first ? TRADE : '2') }],
      removedBefore: { CAP_REACHED: 3 },
      nextToken: first ? 'more' : '',
    });
  }),
};
const server = serving({
  port: 0,
  services: [[RoutingServiceService, service]],
});

async function run(...words: string[]): Promise<{ code: number; out: unknown[] }> {
  const out: unknown[] = [];
  const output = {
    out: (line: string) => void out.push(JSON.parse(line) as unknown),
    error: () => undefined,
  };
  const environment = { ORDER_ADDRESS: `127.0.0.1:${server.port()}` };
  return {
    code: await runCli(['routing', ...words], environment, output),
    out,
  };
}

test('routing explain shows a decision, every digit of it', async () => {
  const { code, out } = await run('explain', NAME);
  expect(code).toBe(0);
  expect(out).toMatchObject([{ decision: { orderRef: ORDER }, replayed: true }]);
  expect((await run('explain', 'tmall/21230/1')).code).toBe(1);
  expect((await run('explain')).code).toBe(2);
  expect((await run('explain', NAME, '--limit', '501')).code).toBe(2);
});

test('routing try takes the inputs of now, or the recorded ones', async () => {
  await run('try', NAME, '--version', '3');
  await run('try', NAME, '--inputs', 'recorded');
  expect(asked).toMatchObject([
    { version: 3, recorded: false },
    { version: 0, recorded: true },
  ]);
  expect((await run('try', NAME, '--inputs', 'both')).code).toBe(2);
});

test('routing simulate goes through the pages and adds them up', async () => {
  const words = [
    '--seller',
    '21230',
    '--version',
    '3',
    '--from',
    '2016-09-22',
    '--to',
    '2016-09-23',
  ];
  const { code, out } = await run('simulate', ...words, '--limit', '60');
  expect(code).toBe(0);
  expect(out).toMatchObject([
    { orderRef: ORDER },
    { orderRef: tmallOrder('21230', '2') },
    { decisions: 60, same: 58, removed: { before: { CAP_REACHED: 6 } }, complete: true },
  ]);
  expect((await run('simulate', '--from', 'noon', '--to', 'x', '--version', '3')).code).toBe(2);
});
