import { readFile } from 'node:fs/promises';
import { ImportKind, OfferAdminServiceClient } from '@astrolabe/contracts/catalog';
import type { ImportedRow } from '@astrolabe/contracts/catalog';
import type { GrpcClient } from '@astrolabe/grpc';
import { groupsSharing } from '@astrolabe/kernel';
import { peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { PartlyFailed, UsageError, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { printCsv, readTable } from '../tables/table.ts';
import type { Table } from '../tables/table.ts';

const DEADLINE_MS = 60_000;
/** Half of what one call takes. */
const PART_ROWS = 500;
const ROWS_MAX = 1_000;
const PART_BYTES = 1_024 * 1_024;

type Catalog = GrpcClient<OfferAdminServiceClient>;
/** What the rows of a file are of; two of one noun would take turns at every import. */
type Kind = {
  readonly kind: ImportKind;
  readonly noun: string;
};
type File = Kind & {
  readonly sellerId: string;
  readonly heading: readonly string[];
  readonly headingRow: number;
};

const KINDS: Readonly<Record<string, Kind>> = {
  offers: { kind: ImportKind.OFFERS, noun: 'SKU' },
  promotions: { kind: ImportKind.PROMOTIONS, noun: 'promotion' },
  accessories: { kind: ImportKind.ACCESSORIES, noun: 'accessory' },
  warranties: { kind: ImportKind.WARRANTIES, noun: 'warranty' },
  pools: { kind: ImportKind.POOLS, noun: 'pool' },
};

function kindNamed(word: string): Kind {
  const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
  if (!kind) throw new UsageError(`--kind is one of ${Object.keys(KINDS).join(', ')}`);
  return kind;
}

/**
 * `catalog import`: offers of a CSV or Excel file, or what goes with them, with a result for each row; without --apply it
 * changes nothing.
 */
async function catalogImport(invocation: Invocation): Promise<void> {
  const { words, option, flag, environment, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const kind = kindNamed(option('kind') ?? 'offers');
  const table = readTable(await readFile(required(words[0], 'FILE')));
  const headingRow = table.findIndex((cells) => !isBlank(cells)) + 1;
  const file = { ...kind, sellerId, heading: table[headingRow - 1] ?? [], headingRow };
  const rows = table.slice(Math.max(headingRow, 1));
  const peer = peerOf(environment, 'CATALOG_ADMIN_ADDRESS', DEADLINE_MS);
  await withClient(OfferAdminServiceClient, peer, async (client) => {
    const results = withoutRepeats(kind, await looked(client, file, rows));
    if (flag('apply')) await apply(client, file, rows, results);
    const counts = new Map<string, number>();
    for (const result of results.values()) {
      const { row, key, outcome, problems } = result;
      output.row({ row, key, outcome, problems });
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
    const sums = [...counts].map(([outcome, count]) => `${count} ${outcome.toLowerCase()}`);
    output.note(`${results.size} rows: ${sums.join(', ')}`);
    if (!flag('apply')) output.note('Nothing was changed; --apply does it.');
    const refused = counts.get('REFUSED') ?? 0;
    if (refused === 0) return;
    const what = `${refused} rows were refused`;
    throw refused === results.size ? new Error(what) : new PartlyFailed(what);
  });
}

const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');

/** Results by row; a row is refused whose key an earlier one has, for the two would take turns at every import. */
function withoutRepeats({ noun }: Kind, results: readonly ImportedRow[]): Map<number, ImportedRow> {
  const rowByKey = new Map<string, number>();
  return new Map(
    results.map((result) => {
      const { row, key, outcome } = result;
      const before = rowByKey.get(key);
      if (outcome === 'REFUSED' || key === '') return [row, result];
      rowByKey.set(key, before ?? row);
      if (before === undefined) return [row, result];
      return [
        row,
        { ...result, outcome: 'REFUSED', problems: [`row ${before} has this ${noun} too`] },
      ];
    }),
  );
}

/**
 * What all rows would come to. A call judges its rows by those before them, so rows that have to do with each other and lie
 * in several parts are looked at again, together.
 */
async function looked(client: Catalog, file: File, rows: Table): Promise<ImportedRow[]> {
  const results = await send(client, file, rows, true);
  const firstRow = file.headingRow + 1;
  const partOf = new Map(
    [...partsOf(rows)].flatMap(({ from, cells }) =>
      cells.map((_, at) => [from + at, from] as const),
    ),
  );
  const again = new Map<number, ImportedRow>();
  // A key that comes again is refused as it is.
  const firsts = new Map(results.toReversed().map((result) => [result.key, result]));
  const once = results.filter((result) => result.key !== '' && firsts.get(result.key) === result);
  for (const group of groupsSharing(once, ({ touches }) => touches)) {
    const places = group.map(({ row }) => row - firstRow);
    if (new Set(places.map((place) => partOf.get(place))).size < 2) continue;
    // Of more than a call takes the others stay as their own part has judged them.
    const some = places.slice(0, ROWS_MAX);
    const told = await sent(
      client,
      file,
      some.map((place) => rows[place] ?? []),
      true,
    );
    for (const [at, one] of told.entries()) {
      const row = (some[at] ?? 0) + firstRow;
      again.set(row, { ...one, row });
    }
  }
  return results.map((result) => again.get(result.row) ?? result);
}

/** Sends what is to change; its results take the place of those that were foreseen. */
async function apply(
  client: Catalog,
  file: File,
  rows: Table,
  results: Map<number, ImportedRow>,
): Promise<void> {
  const changing = rows.map((cells, index) => {
    const outcome = results.get(file.headingRow + 1 + index)?.outcome;
    return outcome === 'CREATED' || outcome === 'CHANGED' ? cells : [];
  });
  for (const result of await send(client, file, changing, false)) results.set(result.row, result);
}

/** Sends the rows part by part; blank ones only count. */
async function send(
  client: Catalog,
  file: File,
  rows: Table,
  dryRun: boolean,
): Promise<ImportedRow[]> {
  const results: ImportedRow[] = [];
  for (const { from, cells } of partsOf(rows)) {
    // A heading alone is judged too, when it is looked at.
    if (!dryRun && cells.every(isBlank)) continue;
    results.push(...(await sent(client, file, cells, dryRun, from)));
  }
  return results;
}

/** One call, for rows of which the first is the `from`-th of the file. */
async function sent(
  client: Catalog,
  { sellerId, kind, heading, headingRow }: File,
  cells: Table,
  dryRun: boolean,
  from = 0,
): Promise<ImportedRow[]> {
  const content = Buffer.from(printCsv([heading, ...cells]), 'utf8');
  const firstRow = headingRow + 1 + from;
  return (await client.call('importRows', { sellerId, kind, content, dryRun, firstRow })).rows;
}

type Part = { readonly from: number; readonly cells: Table };

/** The rows in parts that one call takes. */
function* partsOf(rows: Table): Generator<Part> {
  let from = 0;
  let bytes = 0;
  for (const [index, cells] of rows.entries()) {
    const size = cells.reduce((sum, cell) => sum + Buffer.byteLength(cell), 0);
    const isFull = index - from >= PART_ROWS || (index > from && bytes + size > PART_BYTES);
    if (isFull) {
      yield { from, cells: rows.slice(from, index) };
      from = index;
      bytes = 0;
    }
    bytes += size;
  }
  yield { from, cells: rows.slice(from) };
}

/** Its part of the command line. */
export const CATALOG_COMMANDS: readonly Command[] = [
  {
    name: 'catalog import',
    words: ['<FILE>'],
    summary:
      'offers of a CSV or Excel file, or what goes with them, with a result for each row; without --apply it changes nothing',
    needs: ['seller'],
    takes: [['kind', `${Object.keys(KINDS).join(', ')}; offers without`], 'apply'],
    variables: ['CATALOG_ADMIN_ADDRESS'],
    examples: [
      'catalog import offers.xlsx --seller 21230',
      'catalog import offers.csv --seller 21230 --apply',
      'catalog import group-buys.xlsx --kind promotions --seller 21230 --apply',
    ],
    columns: ['row', 'key', 'outcome', 'problems'],
    changes: true,
    run: catalogImport,
  },
];
