import {
  Hold,
  InventoryAdminServiceService,
  InventoryServiceService,
} from '@astrolabe/contracts/inventory';
import type { InventoryServiceServer, RepairRequest } from '@astrolabe/contracts/inventory';
import { Order, OrderServiceService } from '@astrolabe/contracts/order';
import type { GetOrderRequest, OrderServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { beforeEach, expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const hold = (holdRef: string, state: string) =>
  Hold.fromPartial({ holdRef, lines: [{ lineId: '1', state }] });
const PAGES = [
  [hold('tmall:open', 'HELD'), hold('tmall:closed', 'ROUTED'), hold('gov:unknown', 'HELD')],
  // Numbered holds are those of lines that came back after a refund.
  [
    hold('tmall:sold', 'SOLD'),
    hold('tmall:unknown', 'HELD'),
    hold('tmall:open#1', 'HELD'),
    hold('tmall:closed#2', 'HELD'),
  ],
];
const asked: RepairRequest[] = [];
let differences: { what: string; key: string; expected: string; found: string }[] = [];

const inventory = {
  listHolds: unary('list', async ({ page }: { page?: { token: string } }) => ({
    holds: PAGES[page?.token ? 1 : 0] ?? [],
    nextToken: page?.token ? '' : 'second',
  })),
} as unknown as InventoryServiceServer;
const upkeep = {
  repair: unary('repair', async (request: RepairRequest) => {
    asked.push(request);
    const outcome = request.apply ? 'APPLIED' : 'PLANNED';
    const common = { what: 'HOLD', before: 'open', after: 'RELEASED', outcome };
    return { items: request.holdRefs.map((key) => ({ ...common, key })) };
  }),
  verify: unary('verify', async () => ({ records: 3n, operations: 5n, differences })),
  rebuild: unary('rebuild', async () => ({
    partitions: [{ partition: 'p0000', records: 3n, done: true }],
  })),
};
const orders = {
  getOrder: unary('getOrder', async ({ orderRef }: GetOrderRequest) => {
    const number = orderRef?.number;
    if (number === 'unknown') {
      throw new GrpcRefusal({ code: GRPC.notFound, reason: 'UNKNOWN_ORDER' });
    }
    return { order: Order.fromPartial({ state: number === 'closed' ? 'CLOSED' : 'ACCEPTED' }) };
  }),
} as unknown as OrderServiceServer;

const server = serving({
  port: 0,
  adminPort: 0,
  services: [
    [InventoryServiceService, inventory],
    [InventoryAdminServiceService, upkeep],
    [OrderServiceService, orders],
  ],
});
beforeEach(() => {
  asked.length = 0;
  differences = [];
});

async function run(...words: string[]): Promise<{ code: number; out: unknown[] }> {
  const address = `127.0.0.1:${server.port()}`;
  const lines: string[] = [];
  const environment = {
    INVENTORY_ADDRESS: address,
    ORDER_ADDRESS: address,
    INVENTORY_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}`,
  };
  const output = { out: (line: string) => void lines.push(line), error: () => {} };
  const code = await runCli(['stock', ...words], environment, output);
  return { code, out: lines.map((line): unknown => JSON.parse(line)) };
}

const WHO = ['--seller', '21230', '--actor', 'me', '--reason', 'closed'];

test('holds are listed over all pages', async () => {
  const { out } = await run('holds', '--seller', '21230');
  expect(out).toMatchObject(PAGES.flat().map(({ holdRef }) => ({ holdRef })));
});

test('a repair is a dry run unless told to apply, and judges the orders of Tmall alone', async () => {
  const { code, out } = await run('repair', 'pos:till-1', ...WHO, '--orders');
  expect(code).toBe(0);
  expect(asked).toMatchObject([
    {
      apply: false,
      actor: 'me',
      reason: 'closed',
      holdRefs: ['pos:till-1', 'tmall:closed', 'tmall:unknown', 'tmall:closed#2'],
    },
  ]);
  expect(out).toHaveLength(4);
  await run('repair', ...WHO, '--orders', '--apply');
  expect(asked[1]).toMatchObject({
    apply: true,
    holdRefs: ['tmall:closed', 'tmall:unknown', 'tmall:closed#2'],
  });
});

test('verify fails when anything differs', async () => {
  expect(await run('verify')).toEqual({
    code: 0,
    out: [{ records: '3', operations: '5', differences: 0 }],
  });
  differences = [{ what: 'MEMORY', key: 'k', expected: '1/0/0', found: '2/0/0' }];
  const { code, out } = await run('verify');
  expect(code).toBe(1);
  expect(out[0]).toEqual(differences[0]);
});

test('a rebuild says of what, and tells each partition', async () => {
  expect((await run('rebuild')).code).toBe(2);
  expect((await run('rebuild', '--projections')).out).toMatchObject([
    { partition: 'p0000', done: true },
  ]);
});
