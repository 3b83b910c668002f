import { waitMs } from '@astrolabe/outbound';
import { audience, strangersOf } from './audience.ts';
import type { Settings } from './audience.ts';
import { isOpen, newCall, settled } from './pushed-order.ts';
import type { Call, PushedOrder, Row } from './pushed-order.ts';

/** One thing to do for an order; it belongs to the process that leased it until the lease ends. */
export type Job =
  | { readonly kind: 'allocate' | 'query'; readonly round: number }
  | { readonly kind: 'write'; readonly appKey: string; readonly revision: number };

/** How a call ended. `later` is an answer that holds no result yet. */
export type CallOutcome =
  | { readonly kind: 'done'; readonly appKeys: readonly string[] }
  | { readonly kind: 'later' | 'failed' | 'unknown' | 'paused'; readonly error: string };

export type WriteOutcome =
  | { readonly kind: 'written' }
  /** It stands without the receiver and the buyer, and is to be completed. */
  | { readonly kind: 'partial'; readonly error: string }
  | { readonly kind: 'failed'; readonly error: string };

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
const PAUSES_MAX = 20;
const PAUSE_MS = 15_000;
/** Longer than a call or a write with its time-outs. */
const LEASE_MS = 15_000;
const GROWING = { factor: 2, waitMaxMs: 300_000 };
const WRITE_RETRY_MS = 1_000;

const later = (now: Date, ms: number): Date => new Date(now.getTime() + ms);

const isDue = (at: Date | null | undefined, now: Date): boolean =>
  at != null && at.getTime() <= now.getTime();

/**
 * Leases the next job that is due. The lease is written before the job is begun, so that no other
 * process does the same meanwhile, and a crashed try counts as one whose outcome is unknown. Writes come
 * after calls: while a request to allocate is open there is no audience.
 */
export function leaseJob(
  push: PushedOrder,
  settings: Settings | null,
  hasTable: (appKey: string) => boolean,
  now: Date,
): { push: PushedOrder; job: Job | null } {
  if (!isDue(push.nextAt, now)) return { push, job: null };
  const { allocate, query, round } = push;
  const mustAsk = isOpen(allocate) && isDue(allocate.nextAt, now);
  // A mock is mandatory even where the seller polls (white paper L336, L349).
  const canAsk = settings !== null && settings.spiUrl !== '';
  if (mustAsk && canAsk) {
    const begun = settled({ ...push, allocate: begin(allocate, now) });
    return { push: begun, job: { kind: 'allocate', round } };
  }
  if (isOpen(query) && isDue(query.nextAt, now)) {
    const begun = settled({ ...push, query: begin(query, now) });
    return { push: begun, job: { kind: 'query', round } };
  }
  const asked = mustAsk ? withoutSpi(push, allocate) : push;
  const planned = plan(asked, settings, hasTable, now);
  const row = planned.rows.find((one) => one.state === 'PENDING' && isDue(one.nextAt, now));
  if (!row) return { push: planned, job: null };
  const begun = { ...row, attempts: row.attempts + 1, nextAt: later(now, LEASE_MS) };
  const task = { kind: 'write', appKey: row.appKey, revision: push.revision } as const;
  return { push: settled(withRow(planned, begun)), job: task };
}

/**
 * Decides the audience of what has just been recorded at once, unless the router has to be called first: an
 * order of a seller without applications then needs no second look.
 */
export function planned(
  push: PushedOrder,
  settings: Settings | null,
  hasTable: (appKey: string) => boolean,
  now: Date,
): PushedOrder {
  const mustCall = [push.allocate, push.query].some(
    (call) => isOpen(call) && isDue(call.nextAt, now),
  );
  return mustCall || !isDue(push.planAt, now) ? push : plan(push, settings, hasTable, now);
}

/** Whether a job of the order is due. */
export const isDueNow = ({ nextAt }: PushedOrder, now: Date): boolean => isDue(nextAt, now);

const begin = (call: Call, now: Date): Call => ({
  ...call,
  state: 'UNKNOWN',
  attempts: call.attempts + 1,
  nextAt: later(now, LEASE_MS),
});

const withoutSpi = (push: PushedOrder, allocate: Call): PushedOrder =>
  settled({
    ...push,
    allocate: { ...allocate, state: 'MISSING', nextAt: null, lastError: 'no SPI is registered' },
  });

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
  if (!settings) return settled({ ...push, planAt: null });
  const keys = audience(push, settings).filter(hasTable);
  const fresh = keys.filter((appKey) => !push.rows.some((row) => row.appKey === appKey));
  const wanted = push.revision;
  const rows = push.rows.map((row) =>
    keys.includes(row.appKey) ? again(row, wanted, now) : held(row, now),
  );
  const added = fresh.map((appKey) => newRow(appKey, wanted, now));
  const strangers = strangersOf(push, settings);
  return settled({ ...push, planAt: null, strangers, rows: [...rows, ...added] });
}

const newRow = (appKey: string, wanted: number, now: Date): Row => ({
  appKey,
  state: 'PENDING',
  wanted,
  written: 0,
  attempts: 0,
  lastError: '',
  nextAt: now,
  writtenAt: null,
});

/** New content is tried at once and as often as any; unless a write is under way or waits already. */
function again(row: Row, wanted: number, now: Date): Row {
  const isNews = row.wanted < wanted;
  // What is new does not wait for what an older revision lacks.
  const waits = row.state === 'PENDING' && !(isNews && row.written >= row.wanted);
  if (waits) return { ...row, wanted, nextAt: row.nextAt ?? now };
  return isNews ? { ...row, state: 'PENDING', wanted, attempts: 0, nextAt: now } : row;
}

