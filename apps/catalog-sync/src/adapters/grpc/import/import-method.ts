import { enumReader } from '@astrolabe/contracts';
import { ImportKind } from '@astrolabe/contracts/catalog';
import type {
  ImportRowsRequest,
  ImportedRow,
  OfferAdminServiceServer,
} from '@astrolabe/contracts/catalog';
import { GrpcRefusal, unary } from '@astrolabe/grpc';
import { groupsSharing } from '@astrolabe/kernel';
import { CsvError, parse } from 'csv-parse/sync';
import { checkSeller } from '../offer-methods.ts';
import { refusal } from '../refusals.ts';
import { rowReader } from './heading.ts';
import { accessoryRows, offerRows, poolRows, promotionRows, warrantyRows } from './import-kinds.ts';
import type { RowImportDeps, RowKind } from './import-kinds.ts';
import type { RowRead } from './heading.ts';

const CONTENT_BYTES_MAX = 2 * 1_024 * 1_024;
const ROWS_MAX = 1_000;
const AT_ONCE = 16;
const FIRST_ROW = 2;

type Asked = Omit<ImportRowsRequest, 'kind'>;
type Import = (asked: Asked) => Promise<ImportedRow[]>;
type Row = Pick<ImportedRow, 'key' | 'row' | 'touches'>;

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
    const results: ImportedRow[] = [];
    const taken: Taken<D>[] = [];
    for (const [index, cells] of lines.entries()) {
      const row = first + index;
      if (cells.every((cell) => cell.trim() === '')) continue;
      const read = reader.value(cells);
      if (!read.ok) {
        results.push(refused({ row, key: '', touches: [] }, read.error));
        continue;
      }
      const key = kind.keyOf(read.value.draft);
      const before = seen.get(key);
      if (before !== undefined) {
        results.push(
          refused({ row, key, touches: [] }, [`row ${before} has this ${kind.noun} too`]),
        );
        continue;
      }
      seen.set(key, row);
      taken.push({ row, key, read: read.value });
    }
    results.push(...(await takeAll(kind, taken, whose)));
    return results.toSorted((a, b) => a.row - b.row);
  };

type Taken<D> = { readonly row: number; readonly key: string; readonly read: RowRead<D> };

/** Takes the rows, those that have to do with each other in their order. */
async function takeAll<D>(
  kind: RowKind<D>,
  rows: readonly Taken<D>[],
  whose: { readonly sellerId: string; readonly dryRun: boolean },
): Promise<ImportedRow[]> {
  const take = kind.taking(whose.dryRun);
  const reads = rows.map(({ read }) => read);
  const touches = await kind.touches?.(reads, whose.sellerId);
  const works = rows.map(({ row, key, read }, at) => {
    const texts = [...(touches?.[at] ?? [])];
    const work: Work = () => imported(() => take(read, whose), { row, key, touches: texts });
    return { texts, work };
  });
  const lists = groupsSharing(works, ({ texts }) => texts);
  return await someAtOnce(lists.map((list) => list.map(({ work }) => work)));
}

type Work = () => Promise<ImportedRow>;

async function imported(
  take: () => Promise<{ readonly outcome: string; readonly problems: readonly string[] }>,
  row: Row,
): Promise<ImportedRow> {
  try {
    const { outcome, problems } = await take();
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

/** A few lists at once, each in its order: a file is no reason to keep the database from everybody else. */
async function someAtOnce(lists: readonly (readonly Work[])[]): Promise<ImportedRow[]> {
  const done: ImportedRow[] = [];
  const waiting = lists.values();
  const inTurn = async (): Promise<void> => {
    for (const works of waiting) for (const work of works) done.push(await work());
  };
  await Promise.all(Array.from({ length: AT_ONCE }, inTurn));
  return done;
}
