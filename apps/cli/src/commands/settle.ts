import {
  Payable,
  Receivable,
  SettlementNoteServiceClient,
  SettlementServiceClient,
} from '@astrolabe/contracts/settlement';
import type { SettlementNote } from '@astrolabe/contracts/settlement';
import { pagesOf } from '@astrolabe/grpc';
import { csvLine } from '@astrolabe/kernel';
import type { GrpcClient } from '@astrolabe/grpc';
import { createClient, isDryRun, peerOf } from '../clients.ts';
import type { Command } from '../command.ts';
import { UsageError, orderNamed, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';
import { cellOf } from '../output/table.ts';
import { SETTLE_IMPORT } from './settle-import.ts';

const DEADLINE_MS = 10_000;
const PAGE = 500;

type Clients = {
  readonly money: GrpcClient<SettlementServiceClient>;
  readonly notes: GrpcClient<SettlementNoteServiceClient>;
};

async function withSettlement(
  { environment }: Invocation,
  work: (clients: Clients) => Promise<void>,
): Promise<void> {
  const moneyAt = peerOf(environment, 'SETTLEMENT_ADDRESS', DEADLINE_MS);
  const notesAt = peerOf(environment, 'SETTLEMENT_ADMIN_ADDRESS', DEADLINE_MS);
  const money = createClient(SettlementServiceClient, moneyAt);
  const notes = createClient(SettlementNoteServiceClient, notesAt);
  try {
    await work({ money, notes });
  } finally {
    money.close();
    notes.close();
  }
}

const pageAt = (token: string) => ({ size: PAGE, token });

async function* receivablesOf(
  { money }: Clients,
  sellerId: string,
  match = '',
): AsyncGenerator<Receivable> {
  const ask = (token: string) =>
    money.call('listReceivables', { sellerId, match, channel: '', page: pageAt(token) });
  for await (const { receivables } of pagesOf(ask)) yield* receivables;
}

async function* discrepanciesOf({ money }: Clients, sellerId: string): AsyncGenerator<Receivable> {
  const ask = (token: string) =>
    money.call('listDiscrepancies', { sellerId, day: '', page: pageAt(token) });
  for await (const { receivables } of pagesOf(ask)) yield* receivables;
}

async function* payablesOf({ money }: Clients, sellerId: string): AsyncGenerator<Payable> {
  const ask = (token: string) =>
    money.call('listPayables', { sellerId, kind: '', page: pageAt(token) });
  for await (const { payables } of pagesOf(ask)) yield* payables;
}

async function* notesOf(
  { notes }: Clients,
  sellerId: string,
  state = '',
): AsyncGenerator<SettlementNote> {
  const ask = (token: string) =>
    notes.call('listNotes', { sellerId, state, reason: '', page: pageAt(token) });
  for await (const answer of pagesOf(ask)) yield* answer.notes;
}

/**
 * `settle match`: what does not agree with the other side: receivables whose platform counts otherwise or has billed another amount, suppliers who
 * ask for more than was expected, and notes that differ from what was received.
 */
async function settleMatch(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  await withSettlement(invocation, async (clients) => {
    for await (const { orderRef, tradeNo, discrepancy } of discrepanciesOf(clients, sellerId)) {
      output.row({ kind: 'receivable', orderRef, tradeNo, ...discrepancy });
    }
    for (const match of ['DIFFERS', 'UNSHIPPED']) {
      for await (const { orderRef, amountFen, billed, differenceFen } of receivablesOf(
        clients,
        sellerId,
        match,
      )) {
        output.row({ kind: 'bill', match, orderRef, amountFen, differenceFen, billed });
      }
    }
    for await (const { orderRef, outOrderId, differenceFen } of payablesOf(clients, sellerId)) {
      if (differenceFen === undefined || differenceFen === 0n) continue;
      output.row({ kind: 'payable', orderRef, outOrderId, differenceFen });
    }
    for (const state of ['MISMATCHED', 'UNREAD']) {
      for await (const note of notesOf(clients, sellerId, state)) {
        const { noteId, totalYuan, expectedYuan, discrepancies, problem } = note;
        output.row({
          kind: 'note',
          noteId,
          state,
          totalYuan,
          expectedYuan,
          discrepancies,
          problem,
        });
      }
    }
  });
}

/** `settle accept`: a person accepts what a note says although it differs, for a reason that is kept. */
async function settleAccept(invocation: Invocation): Promise<void> {
  const { words, option, output, environment } = invocation;
  const asked = {
    sellerId: required(words[0], 'SELLER'),
    noteId: required(words[1], 'NOTE'),
    actor: required(option('actor'), '--actor'),
    reason: required(option('reason'), '--reason'),
    dryRun: isDryRun(environment),
  };
  await withSettlement(invocation, async ({ notes }) => {
    output.row((await notes.call('acceptNote', asked)).note);
  });
}

/** `settle explain`: why an order's sum, or a note's, is what it is. */
async function settleExplain(invocation: Invocation): Promise<void> {
  const { words, option, output } = invocation;
  const noteId = option('note');
  await withSettlement(invocation, async ({ money, notes }) => {
    if (noteId !== undefined) {
      const sellerId = required(option('seller'), '--seller');
      output.row((await notes.call('getNote', { sellerId, noteId })).note);
      return;
    }
    const orderRef = orderNamed(words[0]);
    const { receivable } = await money.call('getReceivable', { orderRef });
    if (!receivable) throw new Error('the order has no receivable');
    output.row({ ...(Receivable.toJSON(receivable) as object), sum: sumOf(receivable) });
  });
}

const added = (rows: readonly { readonly amountFen: bigint }[]): bigint =>
  rows.reduce((sum, { amountFen }) => sum + amountFen, 0n);

/** What a receivable's parts come to, and whether that is its amount. */
export function sumOf({ lines, credits, postFeeFen, amountFen }: Receivable) {
  const linesFen = added(lines);
  const creditsFen = added(credits);
  const comesToFen = linesFen + postFeeFen - creditsFen;
  return { linesFen, postFeeFen, creditsFen, comesToFen, agrees: comesToFen === amountFen };
}

/** Every receivable of a seller whose parts do not come to its amount, and how many there are at all. */
export async function checkReceivables(
  invocation: Invocation,
  sellerId: string,
): Promise<{ receivables: number; wrong: string[] }> {
  const wrong: string[] = [];
  let receivables = 0;
  await withSettlement(invocation, async (clients) => {
    for await (const receivable of receivablesOf(clients, sellerId)) {
      receivables += 1;
      if (!sumOf(receivable).agrees) wrong.push(cellOf(receivable.orderRef));
    }
  });
  return { receivables, wrong };
}

/** What is exported, and the columns of it as CSV. */
const EXPORTS: Readonly<
  Record<
    string,
    {
      readonly columns: readonly string[];
      readonly rows: (clients: Clients, sellerId: string) => AsyncGenerator;
    }
  >
> = {
  receivables: {
    columns: ['orderRef', 'tradeNo', 'state', 'amountFen', 'postFeeFen', 'recordedAt'],
    rows: async function* (clients, sellerId) {
      for await (const one of receivablesOf(clients, sellerId)) yield Receivable.toJSON(one);
    },
  },
  payables: {
    columns: ['orderRef', 'outOrderId', 'supplierId', 'amountFen', 'differenceFen', 'recordedAt'],
    rows: async function* (clients, sellerId) {
      for await (const one of payablesOf(clients, sellerId)) yield Payable.toJSON(one);
    },
  },
  notes: {
    columns: ['noteId', 'noteNo', 'state', 'totalYuan', 'expectedYuan', 'amountFen', 'payStatus'],
    rows: (clients, sellerId) => notesOf(clients, sellerId),
  },
};

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** `settle export`: every receivable, payable or note of a seller, as JSON lines or as CSV. */
async function settleExport(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const sellerId = required(option('seller'), '--seller');
  const kind = option('kind') ?? 'receivables';
  const wanted = Object.hasOwn(EXPORTS, kind) ? EXPORTS[kind] : undefined;
  if (!wanted) throw new UsageError(`--kind is one of ${Object.keys(EXPORTS).join(', ')}`);
  const format = option('format') ?? 'jsonl';
  if (format !== 'jsonl' && format !== 'csv') throw new UsageError('--format is jsonl or csv');
  let count = 0;
  await withSettlement(invocation, async (clients) => {
    if (format === 'csv') output.text(csvLine(wanted.columns));
    for await (const row of wanted.rows(clients, sellerId)) {
      count += 1;
      output.progress(`${count} ${kind}`);
      if (format === 'jsonl') output.row(row);
      else if (isRow(row)) output.text(csvLine(wanted.columns.map((name) => cellOf(row[name]))));
    }
  });
}

const VARIABLES = ['SETTLEMENT_ADDRESS', 'SETTLEMENT_ADMIN_ADDRESS'];

/** Its part of the command line. */
export const SETTLE_COMMANDS: readonly Command[] = [
  {
    name: 'settle match',
    summary: 'receivables, payables and notes that do not agree with the other side',
    needs: ['seller'],
    variables: VARIABLES,
    examples: ['settle match --seller 21230'],
    run: settleMatch,
  },
  SETTLE_IMPORT,
  {
    name: 'settle accept',
    words: ['<SELLER>', '<NOTE>'],
    summary: 'accepts what a note says although it differs from what was received',
    needs: ['actor', 'reason'],
    variables: VARIABLES,
    examples: ['settle accept 21230 88 --actor li --reason "agreed by phone"'],
    changes: true,
    run: settleAccept,
  },
  {
    name: 'settle explain',
    words: ['[ORDER]'],
    summary: "why an order's sum is what it is; with --note, why a settlement note agrees or not",
    takes: [['note', 'the id of a note of --seller'], 'seller'],
    variables: VARIABLES,
    examples: [
      'settle explain tmall/21230/2004574256073903',
      'settle explain --note 88 --seller 21230',
    ],
    run: settleExplain,
  },
  {
    name: 'settle export',
    summary: 'every receivable, payable or note of a seller',
    needs: ['seller'],
    takes: [['kind', 'receivables, payables or notes'], 'format'],
    variables: VARIABLES,
    examples: [
      'settle export --seller 21230 --kind payables',
      'settle export --seller 21230 --format csv',
    ],
    run: settleExport,
  },
];