/** A write that is under way keeps its lease. */
const held = (row: Row, now: Date): Row =>
  isDue(row.nextAt, now) ? { ...row, nextAt: null } : row;

/** Writes down how a call ended; one that belongs to an earlier round is void. */
export function recordCall(
  push: PushedOrder,
  job: { readonly kind: 'allocate' | 'query'; readonly round: number },
  outcome: CallOutcome,
  times: Times,
  now: Date,
): PushedOrder {
  if (job.round !== push.round) return push;
  return job.kind === 'allocate'
    ? recordAllocate(push, outcome, times, now)
    : recordQuery(push, outcome, times, now);
}

function recordAllocate(
  push: PushedOrder,
  outcome: CallOutcome,
  times: Times,
  now: Date,
): PushedOrder {
  const { allocate } = push;
  if (!allocate) return push;
  if (outcome.kind === 'done') {
    // The result may have overtaken this answer; whom the order is for is news all the same.
    return announced(
      { ...push, returned: outcome.appKeys, allocate: ended(allocate, now) },
      times,
      now,
    );
  }
  if (!isOpen(allocate)) return push;
  const wait = waitMs({ ...GROWING, firstWaitMs: times.retryMs, factor: 4 }, allocate.attempts);
  const next = failed(allocate, outcome, { triesMax: ALLOCATE_TRIES_MAX, wait, now });
  const called = { ...push, allocate: next };
  return next.state === 'GIVEN_UP' ? announced(called, times, now) : settled(called);
}

/** The tables may follow, and the result is waited for. */
function announced(push: PushedOrder, { windowMs }: Times, now: Date): PushedOrder {
  const waits = push.waiting.length > 0 && push.query === null;
  const query = waits ? newCall(new Date(now.getTime() + windowMs)) : push.query;
  return settled({ ...push, query, planAt: now });
}

function recordQuery(
  push: PushedOrder,
  outcome: CallOutcome,
  times: Times,
  now: Date,
): PushedOrder {
  const { query } = push;
  if (!query || !isOpen(query)) return push;
  if (outcome.kind === 'done') return settled({ ...push, query: ended(query, now) });
  const wait = waitMs({ ...GROWING, firstWaitMs: times.queryMs }, query.attempts);
  const next = failed(query, outcome, { triesMax: QUERIES_MAX, wait, now });
  return settled({ ...push, query: next });
}

const ended = (call: Call, now: Date): Call => ({
  ...call,
  state: 'DONE',
  lastError: '',
  nextAt: null,
  doneAt: now,
});

type Failed = Exclude<CallOutcome, { kind: 'done' }>;

function failed(
  call: Call,
  { kind, error }: Failed,
  { triesMax, wait, now }: { triesMax: number; wait: number; now: Date },
): Call {
  if (kind === 'paused' && call.pauses < PAUSES_MAX) {
    const [attempts, pauses] = [call.attempts - 1, call.pauses + 1];
    const nextAt = later(now, PAUSE_MS);
    return { ...call, state: 'PENDING', attempts, pauses, lastError: error, nextAt };
  }
  if (kind === 'paused' || call.attempts >= triesMax) {
    return { ...call, state: 'GIVEN_UP', lastError: error, nextAt: null };
  }
  const state = kind === 'unknown' ? 'UNKNOWN' : 'PENDING';
  return { ...call, state, lastError: error, nextAt: later(now, wait) };
}

/** Writes down how a write ended; what changed meanwhile is written next. */
export function recordWrite(
  push: PushedOrder,
  { appKey, revision }: { readonly appKey: string; readonly revision: number },
  outcome: WriteOutcome,
  now: Date,
): PushedOrder {
  const row = push.rows.find((one) => one.appKey === appKey);
  if (!row || row.state !== 'PENDING') return push;
  return settled(withRow(push, written(row, revision, outcome, now)));
}

function written(row: Row, revision: number, outcome: WriteOutcome, now: Date): Row {
  if (outcome.kind === 'written') {
    const done = { ...row, written: revision, attempts: 0, lastError: '', writtenAt: now };
    return row.wanted > revision
      ? { ...done, nextAt: now }
      : { ...done, state: 'WRITTEN', nextAt: null };
  }
  const tried = outcome.kind === 'partial' ? standsInPart(row, revision, now) : row;
  const lastError = outcome.error;
  if (outcome.kind === 'partial' && row.wanted > revision) {
    return { ...tried, attempts: 0, lastError, nextAt: now };
  }
  if (row.attempts >= WRITES_MAX) return { ...tried, state: 'GIVEN_UP', lastError, nextAt: null };
  const wait = waitMs({ ...GROWING, firstWaitMs: WRITE_RETRY_MS }, row.attempts);
  return { ...tried, lastError, nextAt: later(now, wait) };
}

const standsInPart = (row: Row, revision: number, now: Date): Row =>
  row.written >= revision ? row : { ...row, written: revision, writtenAt: now };

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
    if (call?.state !== 'GIVEN_UP' && call?.state !== 'MISSING') return call;
    return waits ? newCall(now) : { ...call, state: 'DONE', doneAt: now };
  };
  return settled({
    ...push,
    allocate: fresh(push.allocate),
    query: fresh(push.query),
    rows: push.rows.map((row) =>
      row.state === 'GIVEN_UP' ? { ...row, state: 'PENDING', attempts: 0, nextAt: now } : row,
    ),
    planAt: now,
  });
}
