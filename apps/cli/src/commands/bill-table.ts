import type { OrderRef } from '@astrolabe/kernel';
import { fenFromYuan, readOrderRef } from '@astrolabe/kernel';
import type { Table } from '../tables/table.ts';

/** How platforms head the columns that are needed; letters and spaces do not matter. */
const HEADINGS = {
  order: ['订单号', '订单编号', '主订单号', '业务订单号', '交易号', 'order', 'ordernumber', 'tid'],
  amount: [
    '金额',
    '金额(元)',
    '金额（元）',
    '结算金额',
    '收入金额',
    '实收金额',
    '入账金额',
    'amount',
  ],
  row: ['流水号', '账务流水号', '业务流水号', '明细号', '行号', 'row', 'rowno', 'flow'],
} as const;

type Column = keyof typeof HEADINGS;

/** A row of a bill's file as it can be sent. */
export type FileRow = {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly rowNo: string;
  readonly orderRef: OrderRef;
  /** Negative where the platform takes something back. */
  readonly amountFen: bigint;
};

export type WrongRow = { readonly line: number; readonly error: string };

export type BillFile = { readonly rows: readonly FileRow[]; readonly wrong: readonly WrongRow[] };

const plain = (text: string): string => text.replaceAll(/\s/g, '').toLowerCase();
const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/**
 * Reads the rows of a platform's bill. A row without a number of its own is named after its order and its place among the order's
 * rows, so that the same file again has the same names, in whatever order.
 * @throws Error for a file without a column for the order or the amount
 */
export function readBill(
  table: Table,
  { channel, sellerId }: Pick<OrderRef, 'channel' | 'sellerId'>,
): BillFile {
  const at = table.findIndex((cells) => !isBlank(cells));
  const columns = columnsOf(table[at] ?? []);
  const rows: FileRow[] = [];
  const wrong: WrongRow[] = [];
  const named = new Set<string>();
  const countOf = new Map<string, number>();
  for (const [index, cells] of table.entries()) {
    if (index <= at || isBlank(cells)) continue;
    const line = index + 1;
    const cell = (column: number | null): string =>
      column === null ? '' : (cells[column] ?? '').trim();
    const order = readOrderRef({ channel, sellerId, number: cell(columns.order) });
    const amount = amountIn(cell(columns.amount));
    if (!order.ok) wrong.push({ line, error: `${cell(columns.order) || 'nothing'} is no order` });
    else if (amount === null) {
      wrong.push({ line, error: `${cell(columns.amount) || 'nothing'} is no amount in yuan` });
    } else {
      const { number } = order.value;
      const count = (countOf.get(number) ?? 0) + 1;
      countOf.set(number, count);
      const rowNo = cell(columns.row) || `${number}/${count}`;
      if (named.has(rowNo)) wrong.push({ line, error: `an earlier row is called ${rowNo} too` });
      else rows.push({ line, rowNo, orderRef: order.value, amountFen: amount });
      named.add(rowNo);
    }
  }
  return { rows, wrong };
}

function columnsOf(heading: readonly string[]): {
  order: number;
  amount: number;
  row: number | null;
} {
  const find = (column: Column): number =>
    heading.findIndex((cell) => HEADINGS[column].some((word) => word === plain(cell)));
  const [order, amount, row] = [find('order'), find('amount'), find('row')];
  if (order < 0) throw new Error(`no column is called ${HEADINGS.order.join(', ')}`);
  if (amount < 0) throw new Error(`no column is called ${HEADINGS.amount.join(', ')}`);
  return { order, amount, row: row < 0 ? null : row };
}

/** Yuan as a bill writes them: `¥1,234.50`, `-3.00`, `(3.00)`; null for what is none, and for parts of a fen. */
function amountIn(text: string): bigint | null {
  const bracketed = /^\((.+)\)$/.exec(text)?.[1];
  const digits = (bracketed ?? text).replaceAll(/[¥￥,\s元]/g, '').replace(/^\+/, '');
  const read = fenFromYuan(digits);
  if (!read.ok) return null;
  return bracketed === undefined ? read.value : -read.value;
}
