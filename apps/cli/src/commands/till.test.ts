import { TillAdminServiceService } from '@astrolabe/contracts/order';
import type { TillAdminServiceServer } from '@astrolabe/contracts/order';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { beforeEach, expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const ORDER = 'pos/21230/REQ-3436967';
const heard: unknown[] = [];
beforeEach(() => void heard.splice(0));

const unused = unary('unused', async () => {
  throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: 'UNUSED' });
});
const service: TillAdminServiceServer = {
  putTillPlatform: unused,
  putScaleLabels: unused,
  resolveSale: unused,
  takeBack: unary('take', async (asked) => {
    heard.push(asked);
    if (asked.returnNo === 'R-9') {
      throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: 'TOO_MUCH' });
    }
    const { returnNo, askedBy } = asked;
    const lines = asked.lines.map((line) => ({ ...line, refundFen: 2_850n }));
    const returnedAt = new Date('2026-11-29T04:00:00Z');
    return { taken: { returnNo, lines, refundFen: 2_850n, returnedAt, askedBy, stock: 'POSTED' } };
  }),
};
const server = serving({ adminPort: 0, services: [[TillAdminServiceService, service]] });

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = { ORDER_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  return { code: await runCli(['till', 'return', ...words], environment, output), out, errors };
}

test('till return says which pieces of which line came back, and prints the refund', async () => {
  const { code, out } = await run(ORDER, 'R-1', '1=3', '2=0.335', '--broken', '--actor', 'li');
  expect(code).toBe(0);
  expect(heard).toMatchObject([
    {
      orderRef: { channel: 'pos', sellerId: '21230', number: 'REQ-3436967' },
      returnNo: 'R-1',
      lines: [
        { lineId: '1', quantityMilli: 3_000n },
        { lineId: '2', quantityMilli: 335n },
      ],
      sellable: false,
      askedBy: 'li',
    },
  ]);
  expect(JSON.parse(out.join(''))).toMatchObject({ returnNo: 'R-1', refundFen: '2850' });
});

test('a refusal is told, and ends with 1', async () => {
  const { code, errors } = await run(ORDER, 'R-9', '1=8', '--actor', 'li');
  expect(code).toBe(1);
  expect(errors.join('')).toContain('TOO_MUCH');
});

test.each([
  ['no pieces', [ORDER, 'R-1', '--actor', 'li']],
  ['four decimals', [ORDER, 'R-1', '1=0.0005', '--actor', 'li']],
  ['no line', [ORDER, 'R-1', '=1', '--actor', 'li']],
  ['nobody who took them', [ORDER, 'R-1', '1=1']],
])('%s is a wrong command, and nobody is asked', async (_, words) => {
  expect((await run(...words)).code).toBe(2);
  expect(heard).toEqual([]);
});
