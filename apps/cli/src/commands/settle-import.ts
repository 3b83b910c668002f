import { readFile } from 'node:fs/promises';
import { BillServiceClient } from '@astrolabe/contracts/settlement';
import type { BillOutcome } from '@astrolabe/contracts/settlement';
import type { GrpcClient } from '@astrolabe/grpc';
import { TMALL } from '@astrolabe/kernel';
import { isDryRun, peerOf, withClient } from '../clients.ts';
import type { Command } from '../command.ts';
import { PartlyFailed, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { readTable } from '../tables/table.ts';
import { readBill } from './bill-table.ts';
import type { FileRow } from './bill-table.ts';

const DEADLINE_MS = 60_000;
/** As many as one request takes. */
const PART_ROWS = 500;

type Bill = {
  readonly sellerId: string;
  readonly billNo: string;
  readonly actor: string;
  readonly dryRun: boolean;
};

/**
 * `settle import`: a platform's bill from a CSV or Excel file, matched with what is owed, with a result for each row; without
 * --apply it changes nothing. The same bill again changes nothing.
 */
async function settleImport(invocation: Invocation): Promise<void> {
  const { words, option, flag, environment, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const billNo = required(option('key'), '--key');
  const actor = required(option('actor'), '--actor');
  const channel = option('channel') ?? TMALL;
  const dryRun = !flag('apply') || isDryRun(environment);
  const table = readTable(await readFile(required(words[0], 'FILE')));
  const { rows, wrong } = readBill(table, { channel, sellerId });
  const results = new Map<number, object>(wrong.map((one) => [one.line, { ...one, ok: false }]));
  const counts = new Map<string, number>();
  const count = (outcome: string): void => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const _ of wrong) count('WRONG');
  const peer = peerOf(environment, 'SETTLEMENT_ADMIN_ADDRESS', DEADLINE_MS);
  await withClient(BillServiceClient, peer, async (client) => {
    for (const [row, outcome] of await send(client, { sellerId, billNo, actor, dryRun }, rows)) {
      const { accepted, ...told } = outcome;
      results.set(row.line, { line: row.line, ok: accepted, orderRef: row.orderRef, ...told });
      count(outcome.outcome);
      output.progress(`${results.size} rows`);
    }
  });
  for (const [, result] of [...results].toSorted(([a], [b]) => a - b)) output.row(result);
  const sums = [...counts].map(([outcome, rowCount]) => `${rowCount} ${outcome.toLowerCase()}`);
  output.note(`${results.size} rows: ${sums.join(', ')}`);
  if (dryRun) output.note('Nothing was changed; --apply does it.');
  failIfRefused([...results.values()]);
}

/** @throws PartlyFailed when some rows were refused, Error when all were. */
function failIfRefused(results: readonly object[]): void {
  const refused = results.filter((one) => 'ok' in one && one.ok === false).length;
  if (refused === 0) return;
  const what = `${refused} of ${results.length} rows were refused`;
  throw refused === results.length ? new Error(what) : new PartlyFailed(what);
}

/** Sends the rows part by part; the rows of one order go together, so that what they come to is known. */
async function send(
  client: GrpcClient<BillServiceClient>,
  bill: Bill,
  rows: readonly FileRow[],
): Promise<readonly (readonly [FileRow, BillOutcome])[]> {
  const ordered = [...Map.groupBy(rows, ({ orderRef }) => orderRef.number).values()];
  const parts: FileRow[][] = [[]];
  for (const group of ordered) {
    const last = parts.at(-1) ?? [];
    if (last.length > 0 && last.length + group.length > PART_ROWS) parts.push([...group]);
    else last.push(...group);
  }
  const found: (readonly [FileRow, BillOutcome])[] = [];
  for (const part of parts.flatMap(chunks)) {
    const { outcomes } = await client.call('importBill', { ...bill, rows: part });
    for (const [index, row] of part.entries()) {
      const outcome = outcomes[index];
      if (!outcome) throw new Error(`the answer has no outcome for row ${row.line}`);
      found.push([row, outcome]);
    }
  }
  return found;
}

const chunks = (part: readonly FileRow[]): FileRow[][] =>
  Array.from({ length: Math.ceil(part.length / PART_ROWS) }, (_, index) =>
    part.slice(index * PART_ROWS, (index + 1) * PART_ROWS),
  );

export const SETTLE_IMPORT: Command = {
  name: 'settle import',
  words: ['<FILE>'],
  summary: "matches a platform's bill (CSV or Excel) with what is owed, with a result for each row",
  needs: ['seller', ['key', "the platform's number of the bill"], 'actor'],
  takes: [['channel', 'the channel of its orders; tmall without'], 'apply'],
  variables: ['SETTLEMENT_ADMIN_ADDRESS'],
  examples: [
    'settle import bill.xlsx --seller 21230 --key B2026-11 --actor li',
    'settle import bill.csv --seller 21230 --key B2026-11 --actor li --apply',
  ],
  changes: true,
  columns: [
    'line',
    'ok',
    'orderRef',
    'outcome',
    'known',
    'amountFen',
    'billedFen',
    'differenceFen',
  ],
  run: settleImport,
};
