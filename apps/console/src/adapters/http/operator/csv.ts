import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** One file has so many rows at the most; its last row says so when there were more. */
export const ROWS_MAX = 20_000;

/**
 * A field of CSV. A spreadsheet computes what begins like a formula, and reads a long number as a rounded one: such
 * texts begin with a tab, which no spreadsheet shows. A plain number stays one, signed or not.
 */
export function csvField(text: string): string {
  const isTaken = /^[=+\-@\t\r]/.test(text) || /^\d{12,}$/.test(text);
  const safe = isTaken && !/^-\d{1,11}(?:\.\d+)?$/.test(text) ? `\t${text}` : text;
  return /[",\n\r\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const csvLine = (row: readonly string[]): string => `${row.map(csvField).join(',')}\r\n`;

type Row = readonly string[];

/** Rows as CSV, UTF-8 with its mark, as they are read. */
export function csvOf(columns: Row, rows: AsyncIterable<Row>): Readable {
  async function* lines() {
    yield `\uFEFF${csvLine(columns)}`;
    for await (const row of rows) yield csvLine(row);
  }
  return Readable.from(lines());
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
