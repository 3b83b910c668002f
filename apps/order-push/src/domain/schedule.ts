import {
  abandoned,
  achieved,
  begun,
  ended,
  isDue,
  isGivenUp,
  isOpen as isOpenCall,
  planned,
} from '@astrolabe/outbound';
import type { Failed, Policy, Problem, Succeeded } from '@astrolabe/outbound';
import { audience, strangersOf } from './audience.ts';
import type { Settings } from './audience.ts';
import { NO_SPI, isOpen, newCall, settled } from './pushed-order.ts';
import type { Call, PushedOrder, Row } from './pushed-order.ts';

/** One thing to do for an order, and the attempt of it that was begun. */
export type Job = { readonly attempts: number } & (
  | { readonly kind: 'allocate' | 'query'; readonly round: number }
  | { readonly kind: 'write'; readonly appKey: string; readonly revision: number }
);

export type Done = Succeeded & {
  /** Applications that the router has named. */
  readonly appKeys?: readonly string[];
  /** Why a row that was written stands without the receiver and the buyer, and is to be completed. */
  readonly lacking?: Problem;
};

/** How a job ended. An answer that holds no result yet is `unanswered`. */
export type JobOutcome = Done | Failed;

/** Times that the configuration gives; milliseconds. */
export type Times = {
  /** Before the second try of a call; four times as long before the third. */
  readonly retryMs: number;
  /** How long the router has for its result before it is asked for it. */
  readonly windowMs: number;
  /** Before the second query of a result; twice as long before each further one. */
  readonly queryMs: number;
};

/** Tries of `allocate` until the tables and the query are relied on (catalogue 6.3). */
export const ALLOCATE_TRIES_MAX = 3;
/** Queries of a result until a person has to look. */
export const QUERIES_MAX = 10;
/** Tries to write one revision; with the waits below about an hour. */
export const WRITES_MAX = 20;
/** Tries of a write until it goes without the receiver: about ten seconds (docs/adr/0048). */
const TRIES_FOR_RECEIVER = 3;

const COMMON = {
  factor: 2,
  waitMaxMs: 300_000,
  /** Longer than a call or a write with its time-outs. */
  leaseMs: 15_000,
};
const CALLS = { ...COMMON, withheld: { max: 20, waitMs: 15_000 } };
const ALLOCATE = { ...CALLS, attemptsMax: ALLOCATE_TRIES_MAX, factor: 4 };
const QUERY = { ...CALLS, attemptsMax: QUERIES_MAX };
const WRITE: Policy = { ...COMMON, attemptsMax: WRITES_MAX, firstWaitMs: 1_000 };

const isPast = (at: Date | null, now: Date): boolean =>
  at !== null && at.getTime() <= now.getTime();

/** What is to be done next of an order; `isSpent`: its last attempt was lost with its process. */
export type Leased = {
  readonly push: PushedOrder;
  readonly job: Job | null;
  readonly isSpent: boolean;
};

/**
 * Begins the next job that is due. The lease is written before the job is done, so that no other
 * process does the same meanwhile, and a crashed try counts as one whose outcome is unknown. Writes come
 * after calls: while a request to allocate is open there is no audience.
 */
export function leaseJob(
  push: PushedOrder,
  settings: Settings | null,
  hasTable: (appKey: string) => boolean,
  now: Date,
): Leased {
  if (!isDueNow(push, now)) return { push, job: null, isSpent: false };
  const { round } = push;
  const mustAsk = push.allocate !== null && isDue(push.allocate, now);
  // A mock is mandatory even where the seller polls (white paper L336, L349).
  const canAsk = settings !== null && settings.spiUrl !== '';
  const asking = mustAsk && canAsk ? push.allocate : null;
  const asked = asking && begun(asking, now, ALLOCATE);
  if (asked) {
    const { call: allocate, isSpent } = asked;
    const job = { kind: 'allocate', round, attempts: allocate.attempts } as const;
    return { push: settled({ ...push, allocate }), job, isSpent };
  }
  const queried = push.query && begun(push.query, now, QUERY);
  if (queried) {
    const { call: query, isSpent } = queried;
    const job = { kind: 'query', round, attempts: query.attempts } as const;
    return { push: settled({ ...push, query }), job, isSpent };
  }
  return leaseWrite(plan(mustAsk ? withoutSpi(push) : push, settings, hasTable, now), now);
}

