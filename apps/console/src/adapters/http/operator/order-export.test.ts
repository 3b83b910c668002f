import type { ListOrdersResponse, Order } from '@astrolabe/contracts/order';
import ExcelJS from 'exceljs';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import type { Backends } from './backends.ts';
import { ROWS_MAX } from './csv.ts';
import { csvOf, workbookOf } from './order-export.ts';

const FILTER = { sellerId: '21230', state: '' };

const orderOf = (number: string): Order => ({
  orderRef: { channel: 'tmall', sellerId: '21230', number },
  state: 'ALLOCATED',
  paidAt: new Date('2016-09-22T02:00:00Z'),
  paymentFen: 39_805n,
  lines: [],
  allocation: 1,
  timeline: [],
  version: 1n,
  traceId: '',
  flags: [],
  actions: [],
});

/** Orders of one page after the other; `of` says what stands on each. */
const listing = (of: (size: number, token: string) => ListOrdersResponse): Backends['orders'] =>
  ({
    call: (_method: string, { page }: { page: { size: number; token: string } }) =>
      Promise.resolve(of(page.size, page.token)),
  }) as unknown as Backends['orders'];

test('a file has every page, ids as text, and a mark of its encoding', async () => {
  const orders = listing((_size, token) =>
    token === ''
      ? { orders: [orderOf('2004574256073903')], nextToken: '2' }
      : { orders: [orderOf('R-1')], nextToken: '' },
  );
  const bytes = await buffer(csvOf(orders, FILTER));
  expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
  const [, first, second, ...more] = bytes.toString('utf8').split('\r\n');
  expect(first).toContain('tmall,"\t2004574256073903",ALLOCATED,,,398.05,2016-09-22 10:00:00');
  expect(second).toContain('tmall,R-1,');
  expect(more).toEqual(['']);
  const workbook = new ExcelJS.Workbook();
  const written = await buffer(workbookOf(orders, FILTER));
  await workbook.xlsx.load(written as unknown as ArrayBuffer);
  const sheet = workbook.worksheets[0];
  expect(sheet?.rowCount).toBe(3);
  expect(sheet?.getCell('B2').value).toBe('2004574256073903');
  expect(sheet?.getCell('B2').type).toBe(ExcelJS.ValueType.String);
});

test('a file is bounded, and says so in its last row', async () => {
  const orders = listing((size) => ({
    orders: Array.from({ length: size }, (_, n) => orderOf(String(n))),
    nextToken: 'more',
  }));
  const lines = (await text(csvOf(orders, FILTER))).trimEnd().split('\r\n');
  expect(lines).toHaveLength(1 + ROWS_MAX + 1);
  expect(lines.at(-1)).toContain(`Cut at ${ROWS_MAX} rows`);
});

test('a service that goes away ends the file as broken, not as complete', async () => {
  const orders = listing((_size, token) => {
    if (token !== '') throw new Error('away');
    return { orders: [orderOf('1')], nextToken: '2' };
  });
  await expect(text(csvOf(orders, FILTER))).rejects.toThrow('away');
  await expect(buffer(workbookOf(orders, FILTER))).rejects.toThrow('away');
});
