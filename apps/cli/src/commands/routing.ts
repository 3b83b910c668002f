import {
  ExplainResponse,
  RoutingServiceClient,
  SimulateResponse,
  TryResponse,
} from '@astrolabe/contracts/order';
import { pagesOf } from '@astrolabe/grpc';
import type { Command } from '../command.ts';
import { createClient, peerOf } from '../clients.ts';
import { UsageError, instant, orderNamed, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** A page of a simulation decides up to a hundred times among thousands of stores. */
const DEADLINE_MS = 30_000;
const ROWS_MAX = 500;
const DECISIONS_MAX = 10_000;
const PAGE = 50;

const connect = ({ environment }: Invocation) =>
  createClient(RoutingServiceClient, peerOf(environment, 'ORDER_ADDRESS', DEADLINE_MS));

/** `routing explain`: one JSON object with the table of candidates. */
async function routingExplain(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const request = {
    orderRef: orderNamed(invocation.words[0]),
    allocation: whole(option('allocation') ?? '0', '--allocation', 0, 1_000_000),
    attempt: 0,
    rows: whole(option('limit') ?? '50', '--limit', 1, ROWS_MAX),
  };
  const client = connect(invocation);
  try {
    const answer = await client.call('explain', request);
    output.row(ExplainResponse.toJSON(answer));
  } finally {
    client.close();
  }
}

/** `routing try`: what rules would decide for an order; nothing changes. */
async function routingTry(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const inputs = option('inputs') ?? 'now';
  if (inputs !== 'now' && inputs !== 'recorded') {
    throw new UsageError('--inputs is neither now nor recorded');
  }
  const request = {
    orderRef: orderNamed(invocation.words[0]),
    version: whole(option('version') ?? '0', '--version', 0, 1_000_000),
    recorded: inputs === 'recorded',
    rows: whole(option('limit') ?? '50', '--limit', 1, ROWS_MAX),
  };
  const client = connect(invocation);
  try {
    const answer = await client.call('try', request);
    output.row(TryResponse.toJSON(answer));
  } finally {
    client.close();
  }
}

/** `routing simulate`: a JSON line per decision that would come out differently, then the counts. */
async function routingSimulate(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const request = {
    sellerId: required(option('seller'), '--seller'),
    version: whole(required(option('version'), '--version'), '--version', 1, 1_000_000),
    from: instant(required(option('from'), '--from'), '--from'),
    to: instant(required(option('to'), '--to'), '--to'),
  };
  const limit = whole(option('limit') ?? '1000', '--limit', 1, DECISIONS_MAX);
  const client = connect(invocation);
  const total = { decisions: 0, same: 0, failedBefore: 0, failedAfter: 0 };
  const removed = { before: {}, after: {} };
  let next = '';
  const ask = (token: string) => {
    const size = Math.min(PAGE, limit - total.decisions);
    return client.call('simulate', { ...request, page: { size, token } });
  };
  try {
    for await (const answer of pagesOf(ask)) {
      const { differences } = SimulateResponse.toJSON(answer) as {
        differences?: readonly unknown[];
      };
      for (const difference of differences ?? []) output.row(difference);
      addTo(total, answer);
      addCounts(removed.before, answer.removedBefore);
      addCounts(removed.after, answer.removedAfter);
      next = answer.nextToken;
      if (total.decisions >= limit) break;
    }
  } finally {
    client.close();
  }
  output.row({ ...total, removed, complete: next === '' });
}

function addTo(total: Record<keyof Totals, number>, page: SimulateResponse): void {
  total.decisions += page.decisions;
  total.same += page.same;
  total.failedBefore += page.failedBefore;
  total.failedAfter += page.failedAfter;
}

type Totals = Pick<SimulateResponse, 'decisions' | 'same' | 'failedBefore' | 'failedAfter'>;

function addCounts(total: Record<string, number>, page: Readonly<Record<string, number>>): void {
  for (const [reason, count] of Object.entries(page)) total[reason] = (total[reason] ?? 0) + count;
}

function whole(text: string, name: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new UsageError(`${name} is not a whole number from ${min} to ${max}`);
}

/** Its part of the command line. */
export const ROUTE_COMMANDS: readonly Command[] = [
  {
    name: 'route explain',
    words: ['<ORDER>'],
    summary: 'a recorded decision: who was looked at, and why each was dropped or ranked',
    takes: ['allocation', ['limit', 'rows of the table; 50 without']],
    variables: ['ORDER_ADDRESS'],
    examples: ['route explain tmall/21230/2004574256073903'],
    run: routingExplain,
  },
  {
    name: 'route try',
    words: ['<ORDER>'],
    summary:
      'what a version of the rules, or the active one, would decide for an order; nothing changes',
    takes: ['version', 'inputs', ['limit', 'rows of the table; 50 without']],
    variables: ['ORDER_ADDRESS'],
    examples: ['route try tmall/21230/2004574256073903 --version 3 --inputs recorded'],
    run: routingTry,
  },
  {
    name: 'route simulate',
    summary: 'recorded decisions that would come out differently, and at last the counts',
    needs: ['seller', 'version', ['from', 'TIME: decisions since then'], 'to'],
    takes: [['limit', 'decisions at most; 1000 without']],
    variables: ['ORDER_ADDRESS'],
    examples: [
      'route simulate --seller 21230 --version 3 --from 2026-11-29T00:00:00+08:00 --to 2026-11-30T00:00:00+08:00',
    ],
    run: routingSimulate,
  },
];
