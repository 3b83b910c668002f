import type { ImportedRow, OfferAdminServiceServer } from '@astrolabe/contracts/catalog';
import { GrpcRefusal, unary } from '@astrolabe/grpc';
import { CsvError, parse } from 'csv-parse/sync';
import { makeImportOffer } from '../../../application/offer/import-offer.ts';
import type { ImportDeps } from '../../../application/offer/import-offer.ts';
import { checkSeller } from '../offer-methods.ts';
import { offerFrom } from '../offer-messages.ts';
import { refusal, valueOf } from '../refusals.ts';
import { rowReader } from './columns.ts';
import type { RowRead } from './columns.ts';

const CONTENT_BYTES_MAX = 2 * 1_024 * 1_024;
const ROWS_MAX = 1_000;
const AT_ONCE = 16;
const FIRST_ROW = 2;

type Row = { readonly row: number; readonly sku: string };

/** `ImportOffers`: a part of a file, its heading and at most 1,000 rows, with a result for each. Blank rows have none. */
export function importMethod(deps: ImportDeps): Pick<OfferAdminServiceServer, 'importOffers'> {
  const importOffer = makeImportOffer(deps);
  const imported = async (row: number, sellerId: string, read: RowRead, dryRun: boolean) => {
    const { draft, fields } = read;
    const sku = draft.detail?.sku ?? '';
    try {
      const command = offerFrom(draft);
      const done = valueOf(await importOffer(sellerId, { command, fields, dryRun }));
      return { row, sku, outcome: done.outcome, problems: [...done.offer.obstacles] };
    } catch (error) {
      if (error instanceof GrpcRefusal) return refused({ row, sku }, [spoken(error)]);
      throw error;
    }
  };
  return {
    importOffers: unary('importOffers', async ({ sellerId, content, dryRun, firstRow }) => {
      checkSeller(sellerId);
      const [heading = [], ...lines] = linesOf(content);
      if (lines.length > ROWS_MAX) throw refusal('TOO_MANY_ROWS');
      const reader = rowReader(heading);
      if (!reader.ok) throw refusal('BAD_FILE', reader.error);
      const first = firstRow > 0 ? firstRow : FIRST_ROW;
      const seen = new Map<string, number>();
      const works = lines.flatMap((cells, index) => {
        const row = first + index;
        if (cells.every((cell) => cell.trim() === '')) return [];
        const read = reader.value(sellerId, cells);
        if (!read.ok) return [async () => refused({ row, sku: '' }, read.error)];
        const sku = read.value.draft.detail?.sku ?? '';
        const before = seen.get(sku);
        if (before !== undefined) {
          return [async () => refused({ row, sku }, [`row ${before} has this SKU too`])];
        }
        seen.set(sku, row);
        return [() => imported(row, sellerId, read.value, dryRun)];
      });
      return { rows: await someAtOnce(works) };
    }),
  };
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
