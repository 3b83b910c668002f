import { parse } from 'csv-parse/sync';
import { readWorkbook } from './workbook.ts';

/** Rows of cells, as texts. A row's place is its number in the file; blank rows are empty. */
export type Table = readonly (readonly string[])[];

const ZIP = Buffer.from('PK\x03\x04', 'latin1');
/** What Excel wrote until 2003. */
const OLD_WORKBOOK = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const DELIMITERS = [',', '\t', ';'] as const;

/**
 * Reads a table from the bytes of an Excel workbook (its first sheet that is shown) or of a text in UTF-8, UTF-16 or GBK, with
 * commas, tabs or semicolons between its cells.
 *
 * @throws Error for a file that is none of them, with the line where a quote was not closed
 */
export function readTable(bytes: Buffer): Table {
  if (bytes.subarray(0, 4).equals(ZIP)) return readWorkbook(bytes);
  if (bytes.subarray(0, 8).equals(OLD_WORKBOOK)) {
    throw new Error('this is a workbook of Excel 2003 or older; save it as .xlsx');
  }
  const text = decoded(bytes);
  return parse(text, { delimiter: delimiterOf(text), relax_column_count: true });
}

/** A text by its mark or, without one, UTF-8 if it is that, else the national standard, of which GBK is a part. */
function decoded(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  for (const name of isUtf16 ? ['utf-16le'] : ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(name, { fatal: true }).decode(bytes);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new Error('the file is neither a workbook nor a text in UTF-8, UTF-16 or GBK');
}

/** The sign that the heading has most of. */
function delimiterOf(text: string): string {
  const heading = text.slice(0, text.search(/[\r\n]|$/));
  const count = (sign: string): number => heading.split(sign).length;
  return DELIMITERS.toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

/** The rows as CSV; an empty row is a blank line. */
export const printCsv = (rows: Table): string =>
  rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')).join('\n');
