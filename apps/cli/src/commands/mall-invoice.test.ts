import { Invoice, MallMoneyAdminServiceService } from '@astrolabe/contracts/settlement';
import type {
  AmendInvoiceRequest,
  ConfirmUseRequest,
  GrantDiscountRequest,
  ListInvoicesRequest,
  RecordIssuedRequest,
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
  recordIssued: unary('issued', async (asked: RecordIssuedRequest) => {
    heard.push(asked);
    const { number, code, url } = asked;
    return { invoice: { ...invoice, number, code, url } };
  }),
  amendInvoice: unary('amend', async (asked: AmendInvoiceRequest) => {
    heard.push(asked);
    return { invoice: { ...invoice, title: asked.title, state: 'REQUESTED' } };
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

test('what the tax side has issued is recorded; a dry run is judged by the service', async () => {
  const named = [
    'issued',
    NAME,
    '--serial',
    '100000000000001-B',
    '--number',
    '26127000000000000001',
  ];
  const words = [...named, '--url', 'https://invoices.example.com/1', '--actor', 'li'];
  const asked = {
    orderRef,
    serial: '100000000000001-B',
    number: '26127000000000000001',
    code: '',
    url: 'https://invoices.example.com/1',
    issuedAt: undefined,
    lines: [],
    actor: 'li',
  };
  expect(await run(...words, '--dry-run')).toMatchObject({
    code: 0,
    rows: [{ dryRun: true, number: '26127000000000000001' }],
  });
  const rows = [
    '1=2654.87,345.13',
    '1-discount=-8.85,-1.15',
    '--since',
    '2026-11-30T10:00:00+08:00',
  ];
  const told = await run(...words, ...rows, '--code', '012');
  expect(told.rows[0]).not.toHaveProperty('dryRun');
  expect(heard).toEqual([
    { ...asked, dryRun: true },
    {
      ...asked,
      code: '012',
      issuedAt: new Date('2026-11-30T02:00:00Z'),
      lines: [
        { lineId: '1', netFen: 265_487n, taxFen: 34_513n },
        { lineId: '1-discount', netFen: -885n, taxFen: -115n },
      ],
      dryRun: false,
    },
  ]);
  for (const bad of ['1', '1=1', '1=1,x', '=1,2', '1=1.005,0', '1=1,2,3']) {
    expect((await run(...words, bad)).code, bad).toBe(2);
  }
  expect((await run(...named)).code).toBe(2);
  expect((await run('issued', NAME, '--serial', 'B', '--actor', 'li')).code).toBe(2);
});

test('an invoice is told what it waits for; what says nothing is not sent', async () => {
  const words = ['amend', NAME, '--actor', 'li'];
  const taxed = [...words, '1=13:1090513010000000000', '2=exempt:1070101010000000000'];
  expect((await run(...taxed, '--dry-run')).rows).toMatchObject([
    { dryRun: true, state: 'REQUESTED' },
  ]);
  await run(...words, '--title', '某单位', '--tax-number', '91120102301231E127', '--serial', 'B');
  expect(heard).toEqual([
    {
      orderRef,
      serial: '',
      title: '',
      taxNumber: '',
      lines: [
        { lineId: '1', taxRate: 13, taxCode: '1090513010000000000' },
        { lineId: '2', taxRate: undefined, taxCode: '1070101010000000000' },
      ],
      actor: 'li',
      dryRun: true,
    },
    {
      orderRef,
      serial: 'B',
      title: '某单位',
      taxNumber: '91120102301231E127',
      lines: [],
      actor: 'li',
      dryRun: false,
    },
  ]);
  expect((await run(...words)).code).toBe(2);
  for (const bad of ['1', '1=13', '1=13:', '1=x:109', '1=13:12345678901234567890']) {
    expect((await run(...words, bad)).code, bad).toBe(2);
  }
});
