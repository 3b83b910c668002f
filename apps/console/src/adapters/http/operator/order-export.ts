import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { PlaceType } from '@astrolabe/contracts/common';
import type { Order } from '@astrolabe/contracts/order';
import { formatShanghai } from '@astrolabe/kernel';
import ExcelJS from 'exceljs';
import type { Backends } from './backends.ts';
import { ROWS_MAX, csvOf as csvOfRows } from './csv.ts';
import type { OrderFilter } from './order-query.ts';

const PAGE_SIZE = 500;

const COLUMNS = [
  '渠道 Channel',
  '订单号 Order',
  '状态 State',
  '待处理 Flags',
  '发货地 Place',
  '金额（元） Amount',
  '付款时间 Paid at',
  '子订单 Sub-orders',
  'SKU',
] as const;

const CUT = `已达 ${ROWS_MAX} 行上限，请缩小筛选范围 Cut at ${ROWS_MAX} rows: narrow the filter`;

/** The orders that a filter shows, page by page, each as a row of texts: a long id as a number would lose its end. */
async function* rowsOf(
  orders: Backends['orders'],
  filter: OrderFilter,
): AsyncGenerator<readonly string[]> {
  let token = '';
  let left = ROWS_MAX;
  do {
    const size = Math.min(PAGE_SIZE, left);
    const page = await orders.call('listOrders', { ...filter, brief: true, page: { size, token } });
    for (const order of page.orders) yield rowOf(order);
    left -= page.orders.length;
    token = page.nextToken;
  } while (token !== '' && left > 0);
  if (token !== '') yield [CUT];
}

const yuan = (fen: bigint): string => `${fen / 100n}.${(fen % 100n).toString().padStart(2, '0')}`;

const TYPES: Readonly<Record<string, string>> = {
  [PlaceType.STORE]: 'STORE',
  [PlaceType.WAREHOUSE]: 'WAREHOUSE',
};

function rowOf({ orderRef, state, flags, lines, paymentFen, paidAt }: Order): readonly string[] {
  const places = lines.flatMap(({ routedPlace }) =>
    routedPlace ? [`${TYPES[routedPlace.type] ?? ''}:${routedPlace.id}`] : [],
  );
  return [
    orderRef?.channel ?? '',
    orderRef?.number ?? '',
    state,
    flags.join(' '),
    [...new Set(places)].join(' '),
    yuan(paymentFen),
    paidAt ? formatShanghai(paidAt) : '',
    lines.map(({ subOrderId }) => subOrderId).join(' '),
    lines.map(({ skuId, itemId }) => skuId || itemId).join(' '),
  ];
}

/** The orders as CSV, UTF-8 with its mark, as it is read. */
export const csvOf = (orders: Backends['orders'], filter: OrderFilter): Readable =>
  csvOfRows(COLUMNS, rowsOf(orders, filter));

/** The orders as a workbook of Excel, written while they are read; what fails ends the stream with its error. */
export function workbookOf(orders: Backends['orders'], filter: OrderFilter): Readable {
  const stream = new PassThrough();
  const write = async (): Promise<void> => {
    const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useStyles: true });
    const sheet = workbook.addWorksheet('订单 Orders', { views: [{ state: 'frozen', ySplit: 1 }] });
    sheet.columns = COLUMNS.map((header) => ({ header, width: 22, style: { numFmt: '@' } }));
    for await (const row of rowsOf(orders, filter)) sheet.addRow([...row]).commit();
    sheet.commit();
    await workbook.commit();
  };
  write().catch((error: unknown) => stream.destroy(error instanceof Error ? error : undefined));
  return stream;
}