function leaseWrite(push: PushedOrder, now: Date): Leased {
  for (const row of push.rows) {
    const write = row.isHeld ? null : begun(row, now, WRITE);
    if (!write) continue;
    const { call, isSpent } = write;
    const { appKey, attempts } = call;
    const job = { kind: 'write', appKey, attempts, revision: push.revision } as const;
    return { push: settled(withRow(push, call)), job, isSpent };
  }
  return { push, job: null, isSpent: false };
}

/**
 * Decides the audience of what has just been recorded at once, unless the router has to be called first: an
 * order of a seller without applications then needs no second look.
 */
export function withAudience(
  push: PushedOrder,
  settings: Settings | null,
  hasTable: (appKey: string) => boolean,
  now: Date,
): PushedOrder {
  const mustCall = [push.allocate, push.query].some((call) => call !== null && isDue(call, now));
  return mustCall || !isPast(push.planAt, now) ? push : plan(push, settings, hasTable, now);
}

/** Whether a job of the order is due. */
export const isDueNow = ({ nextAt }: PushedOrder, now: Date): boolean => isPast(nextAt, now);

const withoutSpi = (push: PushedOrder): PushedOrder =>
  push.allocate ? settled({ ...push, allocate: abandoned(push.allocate, NO_SPI) }) : push;

/**
 * Gives every application of the audience its row, at the newest revision. Who is out of it, because
 * the router has to be asked anew, waits until it is in it again.
 */
function plan(
  push: PushedOrder,
  settings: Settings | null,
  hasTable: (appKey: string) => boolean,
  now: Date,
): PushedOrder {
  const keys = settings ? audience(push, settings).filter(hasTable) : [];
  const fresh = keys.filter((appKey) => !push.rows.some((row) => row.appKey === appKey));
  const wanted = push.revision;
  const rows = push.rows.map((row) =>
    keys.includes(row.appKey) ? again(row, wanted, now) : { ...row, isHeld: true as const },
  );
  const added = fresh.map((appKey) => newRow(appKey, wanted, now));
  const strangers = settings ? strangersOf(push, settings) : push.strangers;
  return settled({ ...push, planAt: null, strangers, rows: [...rows, ...added] });
}

const newRow = (appKey: string, wanted: number, now: Date): Row => ({
  appKey,
  wanted,
  written: 0,
  ...planned(now),
  writtenAt: null,
});

/**
 * New content is tried at once and as often as any, unless an older one is still to be written: then it goes
 * with that. Only what an older revision lacks is not waited for.
 */
function again({ isHeld: _held, ...row }: Row, wanted: number, now: Date): Row {
  const isNews = row.wanted < wanted;
  const isLate = isOpenCall(row) && row.written < row.wanted;
  if (!isNews || isLate || row.state === 'BEGUN') return { ...row, wanted };
  return { ...row, wanted, ...planned(now) };
}

/** Writes down how a job ended, and what follows; a call that belongs to an earlier round is void. */
export function recordJob(
  push: PushedOrder,
  job: Job,
  outcome: JobOutcome,
  times: Times,
  now: Date,
): PushedOrder {
  if (job.kind === 'write') return recordWrite(push, job, outcome, now);
  if (job.round !== push.round) return push;
  return job.kind === 'allocate'
    ? recordAllocate(push, job, outcome, times, now)
    : recordQuery(push, job, outcome, times, now);
}

/** What an answer brings counts, whichever attempt has brought it. */
function callEnded(call: Call, job: Job, outcome: JobOutcome, policy: Policy, now: Date): Call {
  if (outcome.kind === 'succeeded') return { ...achieved(call), doneAt: now };
  return ended(call, job, outcome, now, policy);
}

