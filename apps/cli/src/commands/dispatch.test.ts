import { DistributionAdminServiceService } from '@astrolabe/contracts/order';
import type { Dispatch, DistributionAdminServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const NAME = 'fenxiao/21230/bxg-1003';
const dispatch: Dispatch = {
  outOrderId: 'bxg-1003',
  supplierId: 'A',
  lineIds: ['1'],
  state: 'MANUAL',
  reason: 'NO_ANSWER',
  message: '',
  sends: 1,
  nextAt: undefined,
  held: false,
  orders: [],
  totalFen: undefined,
  postFeeFen: undefined,
  expectedFen: 9_800n,
  differenceFen: undefined,
  refusedLineIds: [],
};
const orderRef = { channel: 'fenxiao', sellerId: '21230', number: 'bxg-1003' };
const distribution = { orderRef, placed: [], dispatches: [dispatch], createdAt: undefined };
const heard: unknown[] = [];
const service: DistributionAdminServiceServer = {
  getDistribution: unary('get', async () => ({ distribution })),
  listDistributions: unary('list', async (query) => {
    heard.push(query);
    return { distributions: [distribution], nextToken: '' };
  }),
  decideDispatch: unary('decide', async (asked) => {
    heard.push(asked);
    if (asked.decision === 'SEND') {
      throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: 'NOT_WAITING' });
    }
    return { dispatch };
  }),
  putUpstream: unary('put', async () => ({})),
};
const server = serving({ adminPort: 0, services: [[DistributionAdminServiceService, service]] });

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

test('dispatch list and show: where they stand', async () => {
  const listed = await run('dispatch', 'list', '--seller', '21230', '--state', 'MANUAL');
  const shown = await run('dispatch', 'show', NAME);
  for (const { code, out } of [listed, shown]) {
    expect(code).toBe(0);
    expect(out.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { orderRef, dispatches: [{ state: 'MANUAL' }] },
    ]);
  }
  expect(heard.at(-1)).toMatchObject({ sellerId: '21230', state: 'MANUAL' });
});

test('dispatch decide: with who decides, and with the order that is there', async () => {
  const words = ['dispatch', 'decide', NAME, 'bxg-1003', '--actor', '小王', '--answer'];
  expect((await run(...words, 'created', '--key', '4356409609904969811')).code).toBe(0);
  expect(heard.at(-1)).toMatchObject({
    decision: 'CREATED',
    order: { orderId: '4356409609904969811' },
    actor: '小王',
  });
  expect((await run(...words, 'created')).code).toBe(2);
  const refused = await run(...words, 'send');
  expect(refused.code).toBe(1);
  expect(refused.errors.join()).toContain('NOT_WAITING');
});
