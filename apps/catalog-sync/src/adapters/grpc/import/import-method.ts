import { enumReader } from '@astrolabe/contracts';
import { ImportKind } from '@astrolabe/contracts/catalog';
import type {
  ImportRowsRequest,
  ImportedRow,
  OfferAdminServiceServer,
} from '@astrolabe/contracts/catalog';
import { GrpcRefusal, unary } from '@astrolabe/grpc';
import { CsvError, parse } from 'csv-parse/sync';
import { checkSeller } from '../offer-methods.ts';
import { refusal } from '../refusals.ts';
import { rowReader } from './heading.ts';
import type { RowRead } from './heading.ts';
import { accessoryRows, offerRows, poolRows, promotionRows, warrantyRows } from './import-kinds.ts';
import type { RowImportDeps, RowKind } from './import-kinds.ts';

const CONTENT_BYTES_MAX = 2 * 1_024 * 1_024;
const ROWS_MAX = 1_000;
const AT_ONCE = 16;
const FIRST_ROW = 2;

type Asked = Omit<ImportRowsRequest, 'kind'>;
type Import = (asked: Asked) => Promise<ImportedRow[]>;
type Row = { readonly row: number; readonly key: string };

/** `ImportRows`: a part of a file, its heading and at most 1,000 rows, with a result for each. Blank rows have none. */
export function importMethod(deps: RowImportDeps): Pick<OfferAdminServiceServer, 'importRows'> {
  const importing = enumReader<ImportKind, Import | null>('ImportKind', {
    [ImportKind.UNSPECIFIED]: null,
    [ImportKind.OFFERS]: importOf(offerRows(deps)),
    [ImportKind.PROMOTIONS]: importOf(promotionRows(deps)),
    [ImportKind.ACCESSORIES]: importOf(accessoryRows(deps)),
    [ImportKind.WARRANTIES]: importOf(warrantyRows(deps)),
    [ImportKind.POOLS]: importOf(poolRows(deps)),
  });
  return {
    importRows: unary('importRows', async ({ kind, ...asked }) => {
      checkSeller(asked.sellerId);
      const rowsOf = importing(kind);
      if (!rowsOf) throw refusal('MISSING_FIELD', 'what the rows are of');
      return { rows: await rowsOf(asked) };
    }),
  };
}

const importOf =
  <D>(kind: RowKind<D>): Import =>
  async ({ content, firstRow, ...whose }) => {
    const [heading = [], ...lines] = linesOf(content);
    if (lines.length > ROWS_MAX) throw refusal('TOO_MANY_ROWS');
    const reader = rowReader(kind.form, heading);
    if (!reader.ok) throw refusal('BAD_FILE', reader.error);
    const first = firstRow > 0 ? firstRow : FIRST_ROW;
    const seen = new Map<string, number>();
    const works = lines.flatMap((cells, index) => {
      const row = first + index;
      if (cells.every((cell) => cell.trim() === '')) return [];
      const read = reader.value(cells);
      if (!read.ok) return [async () => refused({ row, key: '' }, read.error)];
      const key = kind.keyOf(read.value.draft);
      const before = seen.get(key);
      if (before !== undefined) {
        return [async () => refused({ row, key }, [`row ${before} has this ${kind.noun} too`])];
      }
      seen.set(key, row);
      return [() => imported(kind, { row, key }, read.value, whose)];
    });
    return await someAtOnce(works);
  };

async function imported<D>(
  { take }: RowKind<D>,
  row: Row,
  read: RowRead<D>,
  whose: Parameters<RowKind<D>['take']>[1],
): Promise<ImportedRow> {
  try {
    const { outcome, problems } = await take(read, whose);
    return { ...row, outcome, problems: [...problems] };
  } catch (error) {
    if (error instanceof GrpcRefusal) return refused(row, [spoken(error)]);
    throw error;
  }
}

const refused = (row: Row, problems: readonly string[]): ImportedRow => ({
  ...row,
  outcome: 'REFUSED',
  problems: [...problems],
});

const spoken = ({ reason, details }: GrpcRefusal): string => `${reason}: ${details}`;

/** @throws GrpcRefusal for what is no CSV in UTF-8. */
function linesOf(content: Uint8Array): string[][] {
  if (content.length > CONTENT_BYTES_MAX) throw refusal('TOO_MANY_ROWS');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content);
    return parse(text, { relax_column_count: true });
  } catch (error) {
    if (error instanceof CsvError) throw refusal('BAD_FILE', error.message);
    if (error instanceof TypeError) throw refusal('BAD_FILE', 'the text is not UTF-8');
    throw error;
  }
}

/** In their order, a few at once: a file is no reason to keep the database from everybody else. */
async function someAtOnce<T>(works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const done: T[] = [];
  for (let at = 0; at < works.length; at += AT_ONCE) {
    done.push(...(await Promise.all(works.slice(at, at + AT_ONCE).map((work) => work()))));
  }
  return done;
}
