import { Invoice, MallMoneyAdminServiceService } from '@astrolabe/contracts/settlement';
import type {
  ConfirmUseRequest,
  GrantDiscountRequest,
  ListInvoicesRequest,
  RequestRedLetterRequest,
} from '@astrolabe/contracts/settlement';
import { GRPC, GrpcRefusal, unary } from '@astrolabe/grpc';
import { beforeEach, expect, test } from 'vitest';
import { serving } from '../../test/serving.ts';
import { runCli } from '../cli.ts';

const NAME = 'govmall/21230/100000000000001';
const orderRef = { channel: 'govmall', sellerId: '21230', number: '100000000000001' };
const invoice = Invoice.fromPartial({ orderRef, serial: '100000000000001-B', state: 'ISSUED' });
const heard: unknown[] = [];
const service = {
  listInvoices: unary('list', async (asked: ListInvoicesRequest) => {
    heard.push(asked);
    return { invoices: [invoice], nextToken: '' };
  }),
  grantDiscount: unary('discount', async (asked: GrantDiscountRequest) => {
    heard.push(asked);
    if (asked.lineId === '9') {
      throw new GrpcRefusal({ code: GRPC.failedPrecondition, reason: 'INVALID_LINE' });
    }
    const entry = { cause: 'DISCOUNTED', message: asked.discountId, amountFen: -asked.amountFen };
    return { entries: [{ ...entry, actor: asked.actor, at: undefined }] };
  }),
  confirmUse: unary('use', async (asked: ConfirmUseRequest) => {
    heard.push(asked);
    return { invoice: { ...invoice, useConfirmedAt: asked.confirmedAt } };
  }),
  requestRedLetter: unary('red', async (asked: RequestRedLetterRequest) => {
    heard.push(asked);
    return { invoice: { ...invoice, colour: 'RED' } };
  }),
};
const server = serving({ adminPort: 0, services: [[MallMoneyAdminServiceService, service]] });

async function run(...words: string[]) {
  const out: string[] = [];
  const errors: string[] = [];
  const output = {
    out: (line: string) => void out.push(line),
    error: (line: string) => void errors.push(line),
  };
  const environment = { SETTLEMENT_ADMIN_ADDRESS: `127.0.0.1:${server.adminPort()}` };
  const code = await runCli(['mall', 'invoice', ...words], environment, output);
  return { code, errors, rows: out.map((line) => JSON.parse(line) as unknown) };
}
beforeEach(() => void heard.splice(0));

test('invoices of a state are listed with their serials', async () => {
  const listed = await run('list', '--seller', '21230', '--state', 'issued');
  expect(listed).toMatchObject({ code: 0, rows: [{ serial: '100000000000001-B' }] });
  expect(heard).toMatchObject([{ sellerId: '21230', state: 'ISSUED' }]);
  expect((await run('list', '--seller', '21230')).code).toBe(2);
});

test('a discount is granted under its name; a dry run asks for nothing', async () => {
  const words = ['discount', NAME, '--line', '1', '--amount', '10.5', '--actor', 'li'];
  const named = [...words, '--request-id', 'C-1'];
  const planned = await run(...named, '--dry-run');
  expect(planned).toMatchObject({ code: 0, rows: [{ dryRun: true, wouldCall: 'grantDiscount' }] });
  expect(heard).toEqual([]);
  expect(await run(...named)).toMatchObject({
    code: 0,
    rows: [{ cause: 'DISCOUNTED', message: 'C-1', amountFen: '-1050', actor: 'li' }],
  });
  expect(heard).toEqual([
    { orderRef, discountId: 'C-1', lineId: '1', amountFen: 1_050n, actor: 'li' },
  ]);
  // Without a name a repeat would be another one.
  expect(await run(...words)).toMatchObject({
    code: 2,
    errors: ['--request-id is missing', expect.stringContaining('--help')],
  });
  for (const amount of ['0', '-1', '1.005', 'ten']) {
    expect((await run(...named, '--amount', amount)).code, amount).toBe(2);
  }
  const refused = await run(...named, '--line', '9');
  expect(refused).toMatchObject({ code: 1, errors: [expect.stringContaining('INVALID_LINE')] });
});

test('the use of an invoice is confirmed, now or as of then', async () => {
  const words = ['confirm-use', NAME, '--serial', '100000000000001-B'];
  expect((await run(...words, '--dry-run')).rows).toMatchObject([{ wouldCall: 'confirmUse' }]);
  await run(...words, '--since', '2026-11-30T10:00:00+08:00');
  await run(...words);
  const asked = { orderRef, serial: '100000000000001-B' };
  expect(heard).toEqual([
    { ...asked, confirmedAt: new Date('2026-11-30T02:00:00Z') },
    { ...asked, confirmedAt: undefined },
  ]);
  expect((await run(...words, '--since', 'soon')).code).toBe(2);
  expect((await run('confirm-use', NAME)).code).toBe(2);
});

test('a red letter is over lines, or over all that is left', async () => {
  expect((await run('red', NAME, '--request-id', 'R-1')).rows).toMatchObject([{ colour: 'RED' }]);
  await run('red', NAME, '1=2', '2=0.5');
  expect(heard).toMatchObject([
    { orderRef, requestId: 'R-1', lines: [] },
    {
      lines: [
        { lineId: '1', quantityMilli: 2_000n },
        { lineId: '2', quantityMilli: 500n },
      ],
    },
  ]);
  expect((await run('red', NAME, '1=0')).code).toBe(2);
  expect((await run('red', NAME, '--dry-run')).rows).toMatchObject([
    { wouldCall: 'requestRedLetter' },
  ]);
});
