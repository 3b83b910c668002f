import { Readable } from 'node:stream';
import { csvLine } from '@astrolabe/kernel';
import type { FastifyReply } from 'fastify';

/** One file has so many rows at the most; its last row says so when there were more. */
export const ROWS_MAX = 20_000;

type Row = readonly string[];

/** Rows as CSV, UTF-8 with its mark, as they are read. */
export function csvOf(columns: Row, rows: AsyncIterable<Row>): Readable {
  async function* lines() {
    yield `\uFEFF${csvLine(columns)}\r\n`;
    for await (const row of rows) yield `${csvLine(row)}\r\n`;
  }
  return Readable.from(lines());
}

const CUT: Row = [`已达 ${ROWS_MAX} 行上限 Cut at ${ROWS_MAX} rows`];

/** Every row, up to the bound of a file, whose last row says that there were more. */
export async function* bounded(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
  let count = 0;
  for await (const row of rows) {
    if (count === ROWS_MAX) {
      yield CUT;
      return;
    }
    count += 1;
    yield row;
  }
}

/** Answers with rows as a file to keep. */
export function sendCsv(
  reply: FastifyReply,
  name: string,
  columns: Row,
  rows: AsyncIterable<Row>,
): FastifyReply {
  void reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`);
  return reply.send(csvOf(columns, rows));
}