function recordAllocate(
  push: PushedOrder,
  job: Job,
  outcome: JobOutcome,
  times: Times,
  now: Date,
): PushedOrder {
  if (!push.allocate) return push;
  const policy = { ...ALLOCATE, firstWaitMs: times.retryMs };
  const allocate = callEnded(push.allocate, job, outcome, policy, now);
  if (allocate === push.allocate) return push;
  // The result may have overtaken this answer; whom the order is for is news all the same.
  const returned = outcome.kind === 'succeeded' ? (outcome.appKeys ?? []) : push.returned;
  const next = { ...push, allocate, returned };
  return isOpen(allocate) ? settled(next) : announced(next, times, now);
}

/** The tables may follow, and the result is waited for. */
function announced(push: PushedOrder, { windowMs }: Times, now: Date): PushedOrder {
  const waits = push.waiting.length > 0 && push.query === null;
  const query = waits ? newCall(new Date(now.getTime() + windowMs)) : push.query;
  return settled({ ...push, query, planAt: now });
}

function recordQuery(
  push: PushedOrder,
  job: Job,
  outcome: JobOutcome,
  times: Times,
  now: Date,
): PushedOrder {
  if (!push.query || !isOpen(push.query)) return push;
  const policy = { ...QUERY, firstWaitMs: times.queryMs };
  return settled({ ...push, query: callEnded(push.query, job, outcome, policy, now) });
}

/** What changed while a row was written is written next. */
function recordWrite(
  push: PushedOrder,
  job: Extract<Job, { kind: 'write' }>,
  outcome: JobOutcome,
  now: Date,
): PushedOrder {
  const row = push.rows.find(({ appKey }) => appKey === job.appKey);
  if (!row || !isOpenCall(row)) return push;
  return settled(withRow(push, writeEnded(row, job, outcome, now)));
}

function writeEnded(
  row: Row,
  job: Extract<Job, { kind: 'write' }>,
  outcome: JobOutcome,
  now: Date,
): Row {
  const { revision } = job;
  if (outcome.kind !== 'succeeded')
    return renewed(ended(row, job, outcome, now, WRITE), revision, now);
  const { lacking } = outcome;
  const after = lacking
    ? ended(row, job, { kind: 'unanswered', problem: lacking }, now, WRITE)
    : achieved(row);
  const isNew = !lacking || row.written < revision;
  return renewed(isNew ? { ...after, written: revision, writtenAt: now } : after, revision, now);
}

/** An older revision stands, with or without the receiver: what is new is written from the beginning. */
const renewed = (row: Row, revision: number, now: Date): Row =>
  row.wanted > revision && row.written >= revision && row.state !== 'BEGUN'
    ? { ...row, ...planned(now) }
    : row;

/**
 * What to do with a row whose receiver cannot be asked for now: wait for it, write the row without it,
 * or go on waiting because it stands so already.
 */
export function withoutReceiver(
  { rows }: PushedOrder,
  { appKey, revision }: { readonly appKey: string; readonly revision: number },
): 'wait' | 'write' | 'stands' {
  const row = rows.find((one) => one.appKey === appKey);
  if (!row || row.attempts < TRIES_FOR_RECEIVER) return 'wait';
  return row.written >= revision ? 'stands' : 'write';
}

const withRow = (push: PushedOrder, row: Row): PushedOrder => ({
  ...push,
  rows: push.rows.map((one) => (one.appKey === row.appKey ? row : one)),
});

/**
 * Takes up again what was given up or missing; the audience is looked at anew. A router whose answer is not
 * needed is not asked: it would allocate once more. That it was given up is then settled.
 */
export function retried(push: PushedOrder, now: Date): PushedOrder {
  const waits = push.waiting.length > 0;
  const fresh = (call: Call | null): Call | null => {
    if (!call || !isGivenUp(call)) return call;
    return waits ? newCall(now) : { ...achieved(call), doneAt: now };
  };
  return settled({
    ...push,
    allocate: fresh(push.allocate),
    query: fresh(push.query),
    rows: push.rows.map((row) => (isGivenUp(row) ? { ...row, ...planned(now) } : row)),
    planAt: now,
  });
}
