import {
  ExplainResponse,
  RoutingServiceClient,
  SimulateResponse,
  TryResponse,
} from '@astrolabe/contracts/order';
import { createGrpcClient, pagesOf } from '@astrolabe/grpc';
import { UsageError, orderNamed, peerOf, required } from '../invocation.ts';
import type { Invocation } from '../invocation.ts';

/** A page of a simulation decides up to a hundred times among thousands of stores. */
const DEADLINE_MS = 30_000;
const ROWS_MAX = 500;
const DECISIONS_MAX = 10_000;
const PAGE = 50;

const connect = ({ environment }: Invocation) =>
  createGrpcClient(RoutingServiceClient, peerOf(environment, 'ORDER_ADMIN_ADDRESS', DEADLINE_MS));

/** `routing explain`: one JSON object with the table of candidates. */
export async function routingExplain(invocation: Invocation): Promise<void> {
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
    output.out(JSON.stringify(ExplainResponse.toJSON(answer)));
  } finally {
    client.close();
  }
}

/** `routing try`: what rules would decide for an order; nothing changes. */
export async function routingTry(invocation: Invocation): Promise<void> {
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
    output.out(JSON.stringify(TryResponse.toJSON(answer)));
  } finally {
    client.close();
  }
}

/** `routing simulate`: a JSON line per decision that would come out differently, then the counts. */
export async function routingSimulate(invocation: Invocation): Promise<void> {
  const { option, output } = invocation;
  const request = {
    sellerId: required(option('seller'), '--seller'),
    version: whole(required(option('version'), '--version'), '--version', 1, 1_000_000),
    from: time(required(option('from'), '--from'), '--from'),
    to: time(required(option('to'), '--to'), '--to'),
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
      for (const difference of differences ?? []) output.out(JSON.stringify(difference));
      addTo(total, answer);
      addCounts(removed.before, answer.removedBefore);
      addCounts(removed.after, answer.removedAfter);
      next = answer.nextToken;
      if (total.decisions >= limit) break;
    }
  } finally {
    client.close();
  }
  output.out(JSON.stringify({ ...total, removed, complete: next === '' }));
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

function time(text: string, name: string): Date {
  const at = new Date(text);
  if (!Number.isNaN(at.getTime())) return at;
  throw new UsageError(`${name} is not a time, e.g. 2026-09-22T10:00:00+08:00`);
}
